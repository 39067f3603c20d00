// Where the fields of a Go struct lie in memory.
//
// A release declares its structs field by field, in Go's own notation for types; sizes, offsets and alignment
// follow from the pointer size and from the alignment of 64-bit integers. Nothing here is typed in: a size is
// the end of the last field, rounded up to the strictest alignment among the fields.
// Invariant: a field's offset is a multiple of its alignment; a struct's size is a multiple of its own.
//
// Two rules of Go's compiler are easy to forget. The 64-bit types of its atomic package are aligned to 8 bytes on
// every platform: each has a field of type align64, which takes no room. And a struct that ends in a field of no
// size has one byte more, so that the address of that field is not one behind the struct.

/** A field: name and type in Go's notation, for example `["alloc", "[134]*mspan"]`. */
export type FieldDecl = readonly [name: string, type: string];

/** Structs by name, each a list of fields in order. */
export type StructDecls = Readonly<Record<string, readonly FieldDecl[]>>;

/** Types by name that are not structs, each with what it stands for. */
export type NamedTypes = Readonly<Record<string, string>>;

/** The fields of a struct, a line for each type, as Go writes them: `next, prev *mspan`. */
export function fields(text: string): FieldDecl[] {
  return text
    .split("\n")
    .map(line => line.trim())
    .filter(line => line !== "")
    .flatMap(line => {
      const [, names, type] = /^(\w+(?:, \w+)*) +(.+)$/.exec(line) ?? [];
      if (names === undefined || type === undefined)
        throw new RangeError(`no field "${line}"; one is written as "name type" or "name, name type"`);
      return names.split(", ").map(name => [name, type] as const);
    });
}

/** Where a field lies. Offset and size are in bytes. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly size: number;
}

/** Size and alignment in bytes, and the fields in order. */
export interface Layout {
  readonly size: number;
  readonly align: number;
  readonly fields: readonly Field[];
}

interface Extent {
  size: number;
  align: number;
}

/** What the size of a type depends on. */
export interface Target {
  readonly PtrSize: 4 | 8;
  readonly Int64Align: 4 | 8;
  readonly structs: StructDecls;
  readonly named: NamedTypes;
  /** Structs that are said not to lie on the heap: the compiler does not count a pointer to one as a pointer. */
  readonly notInHeap?: readonly string[];
}

const fixedSizes: Readonly<Record<string, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  byte: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
};

/** The type of a field that takes no room and aligns its struct to 8 bytes. */
const align64 = "atomic.align64";

const roundUp = (n: number, align: number) => Math.ceil(n / align) * align;

/** Computes the layout of structs for one release and platform, each once. */
export class Layouts {
  readonly #target: Target;
  readonly #known = new Map<string, Layout>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** Bytes that a struct takes. Throws for a name that the release does not declare. */
  sizeof(struct: string): number {
    return this.of(struct).size;
  }

  /** The layout of a declared struct. Throws for a name that the release does not declare. */
  of(struct: string): Layout {
    let layout = this.#known.get(struct);
    if (!layout) {
      const {structs} = this.#target;
      const decl = Object.hasOwn(structs, struct) ? structs[struct] : undefined;
      if (!decl)
        throw new RangeError(`no struct ${struct} in this release; it declares ${this.names().join(", ")}`);
      layout = this.#place(decl);
      this.#known.set(struct, layout);
    }
    return layout;
  }

  /** The names of all declared structs. */
  names(): string[] {
    return Object.keys(this.#target.structs);
  }

  /** The named types that are not structs, with what they stand for. */
  named(): NamedTypes {
    return this.#target.named;
  }

  /** Size and alignment in bytes of any type in Go's notation. */
  extent(type: string): Extent {
    const {PtrSize, Int64Align, named, structs} = this.#target;
    if (type === align64) return {size: 0, align: 8};
    const fixed = fixedSizes[type];
    if (fixed) return {size: fixed, align: fixed};
    if (/^(int64|uint64|float64)$/.test(type)) return {size: 8, align: Int64Align};
    if (/^(u?int|uintptr|unsafe\.Pointer)$/.test(type) || /^(\*|func\(|chan |map\[)/.test(type)) {
      return {size: PtrSize, align: PtrSize};
    }
    if (type === "string" || type === "any") return {size: 2 * PtrSize, align: PtrSize};
    if (type.startsWith("[]")) return {size: 3 * PtrSize, align: PtrSize};
    const array = /^\[(\d+)\](.*)$/s.exec(type);
    if (array) {
      const {size, align} = this.extent(array[2]!);
      return {size: Number(array[1]) * size, align};
    }
    if (type.startsWith("struct{")) return this.#place(inlineFields(type));
    if (Object.hasOwn(structs, type)) return this.of(type);
    if (Object.hasOwn(named, type)) return this.extent(named[type]!);
    throw new RangeError(`unknown Go type ${type}`);
  }

  /**
   * Where a type has pointers: their offsets in bytes, ascending. Of a slice or a string it is the first word, of an
   * interface the second: what its first one points to lives for ever.
   */
  pointers(type: string): number[] {
    const {structs, named, PtrSize} = this.#target;
    if (type.startsWith("*") && this.#isNotInHeap(type.slice(1))) return [];
    if (/^(\*|func\(|chan |map\[|\[\]|string$|unsafe\.Pointer$)/.test(type)) return [0];
    if (type === "any") return [PtrSize];
    if (type === align64) return [];
    const array = /^\[(\d+)\](.*)$/s.exec(type);
    if (array) {
      const within = this.pointers(array[2]!);
      const {size} = this.extent(array[2]!);
      if (within.length === 0) return [];
      return Array.from({length: Number(array[1])}, (_, i) => within.map(at => i * size + at)).flat();
    }
    if (type in named) return this.pointers(named[type]!);
    const inPlace = type.startsWith("struct{") ? this.#place(inlineFields(type)).fields : [];
    const placed = type in structs ? this.of(type).fields : inPlace;
    return placed.flatMap(f => this.pointers(f.type).map(at => f.offset + at));
  }

  /** Since go1.20 a struct says so itself, by a field of type sys.NotInHeap; what has such a struct inside does, too. */
  #isNotInHeap(type: string): boolean {
    const {notInHeap, structs} = this.#target;
    if (type === "sys.NotInHeap" || notInHeap?.includes(type)) return true;
    return structs[type]?.some(([, of]) => this.#isNotInHeap(of)) ?? false;
  }

  #place(decl: readonly FieldDecl[]): Layout {
    const placed: Field[] = [];
    let offset = 0;
    let align = 1;
    for (const [name, type] of decl) {
      const extent = this.extent(type);
      offset = roundUp(offset, extent.align);
      align = Math.max(align, extent.align);
      placed.push({name, type, offset, size: extent.size});
      offset += extent.size;
    }
    if (offset > 0 && placed.at(-1)?.size === 0) offset += 1;
    return {size: roundUp(offset, align), align, fields: placed};
  }
}

/** The fields of a struct written in place: `struct{a int; b [2]bool}`. */
export function inlineFields(type: string): FieldDecl[] {
  return type
    .slice("struct{".length, -1)
    .split(";")
    .map(field => {
      const [name, ...rest] = field.trim().split(" ");
      return [name!, rest.join(" ")] as const;
    });
}
