import {describe, expect, test} from "vitest";
import {typesOf} from "../../src/capture/index.js";

describe("typesOf", () => {
  const {sizeof, layout} = typesOf("go1.12", "linux", "amd64");
  const typeOfField = (struct: string, field: string) => layout[struct]!.find(([name]) => name === field)![1];

  test("has rows of field, type, offset and size", () => {
    expect(layout.arenaHint).toEqual([
      ["addr", "uintptr", 0, 8],
      ["down", "bool", 8, 1],
      ["next", "runtime.arenaHint *", 16, 8],
    ]);
  });

  test("names types as gdb does", () => {
    expect(typeOfField("mspan", "allocCache")).toBe("uint64");
    expect(typeOfField("mspan", "next")).toBe("runtime.mspan *");
    expect(typeOfField("mspan", "spanclass")).toBe("runtime.spanClass");
    expect(typeOfField("mcache", "alloc")).toBe("[134]*runtime.mspan");
    expect(typeOfField("mheap", "allspans")).toBe("[]*runtime.mspan");
    expect(typeOfField("fixalloc", "arg")).toBe("void *");
    expect(typeOfField("fixalloc", "stat")).toBe("uint64 *");
  });

  test("rows cover a struct but for padding", () => {
    for (const [name, rows] of Object.entries(layout)) {
      let end = 0;
      for (const [, , offset, size] of rows) {
        expect(offset, name).toBeGreaterThanOrEqual(end);
        end = offset + size;
      }
      expect(sizeof[name], name).toBeGreaterThanOrEqual(end);
    }
  });

  test("refuses what the model does not cover", () => {
    expect(() => typesOf("go1.3", "linux", "amd64")).toThrow(/unknown release go1\.3/);
    expect(() => typesOf("go1.12", "linux", "riscv64")).toThrow(/not modelled on linux\/riscv64/);
  });
});
