import {describe, expect, test} from "vitest";
import {parseExecutable, readExecutable} from "../../src/recorder/elf.js";

interface Wanted {
  bits?: 32 | 64;
  little?: boolean;
  machine?: number;
  type?: number;
  sections?: readonly string[];
  strings?: string;
}

/** An ELF file of a header, section headers, and the sections' names; a section .strtab holds `strings`. */
function elf({
  bits = 64,
  little = true,
  machine = 62,
  type = 2,
  sections = [],
  strings = "",
}: Wanted): DataView {
  const is64 = bits === 64;
  const [headSize, entrySize] = is64 ? [64, 64] : [52, 40];
  const all = ["", ...sections, ".strtab", ".shstrtab"];
  const names = Buffer.from(`${all.join("\0")}\0`);
  const nameAt = (i: number) => all.slice(0, i).reduce((sum, name) => sum + name.length + 1, 0);
  const text = Buffer.from(strings);
  const table = headSize;
  const data = table + entrySize * all.length;
  const view = new DataView(new ArrayBuffer(data + names.length + text.length));
  const word = (at: number, value: number) =>
    is64 ? view.setBigUint64(at, BigInt(value), little) : view.setUint32(at, value, little);
  view.setUint32(0, 0x7f454c46);
  view.setUint8(4, is64 ? 2 : 1);
  view.setUint8(5, little ? 1 : 2);
  view.setUint16(16, type, little);
  view.setUint16(18, machine, little);
  word(is64 ? 40 : 32, table);
  [entrySize, all.length, all.length - 1].forEach((value, i) => {
    view.setUint16((is64 ? 58 : 46) + 2 * i, value!, little);
  });
  all.forEach((name, i) => {
    const at = table + i * entrySize!;
    const [offset, size] = name === ".strtab" ? [data + names.length, text.length] : [data, names.length];
    view.setUint32(at, nameAt(i), little);
    word(at + (is64 ? 24 : 16), offset);
    word(at + (is64 ? 32 : 20), size);
  });
  Buffer.concat([names, text]).forEach((byte, i) => {
    view.setUint8(data + i, byte);
  });
  return view;
}

const parse = (view: DataView) =>
  parseExecutable((offset, size) => {
    const from = Math.min(offset, view.byteLength);
    return new DataView(view.buffer, from, Math.min(size, view.byteLength - from));
  });

describe("an executable", () => {
  test.each([
    [{machine: 62}, "amd64"],
    [{machine: 3, bits: 32}, "386"],
    [{machine: 183}, "arm64"],
    [{machine: 40, bits: 32}, "arm"],
    [{machine: 21}, "ppc64le"],
    [{machine: 21, little: false}, "ppc64"],
    [{machine: 22, little: false}, "s390x"],
    [{machine: 8, bits: 32}, "mipsle"],
    [{machine: 8, little: false}, "mips64"],
    [{machine: 243}, "riscv64"],
    [{machine: 999}, "machine 999"],
  ] as const)("of %j is built for %s", (wanted, goarch) => {
    expect(parse(elf(wanted))?.goarch).toBe(goarch);
  });

  test.each([
    [{sections: [".text", ".gopclntab", ".debug_info"]}, {go: true, dwarf: true}],
    [{sections: [".data.rel.ro.gopclntab", ".zdebug_info"]}, {go: true, dwarf: true}],
    [
      {sections: [".note.go.buildid"], bits: 32},
      {go: true, dwarf: false},
    ],
    [{sections: [".go.buildinfo", ".gnu_debuglink"]}, {go: true, dwarf: false, debugLink: true}],
    [{sections: [".debug_info"]}, {go: false, dwarf: true}],
    [{type: 3}, {pie: true, cgo: false}],
    [{strings: "\0main.main\0x_cgo_init\0"}, {pie: false, cgo: true}],
    [{strings: "\0main.x_cgo_init2\0"}, {cgo: false}],
  ] as const)("of %j is %j", (wanted, expected) => {
    expect(parse(elf(wanted))).toMatchObject(expected);
  });

  test("is told from other files", () => {
    expect(parse(new DataView(new ArrayBuffer(0)))).toBeUndefined();
    expect(parse(new DataView(new TextEncoder().encode("#!/bin/sh\n".padEnd(100)).buffer))).toBeUndefined();
    expect(readExecutable(new URL(import.meta.url).pathname)).toBeUndefined();
  });

  test("that is cut short has no sections, and is no error", () => {
    const whole = elf({sections: [".gopclntab", ".debug_info"], strings: "x"});
    for (let length = 64; length < whole.byteLength; length++) {
      const found = parse(new DataView(whole.buffer.slice(0, length)));
      expect(found?.goarch).toBe("amd64");
    }
  });
});
