import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {type Comparison, compare, group, leaves} from "../../src/capture/compare.js";
import type {Json, Phase} from "../../src/capture/format.js";
import {compareRecording, optionsOf, phaseOf, phaseWithConstants} from "../../src/capture/index.js";
import {ruleFor} from "../../src/capture/rules.js";
import {boot} from "../../src/runtime/index.js";
import {at, leafPaths, type Path, recording, shifted, without, withValue} from "./sample.js";

const moment = {release: "go1.12", phase: "mallocinit"};
const held = (simulated: Phase, captured: Phase) => compare(simulated, captured, moment);
const differing = (c: Comparison) => c.differing.map(({path}) => path);

describe("leaves", () => {
  test("are found by their paths", () => {
    expect([...leaves({a: 1, b: {c: "x", d: [true, null]}})]).toEqual([
      ["a", 1],
      ["b.c", "x"],
      ["b.d.0", true],
      ["b.d.1", null],
    ]);
  });

  test("a container that is empty is one", () => {
    expect([...leaves({a: [], b: {}, c: [[]]}).keys()]).toEqual(["a", "b", "c.0"]);
  });

  test("the group of a path is its first part", () => {
    expect([group("a"), group("a.b.c")]).toEqual(["a", "a"]);
  });
});

describe("a leaf that no rule mentions", () => {
  test("is equal if value and type are", () => {
    expect(held({a: 1, b: "1", c: null, d: [], e: {}}, {a: 1, b: "1", c: null, d: [], e: {}}).equal).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
  });

  test.each<[Json, Json]>([
    [1, 2],
    [1, "1"],
    [0, false],
    [0, null],
    [[], {}],
    ["0x1", 1],
    ["0x0", null],
    ["a", "A"],
  ])("differs: %j is not %j", (mine, theirs) => {
    const {equal, differing} = held({a: mine}, {a: theirs});
    expect(equal).toEqual([]);
    expect(differing).toEqual([{path: "a", simulated: mine, captured: theirs}]);
  });

  test("differs if only the recording has it", () => {
    expect(held({a: {x: 1}}, {a: {x: 1, y: 0}}).differing).toEqual([
      {path: "a.y", simulated: undefined, captured: 0},
    ]);
  });

  test("differs if only the model has it", () => {
    expect(held({a: {x: 1, y: 0}}, {a: {x: 1}}).differing).toEqual([
      {path: "a.y", simulated: 0, captured: undefined},
    ]);
  });

  test("is not modelled if the model has nothing of its group", () => {
    const {unmodelled, differing} = held({a: 1}, {a: 1, b: {x: 1, y: 2}});
    expect(unmodelled).toEqual([
      {path: "b.x", why: "The model has no b."},
      {path: "b.y", why: "The model has no b."},
    ]);
    expect(differing).toEqual([]);
  });

  test("of a group that no recording has is not held against the model", () => {
    expect(held({a: 1, mine: {x: 1}}, {a: 1}).differing).toEqual([]);
  });

  test("among the constants may be missing from a recording, not from the model, and must be equal", () => {
    expect(held({constants: {x: 1, y: 2}}, {constants: {x: 1}}).differing).toEqual([]);
    expect(differing(held({constants: {x: 1}}, {constants: {x: 1, y: 2}}))).toEqual(["constants.y"]);
    expect(differing(held({constants: {x: 1}}, {constants: {x: 2}}))).toEqual(["constants.x"]);
  });
});

describe("arrays", () => {
  test("of different lengths differ where one has no element", () => {
    expect(differing(held({a: [1, 2]}, {a: [1, 2, 3]}))).toEqual(["a.2"]);
    expect(differing(held({a: [1, 2, 3]}, {a: [1, 2]}))).toEqual(["a.2"]);
  });

  test("an empty one differs from one that is not, in both directions", () => {
    expect(differing(held({a: []}, {a: [1]}))).toEqual(["a.0"]);
    expect(differing(held({a: [1]}, {a: []})).sort()).toEqual(["a", "a.0"]);
    expect(differing(held({a: {b: []}}, {a: {b: [[]]}}))).toEqual(["a.b.0"]);
  });

  test("order counts", () => {
    expect(differing(held({a: [1, 2]}, {a: [2, 1]}))).toEqual(["a.0", "a.1"]);
  });
});

describe("a leaf that varies", () => {
  const base = (value: Json) => ({persistentalloc: {globalAlloc: {base: value}}});

  test("is ignored, with the reason", () => {
    const {ignored} = held(base("0x1000"), base("0x2000"));
    expect(ignored.map(({path}) => path)).toEqual(["persistentalloc.globalAlloc.base"]);
    expect(ignored[0]!.why).not.toBe("");
  });

  test("is compared if either is zero: nothing there does not vary", () => {
    expect(differing(held(base("0x0"), base("0x2000")))).toEqual(["persistentalloc.globalAlloc.base"]);
    expect(differing(held(base("0x2000"), base("0x0")))).toEqual(["persistentalloc.globalAlloc.base"]);
    expect(held(base("0x0"), base("0x0")).equal).toEqual(["persistentalloc.globalAlloc.base"]);
  });

  test("must be there", () => {
    expect(differing(held({persistentalloc: {}}, base("0x2000")))).toContain(
      "persistentalloc.globalAlloc.base",
    );
  });
});

describe("an address that the system places", () => {
  const phase = (base: string, address: string) => ({
    persistentalloc: {globalAlloc: {base}},
    m0_mcache: {address},
  });
  const chunk = 256 * 1024;
  const hex = (n: number) => `0x${n.toString(16)}`;

  test("is equal if it is as far inside the chunk", () => {
    expect(held(phase("0x1000", "0x1008"), phase("0x555000", "0x555008")).equal).toContain(
      "m0_mcache.address",
    );
    const last = held(phase("0x1000", hex(0x1000 + chunk - 1)), phase("0x2000", hex(0x2000 + chunk - 1)));
    expect(last.equal).toContain("m0_mcache.address");
    expect(held(phase("0x1000", "0x1000"), phase("0x2000", "0x2000")).equal).toContain("m0_mcache.address");
  });

  test("differs if it is not", () => {
    expect(differing(held(phase("0x1000", "0x1008"), phase("0x555000", "0x555010")))).toEqual([
      "m0_mcache.address",
    ]);
    expect(differing(held(phase("0x1000", "0x1008"), phase("0x2000", "0x1008")))).toEqual([
      "m0_mcache.address",
    ]);
  });

  test("is ignored if it is outside in both", () => {
    const outside = [hex(0x1000 - 1), hex(0x1000 + chunk), "0x5000000"];
    for (const mine of outside) {
      const {ignored} = held(phase("0x1000", mine), phase("0x1000", "0x7f0000"));
      expect(ignored.map(({path}) => path)).toContain("m0_mcache.address");
    }
  });

  test("differs if it is inside in one and outside in the other", () => {
    expect(differing(held(phase("0x1000", "0x1008"), phase("0x1000", "0x7f0000")))).toEqual([
      "m0_mcache.address",
    ]);
    expect(differing(held(phase("0x1000", "0x7f0000"), phase("0x1000", "0x1008")))).toEqual([
      "m0_mcache.address",
    ]);
  });

  test("is nothing only if both are", () => {
    expect(differing(held(phase("0x1000", "0x0"), phase("0x1000", "0x1008")))).toEqual(["m0_mcache.address"]);
    expect(differing(held(phase("0x1000", "0x5000000"), phase("0x1000", "0x0")))).toEqual([
      "m0_mcache.address",
    ]);
    expect(held(phase("0x1000", "0x0"), phase("0x2000", "0x0")).equal).toContain("m0_mcache.address");
  });

  test("differs if there is no chunk to measure from", () => {
    expect(differing(held({m0_mcache: {address: "0x8"}}, {m0_mcache: {address: "0x8"}}))).toEqual([
      "m0_mcache.address",
    ]);
  });

  test("may lie beyond 2^53", () => {
    const far = phase("0xa00000000000000", "0xa00000000000001");
    expect(held(far, phase("0x1000", "0x1001")).equal).toContain("m0_mcache.address");
    expect(differing(held(far, phase("0x1000", "0x1000")))).toEqual(["m0_mcache.address"]);
  });
});

describe("an address that is measured from another", () => {
  const reserved = (next: string, end: string) => ({heapArenaAlloc: {next, mapped: next, end}});

  test("is equal if the distance is, however far and in whichever direction", () => {
    expect(held(reserved("0x1000", "0x90000000"), reserved("0x2000", "0x90001000")).equal).toContain(
      "heapArenaAlloc.end",
    );
    expect(held(reserved("0x2000", "0x1000"), reserved("0x3000", "0x2000")).equal).toContain(
      "heapArenaAlloc.end",
    );
  });

  test("differs if the distance does", () => {
    const c = held(reserved("0x1000", "0x90000000"), reserved("0x2000", "0x90000000"));
    expect(differing(c)).toEqual(["heapArenaAlloc.end"]);
  });

  test("is nothing only if both are", () => {
    expect(held(reserved("0x0", "0x0"), reserved("0x0", "0x0")).equal).toHaveLength(3);
    expect(differing(held(reserved("0x0", "0x0"), reserved("0x1000", "0x2000")))).toHaveLength(3);
  });
});

describe("a table", () => {
  const table = (...rows: Json[][]) => ({t: {columns: ["base", "npages"], rows}});

  test("has its cells under the names of their columns", () => {
    expect([...leaves({columns: ["a", "b"], rows: [[1, 2]]}).keys()]).toEqual([
      "columns.0",
      "columns.1",
      "rows.0.a",
      "rows.0.b",
    ]);
    expect(differing(held(table(["0x1", 1]), table(["0x1", 2])))).toEqual(["t.rows.0.npages"]);
  });

  test("without rows is one leaf there", () => {
    expect(held(table(), table()).equal).toContain("t.rows");
    expect(differing(held(table(), table(["0x1", 1])))).toEqual(["t.rows.0.base", "t.rows.0.npages"]);
  });

  test("loses no cell that has no column", () => {
    expect(differing(held(table(["0x1", 1, 5]), table(["0x1", 1, 6])))).toEqual(["t.rows.0.2"]);
  });
});

describe("a recorded process", () => {
  const name = "linux-amd64-go1.12.17-p1";
  const captured = phaseWithConstants(recording(name), "mallocinit");
  const simulated = phaseOf(boot(optionsOf(recording(name), "mallocinit")));
  const paths = leafPaths(captured);
  const pathOf = (path: Path) => path.join(".");
  const lists = (c: Comparison) => [
    c.equal,
    differing(c),
    c.ignored.map(({path}) => path),
    c.unmodelled.map(({path}) => path),
  ];

  /** Some other value of the same kind. */
  function other(value: Json): Json {
    if (typeof value === "number") return value + 1;
    if (typeof value === "boolean") return !value;
    if (typeof value === "string") return /^0x/.test(value) ? shifted(value, 8n) : `${value}?`;
    return 1;
  }

  test("has each of its leaves in exactly one list", () => {
    expect(lists(held(simulated, captured)).flat().sort()).toEqual(paths.map(pathOf).sort());
  });

  test("stays equal if all addresses of its chunk move together", () => {
    const moving = paths.filter(path => {
      const inChunk = ruleFor(pathOf(path), moment)?.verdict === "address";
      return (inChunk || pathOf(path) === "persistentalloc.globalAlloc.base") && at(captured, path) !== "0x0";
    });
    expect(moving.length).toBeGreaterThanOrEqual(7);
    let moved = captured;
    for (const path of moving) moved = withValue(moved, path, shifted(at(captured, path), 0x123000n));
    expect(held(simulated, moved)).toEqual(held(simulated, captured));
    for (const path of moving) {
      const one = withValue(captured, path, shifted(at(captured, path), 0x123000n));
      if (pathOf(path) === "persistentalloc.globalAlloc.base")
        expect(differing(held(simulated, one))).toHaveLength(moving.length - 1);
      else expect(differing(held(simulated, one))).toEqual([pathOf(path)]);
    }
  });

  test("differs in any leaf that is spoiled, unless a rule says that it is not compared", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), path => {
        const spoiled = held(simulated, withValue(captured, path, other(at(captured, path))));
        const name = pathOf(path);
        const verdict = ruleFor(name, moment)?.verdict;
        if (verdict === "ignored" || verdict === "unmodelled") expect(spoiled.equal).not.toContain(name);
        else expect(differing(spoiled).some(each => each === name || each.startsWith(`${name}.`))).toBe(true);
      }),
      {numRuns: 200},
    );
  });

  test("differs by what is taken out of it, unless the model says so little about it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), path => {
        const verdict = ruleFor(pathOf(path), moment)?.verdict;
        const mayBeMissing = path[0] === "constants" || path.length === 1;
        if (verdict === "ignored" || verdict === "unmodelled" || mayBeMissing) return;
        expect(held(simulated, without(captured, path)).differing).not.toEqual([]);
      }),
      {numRuns: 100},
    );
  });

  test("differs by what the model lacks", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths.filter(path => path.length > 1)), path => {
        if (ruleFor(pathOf(path), moment)?.verdict === "unmodelled") return;
        const c = held(without(simulated, path), captured);
        expect(c.differing).not.toEqual([]);
        expect(lists(c).flat().length).toBeGreaterThanOrEqual(paths.length);
      }),
      {numRuns: 100},
    );
  });

  test("is compared as compareRecording does it", () => {
    expect(compareRecording(recording(name), "mallocinit")).toEqual(held(simulated, captured));
  });
});
