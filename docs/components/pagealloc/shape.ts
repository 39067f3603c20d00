// The tree of summaries on a platform: how many entries a level has, what it stands for, what it reserves and maps.

import {emptyPageAlloc} from "../../src/capture/pagealloc.js";
import type {PagedConstants} from "../../src/releases/index.js";
import {release} from "../../src/releases/index.js";
import {boot} from "../../src/runtime/index.js";
import {pallocSumBytes} from "../../src/runtime/mpagealloc_sys.js";
import {numberParam, param, setParams} from "../address.js";
import {choice, controls, drawing, figure, pct, table} from "../blocks.js";
import {bytes, count, plural, power} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";

/** The release whose page allocator this page has. */
export const releaseName = "go1.19";

export interface Asked {
  /** "linux/amd64". */
  readonly platform: string;
  /** log2 of the bytes in the heap. */
  readonly log: number;
}

/** A level. Sizes are in bytes. */
export interface Level {
  readonly entries: number;
  readonly pages: number;
  readonly stands: number;
  readonly reserved: number;
}

/** The tree, and what it costs for a heap. Sizes are in bytes. */
export interface Shape {
  readonly levels: readonly Level[];
  readonly addrBits: number;
  readonly l1: number;
  readonly l2: number;
  readonly pallocData: number;
  readonly reserved: number;
  /** Mapped for the summaries, once the heap has grown. */
  readonly mapped: number;
  readonly mapsAtOnce: boolean;
  /** Bitmaps of the heap's chunks, and the same for one page. */
  readonly bits: number;
  readonly maxPacked: number;
}

/** Makes the model's allocator for a platform, and lets it grow. */
export function shapeOf({platform, log}: Asked): Shape {
  const [goos, goarch] = platform.split("/") as [string, string];
  const p = emptyPageAlloc({release: releaseName, goos, goarch});
  const {rt} = p;
  const constants = rt.constants as PagedConstants;
  const {heapAddrBits, arenaBaseOffset, pallocChunkBytes} = constants;
  // The index of chunks to scavenge is mapped as the heap grows, too. It is no summary.
  let index = 0;
  const grow = p.scav.index.grow.bind(p.scav.index);
  p.scav.index.grow = (...args) => {
    const mapped = grow(...args);
    index += mapped;
    return mapped;
  };
  // Summaries are mapped a physical page at a time. Growing by one chunk for each maps the same, and takes less time.
  const hint = boot({release: releaseName, goos, goarch, until: "mallocinit"}).mheap_.arenaHints?.addr;
  const offset = (hint ?? Number.POSITIVE_INFINITY) + arenaBaseOffset;
  const from = offset < 2 ** heapAddrBits ? hint! : 2 ** (heapAddrBits - 2);
  const stride = (rt.physPageSize / pallocSumBytes) * pallocChunkBytes;
  for (let at = 0; at < 2 ** log; at += stride) p.grow(from + at, pallocChunkBytes);
  const chunks = 2 ** log / pallocChunkBytes;
  return {
    levels: p.summary.map((level, l) => ({
      entries: level.cap,
      pages: p.entryPages[l]!,
      stands: p.entryBytes[l]!,
      reserved: level.cap * pallocSumBytes,
    })),
    addrBits: heapAddrBits,
    l1: 2 ** constants.pallocChunksL1Bits,
    l2: 2 ** constants.pallocChunksL2Bits,
    pallocData: rt.sizeof("pallocData"),
    reserved: p.summary.reduce((sum, level) => sum + level.cap * pallocSumBytes, 0),
    mapped: p.summaryMappedReady - index,
    mapsAtOnce: p.mapsAtOnce,
    bits: chunks * rt.sizeof("pallocData"),
    maxPacked: 2 ** p.logMaxPackedValue,
  };
}

/** The platforms that the release has. */
export const platforms = release(releaseName).platforms;

/** Sizes of heaps to choose from, as log2 of bytes. */
const sizes = [22, 26, 30, 36, 40];

function drawLevels({levels}: Shape): Element {
  const most = Math.log2(Math.max(...levels.map(l => l.entries)));
  const alt = levels.map((l, i) => `level ${i} has ${power(l.entries)} entries of ${bytes(l.stands)}`);
  return drawing(
    `${alt.join("; ")}.`,
    levels.length * 30 + 20,
    levels.map((l, i) => [
      h("rect", {
        class: "span span-object",
        x: 0,
        y: i * 30,
        width: pct(Math.log2(l.entries), most),
        height: 24,
      }),
      h("text", {class: "on-span-object", x: 5, y: i * 30 + 16}, `level ${i}: ${power(l.entries)} entries`),
    ]),
    h("text", {class: "tick start", x: 0, y: levels.length * 30 + 12}, "1 entry"),
    h("text", {class: "tick end", x: "100%", y: levels.length * 30 + 12}, power(2 ** most)),
  );
}

function draw(asked: Asked, set: ((asked: Asked) => void) | null): Element {
  const shape = shapeOf(asked);
  const heap = 2 ** asked.log;
  const {levels, reserved, mapped, mapsAtOnce} = shape;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "The platform and the heap",
        choice(
          "platform",
          asked.platform,
          platforms.map(p => [p, p]),
          platform => set({platform, log: Math.min(asked.log, mostLog(platform))}),
        ),
        choice(
          "heap of",
          `${asked.log}`,
          sizes.filter(log => log <= mostLog(asked.platform)).map(log => [`${log}`, bytes(2 ** log)]),
          log => set({...asked, log: Number(log)}),
        ),
      ),
    figure(
      `The entries of each level on ${asked.platform}, with ${plural(shape.addrBits, "bit")} of address, to a logarithmic scale.`,
      drawLevels(shape),
    ),
    table({
      caption: "Computed from the release’s constants for this platform.",
      head: ["level", "#entries", "#pages in an entry", "an entry is", "#reserved"],
      rows: levels.map((l, i) => [
        count(i),
        power(l.entries),
        power(l.pages),
        bytes(l.stands),
        bytes(l.reserved),
      ]),
    }),
    h(
      "p",
      {class: "small", role: "status"},
      `All summaries take ${bytes(reserved)}${mapsAtOnce ? ", which is mapped at once" : ` of addresses; for a heap of ${bytes(heap)}, ${bytes(mapped)} of them are mapped`}. `,
      `The bitmaps of that heap’s chunks take ${bytes(shape.bits)} (${shape.pallocData} bytes a chunk); they are in an index of ${power(shape.l1)} × ${power(shape.l2)} entries. `,
      `A root entry is ${power(levels[0]!.pages)} pages, and a summary can count up to ${power(shape.maxPacked)}.`,
      release(releaseName).bySource.includes(asked.platform) &&
        " This platform follows Go’s source; no process of it was recorded.",
    ),
  );
}

/** The largest heap that is offered for a platform, as log2 of bytes. */
export const mostLog = (platform: string) =>
  /\/(386|arm|mips|mipsle|wasm)$/.test(platform) ? 30 : platform === "ios/arm64" ? 36 : 40;

/** What the page opens with. */
export const first: Asked = {platform: "linux/amd64", log: 40};

/** The shape, for a platform and a heap that the reader chooses. */
export function shape(): HTMLElement {
  const platform = platforms.find(p => p === param("platform")) ?? first.platform;
  const log = sizes.find(s => s === numberParam("heap", first.log, 0, 64)) ?? first.log;
  return live<Asked>({platform, log: Math.min(mostLog(platform), log)}, (asked, set) =>
    draw(asked, next => {
      setParams({
        platform: next.platform === first.platform ? null : next.platform,
        heap: next.log === first.log ? null : next.log,
      });
      set(next);
    }),
  );
}

/** Two platforms in print: one with 48 bits of address, one with 32. */
export const fallback = () => toHtml([draw(first, null), draw({platform: "linux/386", log: 30}, null)]);
