// What an executable says of itself before it runs: whether it is one of Go's, for which machine, and whether it has DWARF.

import {closeSync, fstatSync, openSync, readSync} from "node:fs";

/** An executable, as far as the recorder needs to know it. */
export interface Executable {
  readonly goarch: string;
  readonly go: boolean;
  readonly dwarf: boolean;
  /** The name of a file that holds the DWARF instead, as strip --only-keep-debug makes it. */
  readonly debugLink: boolean;
  readonly pie: boolean;
  readonly cgo: boolean;
  readonly linux: boolean;
}

interface Section {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** Reads `size` bytes at `offset`; fewer at the end of the file. */
type Read = (offset: number, size: number) => DataView;

/** GOARCH by the machine of the ELF header. */
function goarchOf(machine: number, is64: boolean, little: boolean): string {
  const plain = new Map([
    [3, "386"],
    [40, "arm"],
    [62, "amd64"],
    [183, "arm64"],
    [22, "s390x"],
    [243, "riscv64"],
    [258, "loong64"],
  ]);
  if (machine === 21) return little ? "ppc64le" : "ppc64";
  if (machine === 8) return `mips${is64 ? "64" : ""}${little ? "le" : ""}`;
  return plain.get(machine) ?? `machine ${machine}`;
}

/** Most sections that a program has; more are a sign of a broken file. */
const maxSections = 10_000;

/** Reads an executable; undefined if the file is not in the ELF format. */
export function readExecutable(file: string): Executable | undefined {
  const fd = openSync(file, "r");
  try {
    const {size: end} = fstatSync(fd);
    return parseExecutable((offset, size) => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(size, end - offset)));
      readSync(fd, buffer, 0, buffer.length, offset);
      return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    });
  } finally {
    closeSync(fd);
  }
}

/** The same for a file in memory. */
export function parseExecutable(read: Read): Executable | undefined {
  const head = read(0, 64);
  if (head.byteLength < 52 || head.getUint32(0) !== 0x7f454c46) return undefined;
  const is64 = head.getUint8(4) === 2;
  const little = head.getUint8(5) === 1;
  const osabi = head.getUint8(7);
  const sections = sectionsOf(read, head, is64, little);
  const has = (pattern: RegExp) => sections.some(({name}) => pattern.test(name));
  return {
    goarch: goarchOf(head.getUint16(18, little), is64, little),
    go: has(/gopclntab$|^\.go\.buildinfo$|^\.note\.go\.buildid$/),
    dwarf: has(/^\.z?debug_info$/),
    debugLink: has(/^\.gnu_debuglink$/),
    pie: head.getUint16(16, little) === 3,
    cgo: namesContain(read, sections, "x_cgo_init"),
    linux: osabi === 0 || osabi === 3,
  };
}

function sectionsOf(read: Read, head: DataView, is64: boolean, little: boolean): Section[] {
  if (is64 && head.byteLength < 64) return [];
  const table = is64 ? Number(head.getBigUint64(40, little)) : head.getUint32(32, little);
  const [entrySize, count, names] = [0, 2, 4].map(i => head.getUint16((is64 ? 58 : 46) + i, little)) as [
    number,
    number,
    number,
  ];
  const least = is64 ? 64 : 40;
  if (entrySize < least || count > maxSections) return [];
  const view = read(table, entrySize * count);
  const whole = Math.floor(view.byteLength / entrySize);
  const field = (i: number, at64: number, at32: number) =>
    is64
      ? Number(view.getBigUint64(i * entrySize + at64, little))
      : view.getUint32(i * entrySize + at32, little);
  if (names >= whole) return [];
  const strings = read(field(names, 24, 16), Math.min(field(names, 32, 20), 1 << 20));
  return Array.from({length: whole}, (_, i) => ({
    name: textAt(strings, view.getUint32(i * entrySize, little)),
    offset: field(i, 24, 16),
    size: field(i, 32, 20),
  }));
}

function textAt(view: DataView, offset: number): string {
  let text = "";
  for (let i = offset; i < view.byteLength && view.getUint8(i) !== 0; i++)
    text += String.fromCharCode(view.getUint8(i));
  return text;
}

function namesContain(read: Read, sections: readonly Section[], name: string): boolean {
  return sections
    .filter(section => section.name === ".strtab" || section.name === ".dynstr")
    .some(({offset, size}) => {
      const {buffer, byteOffset, byteLength} = read(offset, Math.min(size, 1 << 28));
      return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).includes(`\0${name}\0`);
    });
}
