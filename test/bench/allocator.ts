// How fast the model allocates, beside Go itself if there is one:
//
//     GO=/usr/lib/go-1.19/bin/go npm run bench -- allocator
//
// Go zeroes the memory that it hands out and the model has none; the sizes are so small that this does not show. Rows are
// run in turn, model and peers, several times over, so that a noisy machine is noisy for all. Ratios are of this run.

import type {Runtime} from "../../src/runtime/index.ts";
import {geometricMean, median, spread, table} from "./support/figures.ts";
import {type Peer, peers} from "./support/go.ts";
import {model, names, time} from "./support/rows.ts";

const rounds = Number(process.env.ROUNDS ?? 5);
const repetitions = 7;

const go = process.env.GO;
const others: Peer[] = go ? peers(go) : [];
const results = new Map(names.map(name => [name, new Map<string, number[]>()]));
const note = (row: string, who: string, times: number[]) => {
  const all = results.get(row)!;
  all.set(who, [...(all.get(who) ?? []), ...times]);
};

// Once through all rows, so that none is measured with code that has seen less than the others.
for (const name of names) time(model(), name, 3);

for (let round = 0; round < rounds; round++) {
  for (const name of names) {
    const rt: Runtime = model();
    note(name, "model", time(rt, name, repetitions));
    for (const peer of others) note(name, peer.name, peer.time(name, repetitions));
  }
}

const lines = [["row", "ns/op: model", "million ops/s", ...others.flatMap(({name}) => [name, "model is"])]];
/** How many times as fast as a peer the model is in a row, as a figure of all repetitions says. */
const ratio = (row: string, who: string, figure: (times: readonly number[]) => number) =>
  figure(results.get(row)!.get(who)!) / figure(results.get(row)!.get("model")!);
const fastest = (times: readonly number[]) => Math.min(...times);

for (const name of names) {
  const mine = results.get(name)!.get("model")!;
  const cells = [name, spread(mine), (1000 / median(mine)).toFixed(1)];
  for (const {name: who} of others) {
    cells.push(spread(results.get(name)!.get(who)!), `${ratio(name, who, median).toFixed(2)}x`);
  }
  lines.push(cells);
}
table(lines);

const small = names.filter(name => name !== "mixed");
for (const {name: who} of others) {
  for (const [by, figure] of [
    ["medians", median],
    ["fastest repetitions", fastest],
  ] as const) {
    const all = small.map(name => ratio(name, who, figure));
    const [five, six] = [geometricMean(all.slice(1)), geometricMean(all)].map(n => n.toFixed(2));
    const least = Math.min(...all).toFixed(2);
    console.log(
      `against ${who}, by ${by}: ${five}x from 8ptr to 64ptr (geometric mean), ${six}x with tiny8, least ${least}x`,
    );
  }
}
if (!go) console.log("set GO to the path of a go command to compare with it");
