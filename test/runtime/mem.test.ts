import {describe, expect, test} from "vitest";
import {load} from "../../src/runtime/index.js";
import {sysAlloc, sysFault, sysFree, sysMap, sysReserve, sysUnused, sysUsed} from "../../src/runtime/mem.js";
import {charged, KiB, loadWith, reserved, thrownBy, topOfAmd64} from "./fixtures.js";

const page = 4 * KiB;
const somewhere = 0x4000_0000;

describe("sysAlloc", () => {
  test("hands out ready memory at the top, charged to its stat", () => {
    const rt = load();
    const p = sysAlloc(rt, 256 * KiB, "other_sys");
    expect(p).toBe(topOfAmd64 - 256 * KiB);
    expect(rt.mem.regionAt(p)).toEqual({start: p, end: topOfAmd64, state: "ready", stat: "other_sys"});
    expect(rt.memstats.other_sys).toBe(256 * KiB);
  });

  test("takes whole pages and charges the bytes that were asked for", () => {
    const rt = load();
    const p = sysAlloc(rt, page + 1, "gc_sys");
    expect(p).toBe(topOfAmd64 - 2 * page);
    expect(rt.memstats.gc_sys).toBe(page + 1);
  });

  test("answers 0 and charges nothing if the system refuses", () => {
    const rt = load({refuse: () => true});
    expect(sysAlloc(rt, page, "other_sys")).toBe(0);
    expect(charged(rt)).toBe(0);
  });

  test("charges no one but its stat", () => {
    const rt = load();
    sysAlloc(rt, page, "mspan_sys");
    expect(rt.memstats.mspan_sys).toBe(page);
    expect(charged(rt)).toBe(page);
  });
});

describe("sysReserve", () => {
  test("takes addresses at its hint and charges nothing", () => {
    const rt = load();
    expect(sysReserve(rt, somewhere, 2 * page)).toBe(somewhere);
    expect(rt.mem.stateAt(somewhere)).toBe("reserved");
    expect(charged(rt)).toBe(0);
  });

  test("goes elsewhere if the hint is taken: Go has to look at the answer", () => {
    const rt = load();
    sysReserve(rt, somewhere, page);
    expect(sysReserve(rt, somewhere, page)).toBe(topOfAmd64 - page);
  });

  test("answers 0 if the system refuses", () => {
    expect(sysReserve(load({refuse: () => true}), somewhere, page)).toBe(0);
  });
});

describe("sysMap", () => {
  test("makes reserved memory ready and charges it", () => {
    const rt = load();
    sysReserve(rt, somewhere, 4 * page);
    sysMap(rt, somewhere + page, 2 * page, "heap_sys");
    expect([0, 1, 2, 3].map(n => rt.mem.stateAt(somewhere + n * page))).toEqual([
      "reserved",
      "ready",
      "ready",
      "reserved",
    ]);
    expect(rt.memstats.heap_sys).toBe(2 * page);
    expect(reserved(rt)).toBe(2 * page);
  });

  test("leaves memory prepared in a release that says so", () => {
    const rt = loadWith({release: {sysMapLeaves: "prepared"}});
    sysReserve(rt, somewhere, page);
    sysMap(rt, somewhere, page, "heap_sys");
    expect(rt.mem.stateAt(somewhere)).toBe("prepared");
  });

  test("throws if the system has no memory for the addresses", () => {
    const rt = load({refuse: addr => addr === somewhere + page});
    sysReserve(rt, somewhere, 2 * page);
    expect(thrownBy(() => sysMap(rt, somewhere + page, page, "heap_sys")).message).toBe(
      "runtime: out of memory",
    );
    expect(rt.mem.stateAt(somewhere + page)).toBe("reserved");
  });
});

describe("sysUnused and sysUsed", () => {
  test("what is unused is prepared, stays charged, and is ready again when used", () => {
    const rt = load();
    const p = sysAlloc(rt, 4 * page, "heap_sys");
    sysUnused(rt, p + page, page);
    expect([0, 1, 2].map(n => rt.mem.stateAt(p + n * page))).toEqual(["ready", "prepared", "ready"]);
    expect(rt.memstats.heap_sys).toBe(4 * page);
    expect(rt.mem.regionAt(p + page)?.stat).toBe("heap_sys");
    sysUsed(rt, p + page, page);
    expect(rt.mem.stateAt(p + page)).toBe("ready");
  });

  test("addresses that are no multiple of the page size throw, since the system would round outwards", () => {
    const rt = load();
    const p = sysAlloc(rt, 4 * page, "heap_sys");
    for (const [v, n] of [
      [p + 1, page],
      [p, page + 1],
      [p + page / 2, page / 2],
    ] as const)
      expect(thrownBy(() => sysUnused(rt, v, n)).message).toBe("unaligned sysUnused");
    expect(rt.mem.stateAt(p)).toBe("ready");
  });

  test("the page size that counts is the kernel's: 8 KiB are unaligned where a page has 64 KiB", () => {
    const rt = load({goarch: "arm64", physPageSize: 64 * KiB});
    const p = sysAlloc(rt, 128 * KiB, "heap_sys");
    expect(thrownBy(() => sysUnused(rt, p, 8 * KiB)).message).toBe("unaligned sysUnused");
    sysUnused(rt, p, 64 * KiB);
    expect(rt.mem.stateAt(p)).toBe("prepared");
  });
});

describe("sysFree", () => {
  test("gives memory and addresses back and takes the bytes off the stat", () => {
    const rt = load();
    const p = sysAlloc(rt, 2 * page, "other_sys");
    sysFree(rt, p, 2 * page, "other_sys");
    expect(rt.mem.stateAt(p)).toBe("none");
    expect(rt.memstats.other_sys).toBe(0);
    expect(sysAlloc(rt, 2 * page, "other_sys")).toBe(p);
  });

  test("with no stat, addresses go and no counter moves", () => {
    const rt = load();
    const p = sysReserve(rt, somewhere, 3 * page);
    sysFree(rt, p, page, null);
    expect([0, 1].map(n => rt.mem.stateAt(p + n * page))).toEqual(["none", "reserved"]);
    expect(charged(rt)).toBe(0);
  });

  test("on Windows a reservation goes as a whole", () => {
    const rt = load({goos: "windows"});
    const p = sysReserve(rt, somewhere, 4 * page);
    sysFree(rt, p, 4 * page, null);
    expect(rt.mem.stateAt(p)).toBe("none");
  });

  test("on Windows a part of a reservation cannot be released", () => {
    const rt = load({goos: "windows"});
    const p = sysReserve(rt, somewhere, 4 * page);
    const thrown = thrownBy(() => sysFree(rt, p + page, 2 * page, null));
    expect(thrown.message).toBe("runtime: failed to release pages");
    expect(thrown.printed).toEqual(["runtime: VirtualFree of 8192 bytes failed with errno=487"]);
    expect(rt.mem.stateAt(p + page)).toBe("reserved");
  });
});

describe("sysFault", () => {
  test("makes every access fault; the bytes stay charged", () => {
    const rt = load();
    const p = sysAlloc(rt, 2 * page, "heap_sys");
    sysFault(rt, p, page);
    expect(rt.mem.stateAt(p)).toBe("reserved");
    expect(rt.mem.stateAt(p + page)).toBe("ready");
    expect(rt.memstats.heap_sys).toBe(2 * page);
  });
});

describe("on js/wasm", () => {
  const wasm = {goos: "js", goarch: "wasm", programEnd: 0x100000};

  test("memory is handed out upwards from the program's end", () => {
    const rt = load(wasm);
    expect(sysAlloc(rt, 64 * KiB, "other_sys")).toBe(0x100000);
    expect(sysReserve(rt, 0, 64 * KiB)).toBe(0x110000);
    expect(sysReserve(rt, 0x200000, 64 * KiB)).toBe(0x200000);
  });

  test("nothing is ever given back, though it is no longer charged", () => {
    const rt = load(wasm);
    const p = sysAlloc(rt, 64 * KiB, "other_sys");
    sysFree(rt, p, 64 * KiB, "other_sys");
    expect(rt.mem.stateAt(p)).toBe("ready");
    expect(rt.memstats.other_sys).toBe(0);
    expect(sysAlloc(rt, 64 * KiB, "other_sys")).toBe(p + 64 * KiB);
  });

  test("sysUnused and sysFault do nothing", () => {
    const rt = load(wasm);
    const p = sysAlloc(rt, 64 * KiB, "heap_sys");
    sysUnused(rt, p, 64 * KiB);
    sysFault(rt, p, 64 * KiB);
    expect(rt.mem.stateAt(p)).toBe("ready");
  });
});
