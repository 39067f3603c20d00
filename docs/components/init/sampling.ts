// The sampling point of an mcache: where the first comes from, and how the others are distributed.

import {boot, type Runtime} from "../../src/runtime/index.js";
import {nextSample} from "../../src/runtime/mcache.js";
import {numberParam, setParams} from "../address.js";
import {button, controls, drawing, figure, pct, table} from "../blocks.js";
import {bytes, count, hex, percent} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {cell, defaultStart, releaseOf, type Started} from "./start.js";

/** The first mcache. */
export interface FirstCache {
  readonly address: number;
  readonly slots: number;
  /** Slots that hold emptymspan. */
  readonly empty: number;
  readonly flushGen: number;
  readonly next_sample: number;
}

/** What allocmcache has made for m0. */
export function firstCache({rt}: Started): FirstCache {
  const {address, alloc, flushGen, next_sample} = rt.m0mcache!;
  const empty = alloc.filter(s => s === rt.emptymspan).length;
  return {address, slots: alloc.length, empty, flushGen, next_sample};
}

/** Sampling points drawn one after another, and how many fell into each bin of a quarter of the mean. */
export interface Draws {
  readonly seed: number;
  readonly drawn: number;
  /** Their mean in bytes, and the one that was asked for. */
  readonly mean: number;
  readonly rate: number;
  readonly bins: readonly number[];
  /** Draws beyond the last bin. */
  readonly beyond: number;
  readonly largest: number;
}

const binsPerMean = 4;
const means = 6;

/** MemProfileRate, in bytes, once the runtime's variables are initialized. */
export const usualRate = 512 * 1024;

/** A runtime whose generator is seeded: by mcommoninit where the model goes on to it, else by the same clock here. */
function seeded(started: Started, seed: number): Runtime {
  const rt = boot({...started.options, gomaxprocs: 1, cputicks: seed});
  if (releaseOf(started).schedinit === null) rt.m0.fastrand = [seed >>> 0, seed >>> 0];
  rt.MemProfileRate ||= usualRate;
  return rt;
}

/** Draws from the model's nextSample with a generator that is seeded. */
export function draws(started: Started, seed: number, drawn = 10_000): Draws {
  const rt = seeded(started, seed);
  const rate = rt.MemProfileRate;
  const bins = Array<number>(binsPerMean * means).fill(0);
  let [sum, beyond, largest] = [0, 0, 0];
  for (let i = 0; i < drawn; i++) {
    const next = nextSample(rt);
    sum += next;
    largest = Math.max(largest, next);
    const bin = Math.floor((next / rate) * binsPerMean);
    if (bin < bins.length) bins[bin]!++;
    else beyond++;
  }
  return {seed, drawn, mean: sum / drawn, rate, bins, beyond, largest};
}

/** How many draws the exponential distribution puts into each bin. */
export function expected({drawn, bins}: Pick<Draws, "drawn" | "bins">): number[] {
  const share = (x: number) => Math.exp(-x / binsPerMean);
  return bins.map((_, i) => drawn * (share(i) - share(i + 1)));
}

const plotHeight = 180;

function drawHistogram(d: Draws): Element {
  const curve = expected(d);
  const top = Math.max(...d.bins, ...curve) * 1.05;
  const n = d.bins.length;
  const y = (value: number) => plotHeight * (1 - value / top);
  const alt = `Histogram of ${count(d.drawn)} sampling points in bins of ${bytes(d.rate / binsPerMean)}: ${d.bins.join(", ")}. The exponential distribution has ${curve.map(v => v.toFixed(0)).join(", ")}.`;
  return drawing(
    alt,
    plotHeight + 24,
    d.bins.map((value, i) =>
      h("rect", {
        class: "bar",
        x: pct(i + 0.08, n),
        y: +y(value).toFixed(2),
        width: pct(0.84, n),
        height: +(plotHeight - y(value)).toFixed(2),
      }),
    ),
    curve.map((value, i) =>
      h("line", {
        class: "curve",
        x1: pct(i, n),
        x2: pct(i + 1, n),
        y1: +y(value).toFixed(2),
        y2: +y(value).toFixed(2),
      }),
    ),
    h("line", {class: "axis", x1: 0, x2: "100%", y1: plotHeight, y2: plotHeight}),
    Array.from({length: means}, (_, i) =>
      h(
        "text",
        {x: `${(100 * i) / means}%`, y: plotHeight + 17, class: "tick"},
        i === 0 ? "0" : bytes(i * d.rate),
      ),
    ),
  );
}

/** The release's own name for next_sample. */
function cacheField({rt}: Started): string {
  const {fields} = rt.config.layouts.of("mcache");
  return fields.find(({name}) => /^next_?sample$/i.test(name))!.name;
}

/** Why the first sampling point is what it is. */
function becauseOf(started: Started): string {
  const {MemProfileRate, config} = started.rt;
  if (MemProfileRate === 0)
    return "MemProfileRate is still 0: its initial value is the result of a call, made later";
  const generator = config.release.generator(config);
  return generator === "xorshift"
    ? `26 × ln 2 × ${count(MemProfileRate)} + 1, rounded down: the largest that can be drawn`
    : `the first draw of ${generator} from a state of zero, which is the same in every process`;
}

/** Draws the first mcache, and a histogram of sampling points. */
export function draw(started: Started, seed: number, set: ((seed: number) => void) | null): Element {
  const cache = firstCache(started);
  const d = draws(started, seed);
  const value = (text: Markup): Markup => h("code", null, text);
  return cell(
    started,
    table({
      caption: "The mcache of m0 when mallocinit has returned.",
      head: ["field", "value", "because"],
      rows: [
        [value("address"), hex(cache.address), "the first record of cachealloc’s chunk"],
        [
          value("alloc"),
          `${count(cache.empty)} of ${count(cache.slots)} slots hold emptymspan`,
          "a span without a free object, so that the fast path need not ask for nil",
        ],
        [value("flushGen"), cache.flushGen, "the heap’s sweepgen"],
        [value(cacheField(started)), count(cache.next_sample), becauseOf(started)],
      ],
    }),
    figure(
      [
        `${count(d.drawn)} draws of nextSample once m0’s generator is seeded (clock: ${seed}). Bars: draws. Lines: the exponential distribution with a mean of ${bytes(d.rate)}.`,
      ],
      set !== null &&
        controls(
          "Seed",
          button("draw with another clock", () => set(seed + 1)),
        ),
      drawHistogram(d),
      h(
        "p",
        {class: "small", role: "status"},
        `Mean ${bytes(Math.round(d.mean))}, ${percent(Math.abs(d.mean - d.rate), d.rate)} ${d.mean < d.rate ? "below" : "above"} ${bytes(d.rate)}; the largest is ${bytes(d.largest)}; ${count(d.beyond)} lie to the right of the figure.`,
      ),
    ),
  );
}

const firstSeed = 1;

/** The first mcache, and the distribution of sampling points. */
export function sampling(started: Started): HTMLElement {
  return live(numberParam("clock", firstSeed, 0, 1e9), (seed, set) =>
    draw(started, seed, next => {
      setParams({clock: next === firstSeed ? null : next});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(defaultStart(), firstSeed, null));
