import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import {expect, test} from "vitest";
import {runs} from "./scratch.js";

const python = runs("python3", "--version");
if (!python) console.warn("There is no python3: the tests of test/recorder/gdb are not run.");

test.runIf(python)("what gdb runs decodes synthetic memory as it should", () => {
  const folder = fileURLToPath(new URL("./gdb", import.meta.url));
  const {status, stderr} = spawnSync("python3", ["-m", "unittest", "discover", "-s", folder], {
    encoding: "utf8",
  });
  expect(stderr).toMatch(/Ran [1-9]\d* tests/);
  expect(status, stderr).toBe(0);
});
