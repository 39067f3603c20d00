// What stands on the page without scripts, and on paper: the example, drawn when the site is built.

import {RecordingReader} from "../../src/capture/reader/open.js";
import {h, type Markup, toHtml} from "../markup.js";
import {drawMap} from "./arenas.js";
import {drawCaches} from "./caches.js";
import {drawClasses, opening} from "./classes.js";
import {drawFree, drawHints} from "./freepages.js";
import {lastPhase, type Side, sumsOnce} from "./session.js";
import {drawStatistics} from "./statistics.js";
import {drawSummary} from "./summary.js";

/** The recording that is open until the reader opens one. */
export const example = "data/open/leak-go1.27.jsonl";

/** Reads files under docs. */
interface Reader {
  text(path: string): string;
}

/** The example as a side. */
export function exampleSide(reader: Reader): Side {
  const recording = new RecordingReader();
  recording.push(new TextEncoder().encode(reader.text(example)));
  const {opened} = recording.end();
  const heap = opened.heaps.find(each => each.phase === lastPhase(opened))!;
  return {name: example.replace(/^.*\//, ""), heap, sums: sumsOnce(heap), model: {phases: [], why: ""}};
}

const print = (draw: (side: Side) => Markup) => (reader: Reader) =>
  toHtml(h("div", {class: "cell"}, draw(exampleSide(reader))));

const sentence = (text: string) => () => toHtml(h("p", {class: "cell-fallback"}, text));

export const opener = sentence(
  "With scripts, this is a place to drop a file. The figures below are of an example that comes with the book.",
);
export const summary = print(side => drawSummary(side, null));
export const arenas = print(drawMap);
export const classes = print(side => drawClasses(side, null, opening, null));
export const caches = print(({heap}) => drawCaches(heap));
export const free = print(side => drawFree(side, null));
export const hints = print(({heap}) => drawHints(heap));
export const statistics = print(side => drawStatistics(side, null));
export const model = sentence("With scripts, the comparison with the model stands here.");
export const logs = sentence("With scripts, a log or a MemStats that you open is shown here.");
