// A recording as a whole, in two forms.
//
// go-heap-state/1 is one JSON object: the header's fields, `constants`, `types`, `class_tables` and `phases`.
// go-heap-state/2 is the same, cut into lines, so that a heap of any size can be written and read as it comes (lines.ts):
//
//     {"schema": "go-heap-state/2", …}                                       the header, first
//     {"path": ["phases", "main", "sweepgen"], "value": 4}                   a value and its place
//     {"path": ["phases", "main", "allspans", "rows"], "append": [[…], …]}   more elements of a list
//     {"end": {"lines": 1234, "omitted": […]}}                               the last line, or the file is cut short
//
// The lines of a file, put together, have the fields of go-heap-state/1. What a reader does not know, it passes over;
// what changes the meaning of a field makes a new version.

import {phase} from "./phase.js";
import {field, flag, integer, list, maybe, nullable, scalar, struct, text, tuple} from "./shape.js";

/** The versions that can be read. */
export const schemas = ["go-heap-state/1", "go-heap-state/2"] as const;

const header = {
  schema: field(text(...schemas), "Name and version of the form."),
  release: field(text(), `Release of Go without the patch, such as "1.19".`),
  go_version: field(text(), `runtime.buildVersion, such as "go1.19.8".`),
  goos: field(text(), "System of the program."),
  goarch: field(text(), "Architecture of the program."),
  runner: field(text(), "What ran the program and what recorded it."),
  recorder: maybe(text(), "The recorder and its version."),
  recorded: maybe(text(), "When, in UTC. Not in go-heap-state/1."),
  program: maybe(
    struct({
      name: field(text(), "Name of the file, without its folder."),
      pie: field(flag, "Whether it is position-independent."),
      cgo: field(flag, "Whether it is linked with C code."),
    }),
    "The program. Its path, arguments and environment are not recorded. Not in go-heap-state/1.",
  ),
  gomaxprocs_env: field(integer("count"), "GOMAXPROCS in the environment; 0 if it is not set or not known."),
  aslr: field(nullable(flag), "Whether addresses are randomized; null if not known."),
  ptr_size: field(integer("bytes"), "Size of a pointer."),
  big_endian: field(flag, "Whether the first byte of a number is its highest."),
  notes: maybe(text(), "Whatever else is to be known."),
};

/** The first line. */
export const headerShape = struct(header);

const layoutRow = tuple({name: text(), type: text(), offset: integer("bytes"), size: integer("bytes")});

/** What stands beside the phases. */
export const parts = {
  constants: field(
    struct({}, field(scalar, "A constant.")),
    "Constants of the runtime; only those that DWARF has.",
  ),
  types: field(
    struct({
      sizeof: field(struct({}, field(integer("bytes"), "Size of a type.")), "Sizes of types of the runtime."),
      layout: field(
        struct({}, field(list(layoutRow), "The fields of a struct.")),
        "Structs, field by field, as DWARF has them.",
      ),
    }),
    "Types of the runtime; only those that DWARF has.",
  ),
  class_tables: maybe(struct({}), "The tables of size classes; null for a table that the release has not."),
  phases: field(
    struct({}, field(phase, "The heap at one moment.")),
    "The moments, by name: mallocinit, procresize, main, attached, or FILE:LINE.",
  ),
};

/** What the recorder left out. */
export const omissions = list(
  struct({
    path: field(list(text()), "What is left out."),
    why: field(text(), "Why."),
  }),
);

/** The last line. */
export const endShape = struct({
  lines: field(integer("count"), "Lines before this one."),
  omitted: field(omissions, "What was left out."),
});

/** A recording in the form of go-heap-state/1. */
export const recordingShape = struct({...header, ...parts});
