// What a value of a recording may be: shapes, as data.
//
// A shape says what is allowed, in which unit, and what it means. The checker (check.ts) holds values against shapes;
// the page about recordings prints them. So what is documented is what is checked, and the other way round.
//
// Numbers: a whole number below 2^53 stands as itself; from there on, it stands as a hexadecimal string. Addresses
// are always hexadecimal strings. A float that JSON cannot write stands as "NaN", "Infinity" or "-Infinity".

/** What a number counts. */
export type Unit = "bytes" | "pages" | "objects" | "spans" | "count" | "index" | "nanoseconds" | "code";

export interface Integer {
  readonly is: "integer";
  readonly unit: Unit;
}
export interface Address {
  readonly is: "address";
}
export interface Flag {
  readonly is: "flag";
}
/** Any single value: what structs of the runtime have, which differs from release to release. */
export interface Scalar {
  readonly is: "scalar";
}
export interface Text {
  readonly is: "text";
  /** If given, the only texts that are allowed. */
  readonly among?: readonly string[];
}
export interface Nullable {
  readonly is: "nullable";
  readonly of: Shape;
}
export interface List {
  readonly is: "list";
  readonly of: Shape;
}
export interface Tuple {
  readonly is: "tuple";
  readonly of: readonly (readonly [name: string, shape: Shape])[];
}
/** An object of rows under named columns: `columns` and `rows`, and fields beside them. */
export interface Table {
  readonly is: "table";
  readonly columns: Readonly<Record<string, Field>>;
  readonly fields: Readonly<Record<string, Field>>;
}
export interface Struct {
  readonly is: "struct";
  readonly fields: Readonly<Record<string, Field>>;
  /** The shape of fields under other names; without it, those are only checked for being harmless. */
  readonly others?: Field;
}

export type Shape = Integer | Address | Flag | Scalar | Text | Nullable | List | Tuple | Table | Struct;

/** A shape in its place: what the value means there. */
export interface Field {
  readonly shape: Shape;
  readonly doc: string;
  /** Not in every release, on every platform or at every moment. */
  readonly optional: boolean;
}

export const integer = (unit: Unit): Integer => ({is: "integer", unit});
export const address: Address = {is: "address"};
export const flag: Flag = {is: "flag"};
export const scalar: Scalar = {is: "scalar"};
export const text = (...among: string[]): Text => (among.length > 0 ? {is: "text", among} : {is: "text"});
export const nullable = (of: Shape): Nullable => ({is: "nullable", of});
export const list = (of: Shape): List => ({is: "list", of});
export const tuple = (of: Readonly<Record<string, Shape>>): Tuple => ({is: "tuple", of: Object.entries(of)});
export const table = (columns: Record<string, Field>, fields: Record<string, Field>): Table => ({
  is: "table",
  columns,
  fields,
});
export const struct = (fields: Record<string, Field>, others?: Field): Struct =>
  others === undefined ? {is: "struct", fields} : {is: "struct", fields, others};

/** A field that is always there. */
export const field = (shape: Shape, doc: string): Field => ({shape, doc, optional: false});

/** A field that may be missing. */
export const maybe = (shape: Shape, doc: string): Field => ({shape, doc, optional: true});
