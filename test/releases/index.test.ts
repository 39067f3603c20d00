import {describe, expect, test} from "vitest";
import {configure, release, releases} from "../../src/releases/index.js";

describe("a release", () => {
  test("is found by its name", () => {
    for (const name of Object.keys(releases)) expect(release(name).name).toBe(name);
    expect(release("go1.12").tag).toBe("go1.12.17");
    expect(release("go1.19").tag).toBe("go1.19.8");
  });

  test("that is unknown is refused with the names that there are", () => {
    expect(() => release("go1.3")).toThrow(RangeError);
    expect(() => release("go1.3")).toThrow(/unknown release go1\.3; the model covers go1\.12/);
  });

  test("stands behind those that are older", () => {
    const minors = Object.keys(releases).map(name => Number(name.replace("go1.", "")));
    expect(minors).toEqual([...minors].sort((a, b) => a - b));
  });

  test("is not a name that every object has", () => {
    for (const name of ["toString", "constructor", "__proto__"])
      expect(() => release(name)).toThrow(RangeError);
  });
});

describe("a platform", () => {
  test.each(Object.values(releases).flatMap(r => r.platforms.map(p => [r.name, p] as const)))(
    "%s configures on %s",
    (name, platform) => {
      const [goos, goarch] = platform.split("/");
      const config = configure(release(name), goos!, goarch!);
      expect(config).toMatchObject({goos, goarch});
      expect(config.addresses.lowest).toBeLessThan(config.addresses.top);
      expect(config.addresses.top).toBeLessThanOrEqual(config.addresses.limit);
      for (const struct of config.layouts.names())
        expect(config.layouts.sizeof(struct)).toBeGreaterThanOrEqual(0);
      expect(config.layouts.sizeof("mspan")).toBeGreaterThan(0);
    },
  );

  test.each([
    ["linux", "riscv64"],
    ["windows", "arm64"],
    ["plan9", "amd64"],
    ["linux", "wasm"],
    ["js", "amd64"],
    ["", ""],
  ])("%s/%s is refused for go1.12 with those that are covered", (goos, goarch) => {
    const attempt = () => configure(release("go1.12"), goos, goarch);
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(`go1.12 is not modelled on ${goos}/${goarch}; it is on linux/amd64, linux/386`);
  });
});

test("go1.12 covers the platforms that the book declares", () => {
  const declared = "386 amd64 arm arm64 mips mipsle mips64 mips64le ppc64 ppc64le s390x"
    .split(" ")
    .map(a => `linux/${a}`);
  declared.push("darwin/amd64", "darwin/arm64", "windows/amd64", "aix/ppc64", "js/wasm");
  expect([...release("go1.12").platforms].sort()).toEqual(declared.sort());
});

test("later releases cover what the one before did, and the ports that came since", () => {
  const younger: Readonly<Record<string, string>> = {
    "go1.15": "linux/riscv64 windows/386 freebsd/amd64 freebsd/386 freebsd/arm64",
    "go1.19": "linux/loong64 ios/arm64 windows/arm64",
    "go1.24": "wasip1/wasm",
  };
  let expected: readonly string[] = [];
  for (const {name, platforms} of Object.values(releases)) {
    expected = name === "go1.12" ? platforms : [...expected, ...(younger[name]?.split(" ") ?? [])];
    expect([...platforms].sort(), name).toEqual([...expected].sort());
  }
});

test("what is not Linux is marked as not recorded, in every release", () => {
  for (const {name, platforms, bySource} of Object.values(releases))
    expect(bySource, name).toEqual(platforms.filter(platform => !platform.startsWith("linux/")));
});

test("programs were recorded on some of the platforms that are not so marked", () => {
  for (const {emptyProgram, platforms, bySource} of Object.values(releases))
    for (const platform of Object.keys(emptyProgram)) {
      expect(platforms).toContain(platform);
      expect(bySource).not.toContain(platform);
    }
});

test("darwin/arm64 is a phone up to go1.15, and a computer since go1.16: it has 33 bits of addresses, then 47", () => {
  const bits = (name: string) => Math.log2(configure(release(name), "darwin", "arm64").addresses.limit);
  expect(["go1.12", "go1.15", "go1.19", "go1.24", "go1.27"].map(name => Math.ceil(bits(name)))).toEqual([
    33, 33, 47, 47, 47,
  ]);
});
