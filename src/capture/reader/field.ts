// A value of a file with its place in it: whatever is asked of it is checked.

import {described, Fault} from "./fault.js";
import type {Step, Value} from "./value.js";
import {pathText} from "./value.js";

/** The end of the address space of any 64-bit process, and the most bytes that a counter can stand for. */
const most = Number.MAX_SAFE_INTEGER;

/** A value of a file, or a place where there is none. Asking for what it is not throws a Fault that names the place. */
export class Field {
  readonly value: Value | undefined;
  readonly path: readonly Step[];

  constructor(value: Value | undefined, path: readonly Step[] = []) {
    this.value = value;
    this.path = path;
  }

  fail(expected: string): never {
    throw new Fault(`found ${described(this.value)}, expected ${expected}`, pathText(this.path));
  }

  /** Whether there is a value other than null. The recorder writes `{"missing": why}` for what it could not read. */
  get there(): boolean {
    const {value} = this;
    if (value === undefined || value === null) return false;
    return !(typeof value === "object" && !Array.isArray(value) && typeof value.missing === "string");
  }

  /** The field of that name of an object. */
  at(name: string): Field {
    return new Field(this.object()[name], [...this.path, name]);
  }

  object(): {[key: string]: Value} {
    const {value} = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail("an object");
    return value;
  }

  /** The fields of an object. */
  entries(most = 10_000): [string, Field][] {
    const names = Object.keys(this.object());
    if (names.length > most) this.fail(`an object of at most ${most} names`);
    return names.map(name => [name, this.at(name)]);
  }

  /** The items of an array. */
  items(most = 4_000_000): Field[] {
    const {value} = this;
    if (!Array.isArray(value)) this.fail("an array");
    if (value.length > most) this.fail(`an array of at most ${most.toLocaleString("en-US")}`);
    return value.map((item, i) => new Field(item, [...this.path, i]));
  }

  /** The two items of an array. */
  pair(what: string): readonly [Field, Field] {
    const {value} = this;
    if (!Array.isArray(value) || value.length !== 2) this.fail(what);
    return [new Field(value[0], [...this.path, 0]), new Field(value[1], [...this.path, 1])];
  }

  /** A whole number. */
  whole(least = 0, greatest = most): number {
    const {value} = this;
    if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > greatest) {
      this.fail(`a whole number from ${least} to ${greatest === most ? "2^53 − 1" : greatest}`);
    }
    return value;
  }

  /** An address, "0xc000000000", as a number. Zero may be written as a number. */
  address(): number {
    const {value} = this;
    if (value === 0) return 0;
    if (typeof value !== "string" || !/^0x[0-9a-f]{1,16}$/.test(value)) {
      this.fail('an address such as "0xc000000000"');
    }
    const address = Number(value);
    if (address > most) this.fail("an address below 2^53");
    return address;
  }

  /** The 64 bits of a bitmap, "0xff00ff00ff00ff00", high half first. */
  bits(): readonly [number, number] {
    const {value} = this;
    if (value === 0) return [0, 0];
    if (typeof value !== "string" || !/^0x[0-9a-f]{1,16}$/.test(value)) {
      this.fail('64 bits such as "0xffffffffffffffff"');
    }
    const digits = value.slice(2).padStart(16, "0");
    return [Number.parseInt(digits.slice(0, 8), 16), Number.parseInt(digits.slice(8), 16)];
  }

  flag(): boolean {
    const {value} = this;
    if (typeof value !== "boolean") this.fail("true or false");
    return value;
  }

  text(longest = 2000): string {
    const {value} = this;
    if (typeof value !== "string" || value.length > longest)
      this.fail(`a text of at most ${longest} characters`);
    return value;
  }

  /** What `read` makes of the value, or null if there is none. */
  maybe<T>(read: (field: Field) => T): T | null {
    return this.there ? read(this) : null;
  }
}
