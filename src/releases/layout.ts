// Where the fields of a Go struct lie in memory.
//
// A release declares its structs field by field, in Go's own notation for types; sizes, offsets and alignment
// follow from the pointer size and from the alignment of 64-bit integers. Nothing here is typed in: a size is
// the end of the last field, rounded up to the strictest alignment among the fields.
// Invariant: a field's offset is a multiple of its alignment; a struct's size is a multiple of its own.

/** A field: name and type in Go's notation, for example `["alloc", "[134]*mspan"]`. */
export type FieldDecl = readonly [name: string, type: string];

/** Structs by name, each a list of fields in order. */
export type StructDecls = Readonly<Record<string, readonly FieldDecl[]>>;

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
  /** Named types that are not structs, with what they stand for. */
  readonly named: Readonly<Record<string, string>>;
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
};

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

  /** Size and alignment in bytes of any type in Go's notation. */
  extent(type: string): Extent {
    const {PtrSize, Int64Align, named, structs} = this.#target;
    const fixed = fixedSizes[type];
    if (fixed) return {size: fixed, align: fixed};
    if (/^(int64|uint64|float64)$/.test(type)) return {size: 8, align: Int64Align};
    if (/^(u?int|uintptr|unsafe\.Pointer)$/.test(type) || /^(\*|func\()/.test(type)) {
      return {size: PtrSize, align: PtrSize};
    }
    if (type === "string") return {size: 2 * PtrSize, align: PtrSize};
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

  /** Where a type has pointers: their offsets in bytes, ascending. Of a slice or a string it is the first word. */
  pointers(type: string): number[] {
    const {structs, named} = this.#target;
    if (/^(\*|func\(|\[\]|string$|unsafe\.Pointer$)/.test(type)) return [0];
    const array = /^\[(\d+)\](.*)$/s.exec(type);
    if (array) {
      const within = this.pointers(array[2]!);
      const {size} = this.extent(array[2]!);
      if (within.length === 0) return [];
      return Array.from({length: Number(array[1])}, (_, i) => within.map(at => i * size + at)).flat();
    }
    if (type in named) return this.pointers(named[type]!);
    const inPlace = type.startsWith("struct{") ? this.#place(inlineFields(type)).fields : [];
    const fields = type in structs ? this.of(type).fields : inPlace;
    return fields.flatMap(f => this.pointers(f.type).map(at => f.offset + at));
  }

  #place(decl: readonly FieldDecl[]): Layout {
    const fields: Field[] = [];
    let offset = 0;
    let align = 1;
    for (const [name, type] of decl) {
      const extent = this.extent(type);
      offset = roundUp(offset, extent.align);
      align = Math.max(align, extent.align);
      fields.push({name, type, offset, size: extent.size});
      offset += extent.size;
    }
    return {size: roundUp(offset, align), align, fields};
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
