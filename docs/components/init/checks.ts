// The checks at the start of mallocinit: what each compares, and the throw of the one that fails.

import type {MallocinitStep} from "../../src/releases/index.js";
import {load, type Runtime, start, Throw} from "../../src/runtime/index.js";
import {numberParam, setParams} from "../address.js";
import {button, controls, figure, numberField, table} from "../blocks.js";
import {count, power} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {defaultStart, nameOf, type Started} from "./start.js";

/** A check: what it looks at, what it wants, and how it went. */
export interface Check {
  readonly looksAt: string;
  readonly value: string;
  readonly wants: string;
  /** The throw that it ends in, and a word of what is printed before, if two checks throw alike. */
  readonly message: string;
  readonly printed?: RegExp;
  readonly verdict: "passes" | "throws" | "not reached";
}

/** What came of trying a page size. */
export interface Trial {
  readonly checks: readonly Check[];
  /** What the process prints on standard error before it ends; empty if it lives. */
  readonly stderr: readonly string[];
}

type Row = Omit<Check, "verdict">;

/** What a step of mallocinit checks, in words. A step that only notes something down checks nothing. */
const rowsOf: Readonly<Record<MallocinitStep, (rt: Runtime) => readonly Row[]>> = {
  tinySizeClass: ({constants: {_TinySizeClass, _TinySize}, sizeclasses}) => [
    {
      looksAt: `class_to_size[${_TinySizeClass}]`,
      value: `${sizeclasses.class_to_size[_TinySizeClass]}`,
      wants: `${_TinySize}, the size of a tiny block`,
      message: "bad TinySizeClass",
    },
  ],
  deferSizes: rt => [
    {
      looksAt: "defer records",
      value: `${rt.sizeof("_defer")} bytes and arguments`,
      wants: "one size class for each pool",
      message: "bad defer size class",
    },
  ],
  heapArenaBitmapBytes: rt => [bitmap("heapArenaBitmapBytes", rt.constants.heapArenaBitmapBytes)],
  heapArenaBitmapWords: rt => [bitmap("heapArenaBitmapWords", rt.constants.heapArenaBitmapWords!)],
  classSizes: () => [],
  physPageSize: pageRows,
  physHugePageSize: ({machine, constants}) => [
    {
      looksAt: "physHugePageSize",
      value: count(machine.physHugePageSize),
      wants: `a power of two, or 0; above ${count(constants.maxPhysHugePageSize!)} it is taken for 0`,
      message: "bad system huge page size",
    },
  ],
  pagesPerSpanRoot: rt => [pagesRow(rt, "pagesPerSpanRoot")],
  pagesPerReclaimerChunk: rt => [pagesRow(rt, "pagesPerReclaimerChunk")],
  mallocHeader: headerRows,
  taggedPointerBits: rt => [bits("taggedPointerBits", rt)],
  tagBits: rt => [bits("tagBits", rt)],
};

function bitmap(looksAt: string, n: number): Row {
  return {looksAt, value: power(n), wants: "a power of two", message: `${looksAt} not a power of 2`};
}

function pageRows({physPageSize, constants}: Runtime): Row[] {
  const {minPhysPageSize, maxPhysPageSize} = constants;
  const row = {looksAt: "physPageSize", value: count(physPageSize), message: "bad system page size"};
  return [
    {...row, wants: "not 0", message: "failed to get system page size"},
    ...(maxPhysPageSize === undefined
      ? []
      : [{...row, wants: `at most ${count(maxPhysPageSize)}`, printed: /larger/}]),
    {...row, wants: `at least ${count(minPhysPageSize)}`, printed: /smaller/},
    {...row, wants: "a power of two", printed: /power of 2/},
  ];
}

function pagesRow({constants}: Runtime, part: "pagesPerSpanRoot" | "pagesPerReclaimerChunk"): Row {
  return {
    looksAt: "pagesPerArena",
    value: count(constants.pagesPerArena),
    wants: `a multiple of ${part}, ${count(constants[part]!)}`,
    message: `bad ${part}`,
  };
}

function headerRows({constants, config}: Runtime): Row[] {
  const row = {looksAt: "minSizeForMallocHeader", value: count(constants.minSizeForMallocHeader!)};
  const most = 8 * config.arch.PtrSize ** 2;
  return [
    {
      ...row,
      wants: "the size of a class",
      message: "min size of malloc header is not a size class boundary",
    },
    {
      ...row,
      wants: "spans of one page for all classes up to it",
      message: "expected all size classes up to min size for malloc header to fit in one-page spans",
    },
    {
      ...row,
      wants: `at most ${count(most)}, so that a word has a bit for each pointer`,
      message: "max pointer/scan bitmap size for headerless objects is too large",
    },
  ];
}

function bits(looksAt: "taggedPointerBits" | "tagBits", {constants}: Runtime): Row {
  return {
    looksAt,
    value: `${constants[looksAt]}`,
    wants: `at least ${constants.minTagBits}`,
    message: `${looksAt} too small`,
  };
}

/** Runs mallocinit with a page size and tells how far it got. */
export function tryPageSize({options}: Started, physPageSize: number): Trial {
  const rt = load({...options, physPageSize});
  const checks = rt.config.release.mallocinitSteps.flatMap(step => rowsOf[step](rt));
  let thrown: Throw | null = null;
  try {
    start(rt, {until: "mallocinit"});
  } catch (error) {
    if (!(error instanceof Throw)) throw error;
    thrown = error;
  }
  const failed = checks.findIndex(
    ({message, printed}) =>
      thrown?.message === message &&
      (printed === undefined || thrown.printed.some(line => printed.test(line))),
  );
  return {
    checks: checks.map((check, i) => ({
      ...check,
      verdict: failed < 0 || i < failed ? "passes" : i === failed ? "throws" : "not reached",
    })),
    stderr: thrown === null ? [] : [...thrown.printed, `fatal error: ${thrown.message}`],
  };
}

const marks = {passes: "✓ passes", throws: "✗ throws", "not reached": "– not reached"};

/** Draws what came of a page size. */
export function drawTrial(started: Started, page: number, form: Markup): Element {
  const {checks, stderr} = tryPageSize(started, page);
  return h(
    "div",
    {class: "cell"},
    form,
    table({
      caption: `The checks of mallocinit in ${nameOf(started)} with a physical page of ${count(page)} bytes.`,
      head: ["looks at", "verdict", "finds", "wants"],
      rows: checks.map(({looksAt, value, wants, verdict}) => [
        h("code", null, looksAt),
        h("span", {class: `verdict ${verdict.replace(" ", "-")}`}, marks[verdict]),
        value,
        wants,
      ]),
    }),
    figure(
      "What the process prints on standard error.",
      h(
        "pre",
        {class: "stderr", role: "status", tabindex: 0, "aria-label": "Standard error"},
        stderr.length > 0 ? stderr.join("\n") : "(nothing: mallocinit goes on)",
      ),
    ),
  );
}

const examples = [0, 1000, 2048, 4096, 5000, 16384, 65536];

/** The checks with a field for the page size, for a cell. */
export function checks(started: Started): HTMLElement {
  const first = numberParam("try", started.inputs.page, 0, 2 ** 30);
  return live(first, (page, set) => {
    const choose = (n: number) => {
      setParams({try: n === started.inputs.page ? null : n});
      set(n);
    };
    return drawTrial(
      started,
      page,
      controls(
        "Page size to try",
        numberField("page size", page, {min: 0, max: 2 ** 30}, choose),
        ...examples.map(n =>
          button(count(n), () => choose(n), {"aria-pressed": n === page ? "true" : "false"}),
        ),
      ),
    );
  });
}

/** The same in print, with a size that passes and one that does not. */
export function fallback(): string {
  const started = defaultStart();
  return toHtml([drawTrial(started, started.inputs.page, null), drawTrial(started, 1000, null)]);
}
