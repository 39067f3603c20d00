import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {fields as fieldsOf, inlineFields, Layouts, type StructDecls} from "../../src/releases/layout.js";

const on64 = (structs: StructDecls, named = {}) => new Layouts({PtrSize: 8, Int64Align: 8, structs, named});
const on32 = (structs: StructDecls, named = {}) => new Layouts({PtrSize: 4, Int64Align: 4, structs, named});
const offsets = (layouts: Layouts, struct: string) => layouts.of(struct).fields.map(f => f.offset);

describe("the size of a type", () => {
  test.each([
    ["bool", 1, 1],
    ["int8", 1, 1],
    ["byte", 1, 1],
    ["uint16", 2, 2],
    ["int32", 4, 4],
    ["uint64", 8, 8],
    ["float64", 8, 8],
    ["int", 8, 4],
    ["uint", 8, 4],
    ["uintptr", 8, 4],
    ["unsafe.Pointer", 8, 4],
    ["*mspan", 8, 4],
    ["**[4]mspan", 8, 4],
    ["func(int) bool", 8, 4],
    ["[]*mspan", 24, 12],
    ["[0]uint64", 0, 0],
    ["[3]uint16", 6, 6],
    ["[2][3]uintptr", 48, 24],
    ["[5]struct{a uint8; b uint16}", 20, 20],
  ])("%s is %i bytes on 64-bit and %i on 32-bit", (type, size64, size32) => {
    expect(on64({}).extent(type).size).toBe(size64);
    expect(on32({}).extent(type).size).toBe(size32);
  });

  test("a 64-bit integer is aligned to 4 bytes on 32-bit, and still has 8", () => {
    for (const type of ["int64", "uint64", "float64"])
      expect(on32({}).extent(type)).toEqual({size: 8, align: 4});
  });

  test("32-bit ports that align 64-bit integers to 8 are possible", () => {
    const layouts = new Layouts({
      PtrSize: 4,
      Int64Align: 8,
      structs: {
        s: [
          ["a", "uint8"],
          ["b", "uint64"],
        ],
      },
      named: {},
    });
    expect(layouts.of("s")).toMatchObject({size: 16, align: 8});
  });

  test("an array is aligned as its elements are, a slice as a pointer is", () => {
    expect(on64({}).extent("[100]uint16").align).toBe(2);
    expect(on64({}).extent("[]byte").align).toBe(8);
  });

  test("a named type is what it stands for, over any number of steps", () => {
    const layouts = on64({}, {gclinkptr: "link", link: "uintptr", pair: "[2]gclinkptr"});
    expect(layouts.extent("gclinkptr")).toEqual({size: 8, align: 8});
    expect(layouts.extent("pair")).toEqual({size: 16, align: 8});
  });

  test("an unknown type is refused by name", () => {
    expect(() => on64({}).extent("complex256")).toThrow(new RangeError("unknown Go type complex256"));
    expect(() => on64({s: [["a", "[3]whatever"]]}).sizeof("s")).toThrow("unknown Go type whatever");
  });

  test("a pointer to an unknown type is a pointer", () => {
    expect(on64({s: [["a", "*whatever"]]}).sizeof("s")).toBe(8);
  });
});

describe("a struct", () => {
  test("leaves gaps so that every field is aligned", () => {
    const s: StructDecls = {
      s: [
        ["a", "uint8"],
        ["b", "uint64"],
        ["c", "uint16"],
        ["d", "uint32"],
      ],
    };
    expect(offsets(on64(s), "s")).toEqual([0, 8, 16, 20]);
    expect(offsets(on32(s), "s")).toEqual([0, 4, 12, 16]);
  });

  test("is rounded up to its strictest alignment, so that arrays of it stay aligned", () => {
    const s: StructDecls = {
      s: [
        ["a", "uint64"],
        ["b", "uint8"],
      ],
    };
    expect(on64(s).of("s")).toMatchObject({size: 16, align: 8});
    expect(on32(s).of("s")).toMatchObject({size: 12, align: 4});
    expect(on64(s).extent("[3]s").size).toBe(48);
  });

  test("inside a struct keeps its own alignment and its own padding", () => {
    const s: StructDecls = {
      inner: [
        ["p", "*inner"],
        ["k", "uint8"],
      ],
      outer: [
        ["f", "uint8"],
        ["inner", "inner"],
        ["last", "uint8"],
      ],
    };
    expect(offsets(on64(s), "outer")).toEqual([0, 8, 24]);
    expect(on64(s).sizeof("outer")).toBe(32);
  });

  test("written in place is laid out as a declared one is", () => {
    const s: StructDecls = {
      t: [["a", "struct{x uint8; y uint64}"]],
      u: [
        ["x", "uint8"],
        ["y", "uint64"],
      ],
    };
    expect(on64(s).sizeof("t")).toBe(on64(s).sizeof("u"));
    expect(on32(s).sizeof("t")).toBe(12);
  });

  test("without fields has no bytes", () => {
    expect(on64({empty: []}).of("empty")).toEqual({size: 0, align: 1, fields: []});
  });

  test("that points to itself is no problem", () => {
    expect(on64({link: [["next", "*link"]]}).sizeof("link")).toBe(8);
  });

  test("that is not declared is refused with the names of those that are", () => {
    expect(() => on64({a: [], b: []}).sizeof("c")).toThrow(
      new RangeError("no struct c in this release; it declares a, b"),
    );
  });

  test("is worked out once", () => {
    const layouts = on64({s: [["a", "uint8"]]});
    expect(layouts.of("s")).toBe(layouts.of("s"));
  });
});

describe("the compiler's special cases:", () => {
  const atomic: StructDecls = {
    "atomic.Uint64": fieldsOf(`
      noCopy atomic.noCopy
      _      atomic.align64
      value  uint64
    `),
    "atomic.noCopy": [],
    s: fieldsOf("a uint32\n b atomic.Uint64"),
  };

  test("an atomic 64-bit integer is aligned to 8 bytes on 32-bit, too, and so is what contains it", () => {
    expect(on32(atomic).extent("atomic.Uint64")).toMatchObject({size: 8, align: 8});
    expect(offsets(on32(atomic), "s")).toEqual([0, 8]);
    expect(on32(atomic).of("s")).toMatchObject({size: 16, align: 8});
  });

  test("a field of no size at the end takes a byte, so that its address is inside the struct", () => {
    const s: StructDecls = {
      empty: [],
      last: fieldsOf("a uintptr\n b empty"),
      first: fieldsOf("b empty\n a uintptr"),
    };
    expect(on64(s).of("last")).toMatchObject({size: 16, align: 8});
    expect(on64(s).of("first")).toMatchObject({size: 8, align: 8});
    expect(on64({s: fieldsOf("a, b empty"), empty: []}).sizeof("s")).toBe(0);
  });

  test("an interface is two words, of which the second is scanned", () => {
    expect(on64({}).extent("any")).toEqual({size: 16, align: 8});
    expect(on32({s: fieldsOf("a uint32\n b any")}).pointers("s")).toEqual([8]);
  });

  test("maps and channels are pointers", () => {
    expect(on32({s: fieldsOf("m map[uint64]*s\n c chan int")}).of("s").size).toBe(8);
    expect(on64({s: fieldsOf("m map[uint64]*s\n c chan int")}).pointers("s")).toEqual([0, 8]);
  });

  test("a pointer to what never lies on the heap is not scanned", () => {
    const structs: StructDecls = {
      off: fieldsOf("_ sys.NotInHeap\n a uintptr"),
      "sys.NotInHeap": [],
      marked: fieldsOf("a uintptr"),
      s: fieldsOf("a *off\n b *marked\n c *s\n d [2]*off"),
    };
    const layouts = new Layouts({PtrSize: 8, Int64Align: 8, structs, named: {}, notInHeap: ["marked"]});
    expect(layouts.pointers("s")).toEqual([16]);
  });
});

describe("fields as Go writes them", () => {
  test("are one line for each type, with any number of names and of spaces", () => {
    expect(fieldsOf("  next, prev   *mspan\n\n  _ uint32\n f func(a, b) bool ")).toEqual([
      ["next", "*mspan"],
      ["prev", "*mspan"],
      ["_", "uint32"],
      ["f", "func(a, b) bool"],
    ]);
  });

  test("are refused without a type, with the line", () => {
    expect(() => fieldsOf("a uint8\nb")).toThrow(
      new RangeError('no field "b"; one is written as "name type" or "name, name type"'),
    );
  });
});

test("fields in place have a name and the rest as their type", () => {
  expect(inlineFields("struct{mcentral mcentral; pad [8]uint8; f func(int) bool}")).toEqual([
    ["mcentral", "mcentral"],
    ["pad", "[8]uint8"],
    ["f", "func(int) bool"],
  ]);
});

test("in any struct, fields are aligned, in order, apart, and no gap is wider than it must be", () => {
  const type = fc.constantFrom(
    "bool",
    "uint16",
    "int32",
    "uint64",
    "uintptr",
    "[3]uint8",
    "[2]uint32",
    "[]byte",
  );
  const fields = fc.array(type, {minLength: 1, maxLength: 12});
  fc.assert(
    fc.property(fields, fc.constantFrom(4 as const, 8 as const), (types, PtrSize) => {
      const structs = {s: types.map((t, i) => [`f${i}`, t] as const)};
      const layouts = new Layouts({PtrSize, Int64Align: PtrSize, structs, named: {}});
      const {size, align, fields: placed} = layouts.of("s");
      let end = 0;
      for (const {offset, type, size: bytes} of placed) {
        const {align: a} = layouts.extent(type);
        expect(offset % a).toBe(0);
        expect(offset - end).toBeGreaterThanOrEqual(0);
        expect(offset - end).toBeLessThan(a);
        end = offset + bytes;
      }
      expect([size % align, size - end < align, size >= end]).toEqual([0, true, true]);
    }),
  );
});
