import {describe, expect, test} from "vitest";
import {phaseOf} from "../../src/capture/index.js";
import {type Event, watch} from "../../src/replay/events.js";
import {type BootOptions, boot} from "../../src/runtime/index.js";

const i386: BootOptions = {goarch: "386", until: "mallocinit"};
const amd64: BootOptions = {until: "mallocinit"};
const names = (events: readonly Event[]) => events.map(({what}) => what);
const MiB = 2 ** 20;

describe("the events of mallocinit on 64-bit", () => {
  const {events, rt, thrown} = watch(amd64);

  test("begin with mheap.init, and within it the six allocators in Go's order", () => {
    expect(events[0]).toEqual({depth: 0, what: "mheap_.init"});
    expect(events.slice(1, 7)).toEqual(
      ["treap", "span", "cache", "specialfinalizer", "specialprofile", "arenaHint"].map((name, i) => ({
        depth: 1,
        what: `mheap_.${name}${i === 5 ? "Alloc" : "alloc"}.init`,
      })),
    );
  });

  test("go on with the 134 central lists from 0 up", () => {
    expect(events.slice(7, 7 + 134)).toEqual(
      Array.from({length: 134}, (_, i) => ({depth: 1, what: `mheap_.central[${i}].init`})),
    );
  });

  test("then comes the first mcache, for which the only request to the system is made", () => {
    const [cache, request] = events.slice(141, 143);
    expect(cache).toEqual({depth: 0, what: "mheap_.cachealloc.alloc", result: rt.m0.mcache!.address});
    expect(request).toEqual({
      depth: 1,
      what: "mmap",
      request: {hint: 0, size: 256 * 1024, granted: rt.globalAlloc.base},
    });
    expect(names(events).filter(what => what === "mmap")).toHaveLength(1);
  });

  test("end with the 128 hints, each 24 bytes after the one before", () => {
    const hints = events.slice(143);
    expect(names(hints)).toEqual(Array(128).fill("mheap_.arenaHintAlloc.alloc"));
    hints.slice(1).forEach(({result}, i) => {
      expect(result! - hints[i]!.result!).toBe(24);
    });
    expect(hints.at(-1)!.result).toBe(rt.mheap_.arenaHints!.address);
  });

  test("are no more than that, and nothing was thrown", () => {
    expect(events).toHaveLength(1 + 6 + 134 + 2 + 128);
    expect(thrown).toBeNull();
  });
});

describe("the events of mallocinit on 32-bit", () => {
  const {events, rt} = watch(i386);
  const after = events.slice(events.findIndex(({what}) => what === "mheap_.cachealloc.alloc") + 2);

  test("are two reservations and one hint after the first mcache", () => {
    expect(names(after)).toEqual([
      "mmap",
      "mheap_.heapArenaAlloc.init",
      "mmap",
      "mheap_.arena.init",
      "mheap_.arenaHintAlloc.alloc",
    ]);
  });

  test("ask for metadata anywhere and for the heap above the program", () => {
    const {heapArenaAlloc, arena} = rt.mheap_;
    const [meta, heap] = after.filter(({what}) => what === "mmap");
    expect(meta!.request).toEqual({
      hint: 0,
      size: heapArenaAlloc.end - heapArenaAlloc.next,
      granted: heapArenaAlloc.next,
    });
    expect(heap!.request).toEqual({hint: 0x8400000, size: 516 * MiB, granted: arena.next});
  });

  test("show each fallback when reservations are refused, granted at 0", () => {
    const refuse = (addr: number, size: number) => addr !== 0 && size > 132 * MiB;
    const requests = watch({...i386, refuse}).events.flatMap(({request}) => request ?? []);
    expect(requests.slice(-3).map(({size, granted}) => [size, granted])).toEqual([
      [516 * MiB, 0],
      [260 * MiB, 0],
      [132 * MiB, 0x8400000],
    ]);
  });
});

describe("requests about memory that is there", () => {
  // The heap would begin at 0xc7c00000 and run into the arenas' metadata, which begin at 0xe7d96000; right below
  // these are 516 MiB, from 0xc7996000 on.
  const tight: BootOptions = {...i386, programEnd: 0xc7930000, physHugePageSize: 0};

  test("what is cut off a reservation shows, granted where it was", () => {
    const {events, rt} = watch(tight);
    expect(events.filter(({what}) => what === "munmap").map(({request}) => request)).toEqual([
      {hint: 0xc7996000, size: 0xc7c00000 - 0xc7996000, granted: 0xc7996000},
      {hint: 0xe7c00000, size: 0xe7d96000 - 0xe7c00000, granted: 0xe7c00000},
    ]);
    expect(rt.mheap_.arena).toMatchObject({next: 0xc7c00000, end: 0xe7c00000});
  });

  test("what is mapped in a reservation shows, granted where it was wanted", () => {
    const {events} = watch({goarch: "386"});
    const fixed = events.filter(({what}) => what === "mmap fixed");
    expect(fixed[0]!.request).toEqual({hint: 0x8400000, size: 4 * MiB, granted: 0x8400000});
    for (const {request} of fixed) expect(request!.granted).toBe(request!.hint);
  });

  test("and is granted at 0 if it was refused", () => {
    const refuse = (addr: number, size: number) => addr === 0x8400000 && size === 4 * MiB;
    const {events, thrown} = watch({goarch: "386", refuse});
    expect(thrown!.message).toBe("runtime: out of memory");
    expect(events.at(-1)).toMatchObject({what: "mmap fixed", request: {hint: 0x8400000, granted: 0}});
  });
});

describe("watching", () => {
  test.each([amd64, i386, {gomaxprocs: 4}, {goos: "windows", until: "mallocinit"} as const])(
    "changes nothing of what is watched: %j",
    options => {
      const {rt, thrown} = watch(options);
      expect(thrown).toBeNull();
      expect(phaseOf(rt)).toEqual(phaseOf(boot(options)));
    },
  );

  test("twice tells the same", () => {
    expect(watch(amd64).events).toEqual(watch(amd64).events);
  });

  test("nests events by depth: no step goes down by more than one", () => {
    const {events} = watch({gomaxprocs: 2});
    expect(events[0]!.depth).toBe(0);
    events.slice(1).forEach(({depth}, i) => {
      expect(depth).toBeLessThanOrEqual(events[i]!.depth + 1);
    });
  });

  test("leaves other runtimes alone", () => {
    const other = boot(amd64);
    watch(amd64);
    expect(Object.hasOwn(other.mheap_, "init")).toBe(false);
    expect(Object.hasOwn(other.mem, "take")).toBe(false);
  });
});

describe("a start that fails", () => {
  test("is told up to there, and what was thrown is returned", () => {
    const {events, thrown} = watch({...amd64, refuse: () => true});
    expect(thrown!.message).toBe("runtime: cannot allocate memory");
    expect(names(events).slice(-2)).toEqual(["mheap_.cachealloc.alloc", "mmap"]);
    expect(events.at(-1)!.request).toEqual({hint: 0, size: 256 * 1024, granted: 0});
    expect(events.at(-2)).not.toHaveProperty("result");
  });

  test("before mheap.init has no events", () => {
    const {events, thrown, rt} = watch({physPageSize: 512});
    expect(thrown!.message).toBe("bad system page size");
    expect(events).toEqual([]);
    expect(rt.phase).toBe("");
  });

  test("because of a senseless option throws", () => {
    expect(() => watch({gomaxprocs: 0})).toThrow(RangeError);
  });
});
