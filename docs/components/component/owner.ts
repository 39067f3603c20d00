// Whose is the mcache: from the first thread to a P, and with the P from thread to thread.
//
// Taking and leaving a P are the model's acquirep and releasep, and procresize its own. Who blocks and who wakes is
// played by this page: threads are not modelled.

import {boot, type Runtime} from "../../src/runtime/index.js";
import type {mcache} from "../../src/runtime/mcache.js";
import {acquirep, procresize, releasep} from "../../src/runtime/proc.js";
import {m} from "../../src/runtime/runtime2.js";
import {numberParam, setParams} from "../address.js";
import {button, controls, figure} from "../blocks.js";
import {hex, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";

/** What happens, step by step. */
export const steps = [
  "mallocinit has returned. There is no P, and the one thread, m0, has the one mcache.",
  "procresize(2) makes two Ps. P0 gets the mcache that was there, P1 a new one. m0 takes P0.",
  "A second thread, m1, starts and takes P1.",
  "m0 makes a system call. It lets go of P0 and has no mcache any more. While it is away, it cannot allocate.",
  "The call takes long, and P0 is handed to another thread, m2. With the P comes the mcache, and with it every span in it.",
  "m0 comes back. No P is idle, so it puts its goroutine on the queue and sleeps.",
  "m1 blocks in turn and lets go of P1. m0 wakes up, takes P1, and allocates from another mcache than before.",
] as const;

/** A thread. */
export interface Thread {
  readonly id: number;
  readonly p: number | null;
  /** Address of the mcache that it allocates from; 0 if it has none. */
  readonly mcache: number;
  /** What it is doing, when it runs no Go code. */
  readonly away: string;
}

/** A P and its mcache. */
export interface Proc {
  readonly id: number;
  readonly m: number | null;
  readonly mcache: number;
}

/** Who has what. */
export interface Moment {
  readonly threads: readonly Thread[];
  readonly procs: readonly Proc[];
  /** The mcache that mallocinit made. */
  readonly first: number;
}

/** Plays the story up to a step, from 1. */
export function play(step: number): Moment {
  const rt: Runtime = boot({until: "mallocinit"});
  const firstCache = rt.m0.mcache as mcache;
  const threads = [rt.m0];
  const away = new Map<m, string>();
  const join = (pp: number) => {
    const thread = new m(threads.length);
    threads.push(thread);
    acquirep(rt, thread, rt.allp[pp]!);
  };
  const acts = [
    () => {},
    () => procresize(rt, 2),
    () => join(1),
    () => {
      releasep(rt.m0);
      away.set(rt.m0, "in a system call");
    },
    () => join(0),
    () => away.set(rt.m0, "asleep"),
    () => {
      releasep(threads[1]!);
      away.set(threads[1]!, "in a system call");
      away.delete(rt.m0);
      acquirep(rt, rt.m0, rt.allp[1]!);
    },
  ];
  for (const act of acts.slice(0, step)) act();
  return {
    threads: threads.map(t => ({
      id: t.id,
      p: t.p?.id ?? null,
      mcache: t.mcache?.address ?? 0,
      away: away.get(t) ?? "",
    })),
    procs: rt.allp.map(pp => ({id: pp.id, m: pp.m?.id ?? null, mcache: pp.mcache?.address ?? 0})),
    first: firstCache.address,
  };
}

const short = (address: number) => `…${(address % 2 ** 16).toString(16).padStart(4, "0")}`;

function drawMoment({threads, procs, first}: Moment): Element {
  const x = (i: number) => 58 + i * 116;
  const y = {m: 30, p: 112, c: 194};
  const caches = procs.length > 0 ? procs.map(p => p.mcache) : [first];
  const alt = `${threads
    .map(
      t =>
        `m${t.id} ${t.p === null ? "has no P" : `has P${t.p}`} and ${t.mcache === 0 ? "no mcache" : `the mcache at ${hex(t.mcache)}`}`,
    )
    .join("; ")}. ${procs.map(p => `P${p.id} owns the mcache at ${hex(p.mcache)}`).join("; ")}.`;
  const node = (cx: number, cy: number, kind: string, title: string, text: string) => [
    h("rect", {
      class: `box ${kind}`,
      x: cx - 50,
      y: cy - 21,
      width: 100,
      height: 42,
      rx: kind.includes("thread") ? 20 : 4,
    }),
    h("text", {class: `middle name on-${kind.split(" ")[0]}`, x: cx, y: cy - 3}, title),
    h("text", {class: `middle small on-${kind.split(" ")[0]}`, x: cx, y: cy + 13}, text),
  ];
  const line = (x1: number, y1: number, x2: number, y2: number, kind = "arrow") =>
    h("line", {class: kind, x1, y1: y1 + 21, x2, y2: y2 - 21});
  return h(
    "svg",
    {class: "drawing machine", viewBox: "0 0 350 222", role: "img", "aria-label": alt},
    threads.map(t =>
      t.p !== null
        ? line(x(t.id), y.m, x(t.p), y.p)
        : t.mcache !== 0
          ? line(x(t.id), y.m, x(caches.indexOf(t.mcache)), y.c)
          : null,
    ),
    procs.map(p => line(x(p.id), y.p, x(caches.indexOf(p.mcache)), y.c, "arrow passed")),
    threads.map(t =>
      node(
        x(t.id),
        y.m,
        t.away === "" ? "free thread" : "padding thread",
        `m${t.id}`,
        t.away || "runs Go code",
      ),
    ),
    procs.map(p => node(x(p.id), y.p, "free", `P${p.id}`, p.m === null ? "no thread" : `held by m${p.m}`)),
    caches.map((address, i) =>
      node(
        x(i),
        y.c,
        address === first ? "used" : "free",
        "mcache",
        `${short(address)}${address === first ? ", the first" : ""}`,
      ),
    ),
  );
}

function draw(step: number, set: ((step: number) => void) | null): Element {
  const moment = play(step);
  const able = moment.threads.filter(t => t.mcache !== 0).length;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Steps of the story",
        button("← back", () => step > 1 && set(step - 1), {"aria-disabled": `${step === 1}`}),
        button("next →", () => step < steps.length && set(step + 1), {
          "aria-disabled": `${step === steps.length}`,
        }),
      ),
    figure(
      ["Threads, Ps and mcaches, ", h("b", null, `step ${step} of ${steps.length}`), "."],
      h("p", {role: "status"}, steps[step - 1]!),
      drawMoment(moment),
      h(
        "p",
        {class: "small"},
        `${plural(moment.threads.length, "thread")}, of which ${able} can allocate; ${plural(Math.max(1, moment.procs.length), "mcache")}.`,
      ),
    ),
  );
}

/** The story, for a reader to step through. */
export function owner(): HTMLElement {
  return live<number>(numberParam("step", 2, 1, steps.length), (step, set) =>
    draw(step, next => {
      setParams({step: next === 2 ? null : next});
      set(next);
    }),
  );
}

/** The same in print: the steps in words, and two of them drawn. */
export const fallback = () =>
  toHtml([h("ol", null, ...steps.map(text => h("li", null, text))), draw(2, null), draw(5, null)]);
