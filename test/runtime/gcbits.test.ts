import {describe, expect, test} from "vitest";
import {newMarkBits, nextMarkBitArenaEpoch} from "../../src/runtime/gcbits.js";
import {boot, load} from "../../src/runtime/index.js";
import {KiB, thrownBy} from "./fixtures.js";

const fresh = () => boot({until: "mallocinit"});
/** Bytes of an arena of bitmaps on 64-bit: 64 KiB but for free and next. */
const room = 64 * KiB - 16;

describe("newMarkBits", () => {
  test.each([
    [1, 8],
    [64, 8],
    [65, 16],
    [512, 64],
    [1024, 128],
  ])("%i objects take %i bytes: whole words of 64 bits", (nelems, bytes) => {
    const rt = fresh();
    const [a, b] = [newMarkBits(rt, nelems), newMarkBits(rt, nelems)];
    expect([a.at, b.at, b.bits === a.bits]).toEqual([0, bytes, true]);
    expect(rt.gcBitsArenas.next!.free).toBe(2 * bytes);
  });

  test("the first arena comes from the system and is charged to gc_sys", () => {
    const rt = fresh();
    const {gc_sys} = rt.memstats;
    newMarkBits(rt, 1);
    expect(rt.memstats.gc_sys - gc_sys).toBe(64 * KiB);
    expect(rt.mem.stateAt(rt.gcBitsArenas.next!.address)).toBe("ready");
  });

  test("an arena is filled to its last byte before the next is taken, which goes first", () => {
    const rt = fresh();
    const {requests} = rt.mem;
    for (let i = 0; i < room / 8; i++) newMarkBits(rt, 64);
    const full = rt.gcBitsArenas.next!;
    expect([full.free, full.next, rt.mem.requests - requests]).toEqual([room, null, 1]);
    newMarkBits(rt, 64);
    expect(rt.gcBitsArenas.next!.next).toBe(full);
    expect(rt.mem.requests - requests).toBe(2);
  });

  test("the header of an arena is two words: on 386, 8 bytes more are left for bitmaps", () => {
    const rt = boot({until: "mallocinit", goarch: "386"});
    newMarkBits(rt, 64);
    expect(rt.gcBitsArenas.next!.bits).toHaveLength(64 * KiB - 8);
  });

  test("throws for more than an arena holds", () => {
    expect(thrownBy(() => newMarkBits(fresh(), 64 * KiB * 8)).message).toBe("markBits overflow");
  });

  test("throws if the system has no memory", () => {
    const rt = load({refuse: () => true});
    expect(thrownBy(() => newMarkBits(rt, 64)).message).toBe("runtime: cannot allocate memory");
  });
});

describe("the ages of arenas", () => {
  test("next becomes current, current becomes previous, previous is free", () => {
    const rt = fresh();
    const ages = () => [
      rt.gcBitsArenas.free,
      rt.gcBitsArenas.next,
      rt.gcBitsArenas.current,
      rt.gcBitsArenas.previous,
    ];
    const addresses = () => ages().map(arena => arena?.address ?? null);
    newMarkBits(rt, 64);
    const a = rt.gcBitsArenas.next!.address;
    nextMarkBitArenaEpoch(rt);
    expect(addresses()).toEqual([null, null, a, null]);
    newMarkBits(rt, 64);
    const b = rt.gcBitsArenas.next!.address;
    nextMarkBitArenaEpoch(rt);
    expect(addresses()).toEqual([null, null, b, a]);
    nextMarkBitArenaEpoch(rt);
    expect(addresses()).toEqual([a, null, null, b]);
  });

  test("all arenas of an age go together, to the front of the free ones", () => {
    const rt = fresh();
    const make = () => {
      for (let i = 0; i < room / 8 + 1; i++) newMarkBits(rt, 64);
    };
    make();
    const addresses = [rt.gcBitsArenas.next!.address, rt.gcBitsArenas.next!.next!.address];
    nextMarkBitArenaEpoch(rt);
    newMarkBits(rt, 64);
    const younger = rt.gcBitsArenas.next!.address;
    for (let i = 0; i < 3; i++) nextMarkBitArenaEpoch(rt);
    const free: number[] = [];
    for (let a = rt.gcBitsArenas.free; a !== null; a = a.next) free.push(a.address);
    expect(free).toEqual([younger, ...addresses]);
  });

  test("a free arena is used again before a new one is asked for, and is all zeroes", () => {
    const rt = fresh();
    const {bits} = newMarkBits(rt, 512);
    bits.fill(255);
    for (let i = 0; i < 3; i++) nextMarkBitArenaEpoch(rt);
    const {requests} = rt.mem;
    const again = newMarkBits(rt, 512);
    expect([again.bits === bits, again.at, rt.mem.requests]).toEqual([true, 0, requests]);
    expect(bits.every(byte => byte === 0)).toBe(true);
    expect(rt.gcBitsArenas).toMatchObject({free: null, current: null, previous: null});
  });
});
