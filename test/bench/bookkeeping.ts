// How much memory the model takes for each simulated object of 16 bytes, and whether 60 million of them fit.
//
// Each line is a process of its own, so that nothing but the model is in it. What counts is what stays after a collection
// of JavaScript's heap: its objects, and the array buffers that bitmaps are in.

import {execFileSync} from "node:child_process";
import {join} from "node:path";
import {table} from "./support/figures.ts";

const child = join(import.meta.dirname, "support", "heap.ts");
const lines = [
  [
    "objects",
    "row",
    "ns/op",
    "slowest million, ns/op",
    "MiB simulated",
    "MiB taken",
    "bytes an object",
    "share",
  ],
];
for (const [row, millions] of [
  ["16", 6],
  ["16ptr", 6],
  ["64", 6],
  ["16", 60],
] as const) {
  const args = ["--expose-gc", "--import", "tsx", child, row, String(millions * 1e6)];
  const figures = JSON.parse(execFileSync(process.execPath, args, {encoding: "utf8"})) as {
    ns: number;
    slowest: number;
    simulated: number;
    taken: number;
  };
  const {ns, slowest, simulated, taken} = figures;
  const MiB = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  lines.push([
    `${millions} million`,
    row,
    ns.toFixed(1),
    slowest.toFixed(1),
    MiB(simulated),
    MiB(taken),
    (taken / (millions * 1e6)).toFixed(2),
    `${((100 * taken) / simulated).toFixed(2)} %`,
  ]);
}
table(lines);
