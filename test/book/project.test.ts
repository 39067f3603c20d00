// The files around the sources keep their promises.

import {execFileSync} from "node:child_process";
import {lstatSync, readdirSync, readFileSync, readlinkSync} from "node:fs";
import {expect, test} from "vitest";
import {parse, references} from "../../src/book/ts-source.ts";

const read = (path: string) => readFileSync(path, "utf8");

test(".ci/run runs the test command of the README, and nothing else", () => {
  const commands = read(".ci/run")
    .split("\n")
    .filter(line => !/^(#|set |cd |$)/.test(line));
  expect(commands).toEqual(["npm cit"]);
  expect(read("README.md")).toMatch(/^ {4}npm cit /m);
});

test("the lock file names no registry", () => {
  expect(read("package-lock.json")).not.toMatch(/"resolved"|registry\./);
});

test("the lock file has the packages of every platform", () => {
  type Entry = {optionalDependencies?: Record<string, string>};
  const packages: Record<string, Entry> = JSON.parse(read("package-lock.json")).packages;
  const missing = Object.entries(packages).flatMap(([path, {optionalDependencies = {}}]) =>
    Object.keys(optionalDependencies).filter(
      name => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

test("every dependency has one exact version", () => {
  const {dependencies, devDependencies} = JSON.parse(read("package.json"));
  const versions = Object.entries<string>({...dependencies, ...devDependencies});
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("every package that a module imports is declared", () => {
  const {dependencies, devDependencies} = JSON.parse(read("package.json"));
  const modules = ["src", "test", "docs/components"].flatMap(folder =>
    readdirSync(folder, {recursive: true, encoding: "utf8"})
      .filter(path => path.endsWith(".ts") && !path.endsWith(".d.ts") && !path.includes("fixtures"))
      .map(path => `${folder}/${path}`),
  );
  const undeclared = modules.flatMap(file =>
    references(parse(read(file)))
      .map(({specifier}) => specifier.match(/^(?![./]|node:)(?:@[^/]+\/)?[^/]+/)?.[0])
      .filter(name => name !== undefined && !dependencies[name] && !devDependencies[name])
      .map(name => `${file}: ${name}`),
  );
  expect(undeclared).toEqual([]);
});

test("docs/src leads to src", () => {
  const isLink = lstatSync("docs/src").isSymbolicLink();
  expect(isLink ? readlinkSync("docs/src") : "").toBe("../src");
});

test("what a build writes is not in the repository", () => {
  const ignored = ["dist/index.html", ".cells/book/index.ts", "docs/.observablehq/cache/x", "node_modules/x"];
  const output = execFileSync("git", ["check-ignore", "--no-index", ...ignored], {encoding: "utf8"});
  expect(output.trim().split("\n")).toEqual(ignored);
});
