// The structs of a release in the form of a recording's `types`.
//
// A recording has the names that gdb prints for DWARF types. These are Go's, with the package in front, except
// that a pointer on its own is written as in C. Fields without a name are numbered from the second one on.

import {type Configuration, configure, release as releaseNamed} from "../releases/index.js";
import {inlineFields} from "../releases/layout.js";
import type {Types} from "./format.js";

const builtin = /^(bool|u?int(8|16|32|64)?|uintptr|float64|string|unsafe\.Pointer|func\(.*)$/;

/** Import paths by the name that types of the package are written with. */
type Packages = Readonly<Record<string, string>>;

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
    const key = qualified(name, release.packages) ?? name;
    sizeof[key] = size;
    let blanks = 0;
    layout[key] = fields.map(f => [
      f.name === "_" && blanks++ > 0 ? `_${blanks - 1}` : f.name,
      gdbName(f.type, release.packages),
      f.offset,
      f.size,
    ]);
  }
  for (const [name, type] of Object.entries(layouts.named())) {
    sizeof[qualified(name, release.packages) ?? name] = layouts.extent(type).size;
  }
  const central = layouts.of("mheap").fields.find(f => f.name === "central")!;
  sizeof["mheap.central[0]"] = central.size / constants.numSpanClasses;
  sizeof["mheap.arenas"] = 2 ** constants.arenaL1Bits * arch.PtrSize;
  return {sizeof, layout};
}

/** What gdb calls a type. */
function gdbName(type: string, packages: Packages): string {
  if (type === "unsafe.Pointer") return "void *";
  if (type.startsWith("*") && !type.startsWith("*[")) return `${gdbName(type.slice(1), packages)} *`;
  return dwarfName(type, packages);
}

/** What Go's compiler calls a type in DWARF. */
function dwarfName(type: string, packages: Packages): string {
  if (builtin.test(type)) return type;
  const prefix = /^(\*|\[\d*\])(.*)$/s.exec(type);
  if (prefix) return prefix[1]! + dwarfName(prefix[2]!, packages);
  if (type.startsWith("struct{")) {
    return `{ ${inlineFields(type)
      .map(([name, of]) => `runtime.${name} ${dwarfName(of, packages)}`)
      .join("; ")} }`;
  }
  return qualified(type, packages) ?? `runtime.${type}`;
}

/** The name of another package's type with the path of the package; undefined for a type of package runtime. */
function qualified(type: string, packages: Packages): string | undefined {
  const dot = type.indexOf(".");
  if (dot < 0) return undefined;
  const path = packages[type.slice(0, dot)];
  if (path === undefined)
    throw new RangeError(`no package ${type.slice(0, dot)} in this release, for the type ${type}`);
  return path + type.slice(dot);
}
