// The structs of a release in the form of a recording's `types`.
//
// A recording has the names that gdb prints for DWARF types. These are Go's, with the package in front, except
// that a pointer on its own is written as in C.

import {type Configuration, configure, release as releaseNamed} from "../releases/index.js";
import {inlineFields} from "../releases/layout.js";
import type {Types} from "./format.js";

const builtin = /^(bool|u?int(8|16|32|64)?|uintptr|float64|byte|unsafe\.Pointer|func\(.*)$/;

/** The sizes and layouts of all structs that the model declares for a release on a platform. */
export function typesOf(release: string, goos: string, goarch: string): Types {
  return typesOfConfiguration(configure(releaseNamed(release), goos, goarch));
}

/** The same for a configuration that is at hand. */
export function typesOfConfiguration({layouts, release, constants, arch}: Configuration): Types {
  const sizeof: Record<string, number> = {};
  const layout: Record<string, [string, string, number, number][]> = {};
  for (const name of layouts.names()) {
    const {size, fields} = layouts.of(name);
    sizeof[name] = size;
    layout[name] = fields.map(f => [f.name, gdbName(f.type), f.offset, f.size]);
  }
  for (const [name, type] of Object.entries(release.named)) {
    sizeof[name] = layouts.extent(type).size;
  }
  const central = layouts.of("mheap").fields.find(f => f.name === "central")!;
  sizeof["mheap.central[0]"] = central.size / constants.numSpanClasses;
  sizeof["mheap.arenas"] = 2 ** constants.arenaL1Bits * arch.PtrSize;
  return {sizeof, layout};
}

/** What gdb calls a type. */
function gdbName(type: string): string {
  if (type === "unsafe.Pointer") return "void *";
  if (type.startsWith("*") && !type.startsWith("*[")) return `${gdbName(type.slice(1))} *`;
  return dwarfName(type);
}

/** What Go's compiler calls a type in DWARF. */
function dwarfName(type: string): string {
  if (builtin.test(type)) return type;
  const prefix = /^(\*|\[\d*\])(.*)$/s.exec(type);
  if (prefix) return prefix[1]! + dwarfName(prefix[2]!);
  if (type.startsWith("struct{")) {
    return `{ ${inlineFields(type)
      .map(([name, of]) => `runtime.${name} ${dwarfName(of)}`)
      .join("; ")} }`;
  }
  return `runtime.${type}`;
}
