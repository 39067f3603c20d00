// The account of everything that was recorded: what the page "How this book is checked" prints, held to its word.

import {readdirSync, readFileSync, statSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {describe, expect, test} from "vitest";
import {accountOf, accounts, isCompared, type NotCompared, totals} from "../../src/capture/account.js";
import type {Comparison} from "../../src/capture/index.js";
import {releases} from "../../src/releases/index.js";
import {leafPaths} from "../capture/sample.js";

const data = fileURLToPath(new URL("../../docs/data/", import.meta.url));
const text = (path: string) => readFileSync(`${data}${path}`, "utf8");
const all = accounts({list: folder => readdirSync(`${data}${folder}`), text});

const files = ["captures", "vectors"]
  .flatMap(folder =>
    readdirSync(`${data}${folder}`, {recursive: true, encoding: "utf8"}).map(f => `${folder}/${f}`),
  )
  .map(path => path.replaceAll("\\", "/"))
  .filter(path => statSync(`${data}${path}`).isFile() && !path.endsWith("PROVENANCE.txt"));

test("every file that was recorded is in it, once", () => {
  expect(files.length).toBeGreaterThan(40);
  expect(all.map(({file}) => file).sort()).toEqual(files.sort());
});

describe("a recorded process of a release that the model has", () => {
  const own = all.filter(({kind, release}) => kind === "heap" && release && tagOf(release) in releases);

  test("is there for each such release", () => {
    expect(new Set(own.map(({release}) => tagOf(release!)))).toEqual(new Set(Object.keys(releases)));
  });

  test.each(own.map(each => [each.file, each] as const))("%s: every leaf is in one list", (file, {parts}) => {
    const {phases, constants, types} = JSON.parse(text(file));
    let compared = 0;
    for (const {name, result} of parts) {
      if (!isCompared(result)) continue;
      const recorded =
        name === "types"
          ? Object.keys(types.sizeof).length + Object.values<unknown[]>(types.layout).flat().length
          : leafPaths({...phases[name], constants}).length;
      const {equal, differing, ignored, unmodelled} = result;
      const theirs = differing.filter(({captured}) => captured !== undefined).length;
      expect(equal.length + theirs + ignored.length + unmodelled.length, name).toBe(recorded);
      compared += recorded;
    }
    expect(compared).toBeGreaterThan(200);
  });
});

/** "go1.12" of "go1.12.17". */
function tagOf(version: string): string {
  return /^go1\.\d+/.exec(version)![0];
}

describe("whatever is compared", () => {
  const compared = all.filter(({parts}) => parts.some(({result}) => isCompared(result)));

  test.each(compared.map(each => [each.file, each] as const))("%s: no leaf differs", (_, {parts}) => {
    const differing = parts.flatMap(({name, result}) =>
      isCompared(result) ? result.differing.map(d => ({part: name, ...d})) : [],
    );
    expect(differing).toEqual([]);
    expect(totals(parts).equal).toBeGreaterThan(200);
  });

  test("says of every leaf that it leaves out why", () => {
    for (const {parts} of compared)
      for (const {result} of parts)
        if (isCompared(result))
          for (const {why} of [...result.ignored, ...result.unmodelled]) expect(why).toMatch(/\w.*\.$/s);
  });
});

describe("what is not compared", () => {
  const left = all.flatMap(({file, parts}) =>
    parts.flatMap(({name, result}) => (isCompared(result) ? [] : [{file, name, ...result}])),
  );

  test("is counted, and has a reason", () => {
    for (const {file, leaves, why} of left) {
      expect(leaves, file).toBeGreaterThan(0);
      expect(why, file).toMatch(/^[A-Z].*\.$/s);
    }
  });

  test("is not left out since the model stopped on the way", () => {
    expect(left.filter(({why}) => why.startsWith("The model stops:"))).toEqual([]);
  });
});

describe("an account of a file that is not as it should be", () => {
  const file = "captures/heap/linux-amd64-go1.12.17-p1.json";
  const part = (account: ReturnType<typeof accountOf>, name: string) =>
    account.parts.find(each => each.name === name)!.result;

  test("names the leaf that differs, in the moment and in the struct", () => {
    const spoiled = JSON.parse(text(file));
    spoiled.phases.mallocinit.fixallocs.spanalloc.size += 8;
    spoiled.types.sizeof.mspan += 8;
    const account = accountOf(file, JSON.stringify(spoiled));
    expect((part(account, "mallocinit") as Comparison).differing).toEqual([
      {path: "fixallocs.spanalloc.size", simulated: 144, captured: 152},
    ]);
    expect((part(account, "types") as Comparison).differing.map(({path}) => path)).toEqual(["sizeof.mspan"]);
    expect(totals(account.parts).differing).toBe(2);
  });

  test("counts all leaves of a release that the model does not have as not compared", () => {
    const other = {...JSON.parse(text(file)), release: "1.99"};
    const {leaves, why} = part(accountOf(file, JSON.stringify(other)), "mallocinit") as NotCompared;
    expect(why).toBe("The model does not have go1.99.");
    expect(leaves).toBe(leafPaths({...other.phases.mallocinit, constants: other.constants}).length);
  });

  test("says that the model stops where it does, and goes on with the next moment", () => {
    const other = JSON.parse(text(file));
    other.phases.mallocinit.physPageSize = 5000;
    const account = accountOf(file, JSON.stringify(other));
    expect((part(account, "mallocinit") as NotCompared).why).toMatch(
      /^The model stops: .*bad system page size/s,
    );
    expect(isCompared(part(account, "procresize"))).toBe(true);
  });

  test("lists a file that nobody knows, with its lines", () => {
    const {kind, parts} = accountOf("captures/strange.txt", "one\ntwo\n");
    expect(kind).toBe("other");
    expect(totals(parts)).toMatchObject({equal: 0, notCompared: 2});
  });
});

test("all scripts are replayed, and of go1.12 and go1.19 everything is compared that the model can boot to", () => {
  const scripts = all.filter(({kind}) => kind === "scripts");
  expect(scripts.length).toBeGreaterThan(1);
  expect(scripts.flatMap(({parts}) => parts).filter(({result}) => !isCompared(result))).toEqual([]);
  const heaps = all.filter(({kind, release}) => kind === "heap" && /^go1\.1[29]\./.test(release ?? ""));
  for (const {file, parts} of heaps) {
    const left = parts.filter(({result}) => !isCompared(result)).map(({name}) => name);
    expect(left, file).toEqual(["main"]);
  }
});
