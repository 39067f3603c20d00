import {describe, expect, test} from "vitest";
import type {JsonObject} from "../../src/capture/format.js";
import {phaseOf} from "../../src/capture/index.js";
import {type BootOptions, boot, load} from "../../src/runtime/index.js";
import {recording} from "./sample.js";

const phase = (options: BootOptions = {}) =>
  phaseOf(boot({until: "mallocinit", ...options})) as Record<string, JsonObject>;

describe("phaseOf", () => {
  test("says at which moment it was taken", () => {
    expect(phaseOf(load()).at).toBe("before runtime.mallocinit");
    expect(phaseOf(boot({until: "mallocinit"})).at).toBe("return of runtime.mallocinit");
    expect(phaseOf(boot()).at).toBe("return of runtime.procresize, called by runtime.schedinit");
  });

  test("has every group of a recording that is not an input of the model", () => {
    const groups = Object.keys(recording("linux-amd64-go1.12.17-p1").phases.mallocinit!);
    const mine = phase();
    expect(groups.filter(group => !(group in mine)).sort()).toEqual(["firstmoduledata", "ncpu"]);
  });

  test("is JSON: what comes back from text is the same", () => {
    for (const options of [
      {},
      {goarch: "386"},
      {goos: "aix", goarch: "ppc64"},
      {goos: "js", goarch: "wasm"},
    ]) {
      const mine = phase(options);
      expect(JSON.parse(JSON.stringify(mine))).toEqual(mine);
    }
  });

  test("does not change when the runtime goes on", () => {
    const rt = boot({until: "mallocinit"});
    const before = phaseOf(rt);
    const copy = structuredClone(before);
    rt.mheap_.arenaHintAlloc.alloc();
    rt.mheap_.allspans.elems.push(rt.mheap_.spanalloc.alloc());
    rt.memstats.by_size[1]!.size = 99;
    expect(before).toEqual(copy);
  });

  test("counts the records of a list of freed ones", () => {
    const rt = boot({until: "mallocinit"});
    const {arenaHintAlloc} = rt.mheap_;
    const [a, b] = [arenaHintAlloc.alloc(), arenaHintAlloc.alloc()];
    arenaHintAlloc.free(a);
    arenaHintAlloc.free(b);
    const {fixallocs} = phaseOf(rt) as {fixallocs: {arenaHintAlloc: JsonObject}};
    expect(fixallocs.arenaHintAlloc).toMatchObject({list: `0x${b.address.toString(16)}`, list_len: 2});
  });

  test("leaves out statistics that are zero", () => {
    expect(phase().stats!.memstats).toEqual({mcache_sys: 16384, other_sys: 245760});
  });

  test("has hints that grow downwards at their places", () => {
    const rt = boot({until: "mallocinit"});
    rt.mheap_.arenaHints!.next!.down = true;
    expect((phaseOf(rt) as Record<string, JsonObject>).arenaHints).toMatchObject({
      any_down: true,
      down_at: [1],
    });
  });

  test("has the distance of hint records, if there are two", () => {
    expect(phase().arenaHint_node_step).toBe(24);
    expect(phase({goarch: "386"}).arenaHint_node_step).toBeNull();
  });

  test("tells an mcentral that is not where it belongs", () => {
    const rt = boot({until: "mallocinit"});
    rt.mheap_.central[3]!.spanclass = 4;
    const {central} = phaseOf(rt) as Record<string, JsonObject>;
    expect(central!.spanclass_equals_index).toBe(false);
    expect((central!.spanclass as number[]).slice(2, 5)).toEqual([2, 4, 4]);
  });

  test("has the offset of arenas as the recorder has it: two's complement of Go's constant", () => {
    // -2^47 in 64 bits.
    expect(phase().arenas!.base_offset).toBe("0xffff800000000000");
    expect(phase({goarch: "arm64"}).arenas!.base_offset).toBe("0x0");
  });

  test("says whose mcache m0's is", () => {
    const list = (phaseOf(boot({gomaxprocs: 3})) as Record<string, JsonObject>).allp!.list as JsonObject[];
    expect(list.map(p => p.mcache_is_m0s)).toEqual([true, false, false]);
  });
});
