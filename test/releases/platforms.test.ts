// What Go's runtime/internal/sys and internal/cpu say of each port: go1.12.17, and go1.19.8 of the ports that are younger.

import {describe, expect, test} from "vitest";
import {addressSpaces, archs, oses} from "../../src/releases/platforms.js";

describe("processors", () => {
  // GOARCH, PtrSize, BigEndian, Int64Align, DefaultPhysPageSize, HugePageSize, CacheLinePadSize.
  test.each([
    ["386", 4, false, 4, 4096, 2 ** 21, 64],
    ["amd64", 8, false, 8, 4096, 2 ** 21, 64],
    ["arm", 4, false, 4, 65536, 0, 32],
    ["arm64", 8, false, 8, 65536, 0, 64],
    ["mips", 4, true, 4, 65536, 0, 32],
    ["mipsle", 4, false, 4, 65536, 0, 32],
    ["mips64", 8, true, 8, 16384, 0, 32],
    ["mips64le", 8, false, 8, 16384, 0, 32],
    ["ppc64", 8, true, 8, 65536, 0, 128],
    ["ppc64le", 8, false, 8, 65536, 0, 128],
    ["riscv64", 8, false, 8, 4096, 0, 32],
    ["loong64", 8, false, 8, 16384, 0, 64],
    ["s390x", 8, true, 8, 4096, 0, 256],
    ["wasm", 8, false, 8, 65536, 0, 64],
  ] as const)(
    "%s",
    (goarch, PtrSize, BigEndian, Int64Align, DefaultPhysPageSize, HugePageSize, CacheLinePadSize) => {
      expect(archs[goarch]).toMatchObject({
        PtrSize,
        BigEndian,
        Int64Align,
        DefaultPhysPageSize,
        HugePageSize,
        CacheLinePadSize,
      });
    },
  );

  test("page sizes are powers of two from 4096 on, and none is larger than the upper bound", () => {
    for (const [name, {pageSizes, DefaultPhysPageSize}] of Object.entries(archs))
      for (const size of pageSizes) {
        expect(Number.isInteger(Math.log2(size / 4096)), name).toBe(true);
        // Kernels for mips64 and loong64 come with pages of 64 KiB too, which Go's constant does not allow for.
        if (!/^(mips|loong)64/.test(name)) expect(size, name).toBeLessThanOrEqual(DefaultPhysPageSize);
      }
  });
});

describe("systems", () => {
  test("Windows alone cannot trim a reservation", () => {
    expect(
      Object.entries(oses)
        .filter(([, os]) => !os.trimsReservations)
        .map(([name]) => name),
    ).toEqual(["windows"]);
  });

  test("WebAssembly alone grows upwards and gives nothing back", () => {
    for (const [name, os] of Object.entries(oses)) {
      const wasm = name === "js" || name === "wasip1";
      expect(os.linear, name).toBe(wasm);
      expect(os.givesBack, name).toBe(!wasm);
    }
  });

  test("Linux alone tells the break", () => {
    expect(
      Object.entries(oses)
        .filter(([, os]) => os.hasBrk)
        .map(([name]) => name),
    ).toEqual(["linux"]);
  });
});

describe("addresses", () => {
  test("lie below the limits that Go's malloc.go lists", () => {
    // The column "Maximum Value (exclusive)".
    expect(addressSpaces["linux/amd64"]!.limit).toBe(0x007ffffffff000);
    expect(addressSpaces["linux/arm64"]!.limit).toBe(0x01000000000000);
    expect(addressSpaces["linux/ppc64"]!.limit).toBe(0x00400000000000);
    expect(addressSpaces["linux/ppc64le"]!.limit).toBe(0x00400000000000);
    expect(addressSpaces["linux/mips64"]!.limit).toBe(0x00010000000000);
    expect(addressSpaces["linux/mips64le"]!.limit).toBe(0x00010000000000);
  });

  test("are exact: bounds are whole numbers that a float64 holds", () => {
    for (const {lowest, top, limit} of Object.values(addressSpaces))
      for (const bound of [lowest, top, limit]) expect(BigInt(bound) % 4096n).toBe(0n);
  });

  test("on 32-bit end below 4 GiB, on MIPS below 2", () => {
    for (const arch of ["386", "arm"])
      expect(addressSpaces[`linux/${arch}`]!.limit).toBeLessThanOrEqual(2 ** 32);
    for (const arch of ["mips", "mipsle"])
      expect(addressSpaces[`linux/${arch}`]!.limit).toBeLessThanOrEqual(2 ** 31);
  });
});
