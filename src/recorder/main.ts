// The command open-hood.

import {record, type Terminal} from "./record.js";

const help = `open-hood record     records the heap of a Go program: open-hood record --help
open-hood --version  prints the version
`;

/** Runs the command with these words; returns the exit code. */
export async function main(
  words: readonly string[],
  version: string,
  terminal: Terminal = process.stderr,
): Promise<number> {
  const [command, ...rest] = words;
  if (command === "record") return record(rest, version, terminal);
  if (command === "--version") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (command === "--help" || command === undefined) {
    process.stdout.write(help);
    return command === undefined ? 2 : 0;
  }
  terminal.write(`open-hood: there is no command ${JSON.stringify(command)}\n${help}`);
  return 2;
}
