import {describe, expect, test} from "vitest";
import {optionsOf, phaseWithConstants} from "../../src/capture/index.js";
import {boot} from "../../src/runtime/index.js";
import {recording} from "./sample.js";

describe("optionsOf", () => {
  test("boots the model as the process was started", () => {
    expect(optionsOf(recording("linux-amd64-go1.12.17-p4"), "procresize")).toMatchObject({
      release: "go1.12",
      goos: "linux",
      goarch: "amd64",
      gomaxprocs: 4,
      physPageSize: 4096,
      programEnd: 0x4df3b8,
      until: "procresize",
    });
  });

  test("takes the page size of the process, not of its platform", () => {
    const options = optionsOf(recording("linux-arm64-go1.12.17-p1-pagesize65536"), "mallocinit");
    expect(boot(options).physPageSize).toBe(65536);
  });
});

test("the constants, which a recording keeps apart, are compared as a group of the phase", () => {
  const each = recording("linux-386-go1.12.17-p1");
  const phase = phaseWithConstants(each, "mallocinit");
  expect(phase.constants).toBe(each.constants);
  expect(each.phases.mallocinit).not.toHaveProperty("constants");
  expect(phase).toMatchObject(each.phases.mallocinit!);
});
