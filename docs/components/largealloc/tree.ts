// The treap of free spans as a tree, and the way that find takes through it.

import type {mTreap, treapNode} from "../../src/runtime/mgclarge.js";
import {numberParam, setParams} from "../address.js";
import {controls, figure, numberField, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {rel} from "./happened.js";
import {play, type World} from "./heap.js";
import {openingWorld} from "./lab.js";

/** A node of the treap. */
export interface Node {
  readonly base: number;
  readonly npages: number;
  /** From 0 to 1: the part of the range of 32 bits. */
  readonly priority: number;
  /** Distance from the root, and place in the order of the tree, from 0. */
  readonly depth: number;
  readonly order: number;
  /** Index of the parent in the list, or -1. */
  readonly parent: number;
}

/** The nodes in the order of the tree. */
export function nodesOf(treap: mTreap): Node[] {
  const found: treapNode[] = [];
  for (let t = treap.start(); t !== null; t = t.succ()) found.push(t);
  return found.map((t, order) => {
    let depth = 0;
    for (let up = t.parent; up !== null; up = up.parent) depth++;
    return {
      base: t.spanKey!.base(),
      npages: t.npagesKey,
      priority: t.priority / 2 ** 32,
      depth,
      order,
      parent: t.parent === null ? -1 : found.indexOf(t.parent),
    };
  });
}

/** A step of find: the node that it looks at, by its place in order, and what it makes of it. */
export interface Step {
  readonly order: number;
  readonly fits: boolean;
}

/** The way of find through a treap: it takes a node that is long enough and goes on to the left, else to the right. */
export function wayOf(nodes: readonly Node[], npages: number): Step[] {
  const steps: Step[] = [];
  let at = nodes.findIndex(n => n.parent === -1);
  while (at >= 0) {
    const fits = nodes[at]!.npages >= npages;
    steps.push({order: at, fits});
    at = nodes.findIndex((n, i) => n.parent === at && (fits ? i < at : i > at));
  }
  return steps;
}

const size = {width: 54, height: 42, level: 68, gap: 6};

function drawTree(world: World, nodes: readonly Node[], steps: readonly Step[], best: number): Element {
  const deepest = Math.max(0, ...nodes.map(n => n.depth));
  const width = Math.max(1, nodes.length) * (size.width + size.gap);
  const height = (deepest + 1) * size.level;
  const x = (n: Node) => n.order * (size.width + size.gap) + 3;
  const y = (n: Node) => n.depth * size.level + 4;
  const place = (order: number) => steps.findIndex(s => s.order === order);
  const alt = `A tree of ${plural(nodes.length, "node")}, from left to right: ${nodes
    .map(
      n =>
        `${plural(n.npages, "page")}, priority ${n.priority.toFixed(3)}, ${n.parent < 0 ? "the root" : `under ${nodes[n.parent]!.npages}`}`,
    )
    .join("; ")}. find looks at ${steps.map(s => nodes[s.order]!.npages).join(", then ")}.`;
  return h(
    "div",
    {class: "scroll", tabindex: 0, role: "group", "aria-label": "Drawing: the treap"},
    h(
      "svg",
      {
        class: "drawing treap",
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: "img",
        "aria-label": alt,
      },
      nodes.map(n => {
        const parent = nodes[n.parent];
        if (parent === undefined) return null;
        const passed = place(n.order) >= 0;
        return h("line", {
          class: passed ? "arrow passed" : "arrow",
          x1: x(parent) + size.width / 2,
          y1: y(parent) + size.height,
          x2: x(n) + size.width / 2,
          y2: y(n),
        });
      }),
      nodes.map(n => {
        const step = place(n.order);
        const kind = n.order === best ? "used" : step >= 0 ? "warn" : "free";
        const text = (dy: number, content: string) =>
          h("text", {x: size.width / 2, y: dy, class: `on-${kind} middle`}, content);
        return h(
          "svg",
          {x: x(n), y: y(n), width: size.width, height: size.height, overflow: "visible"},
          h("rect", {class: `box ${kind}`, width: size.width, height: size.height, rx: 4}),
          text(18, count(n.npages)),
          text(34, n.priority.toFixed(2).replace("0.", ".")),
          step >= 0 && h("text", {class: "tick passed start", x: 0, y: size.height + 14}, `${step + 1}.`),
          h(
            "title",
            null,
            `${plural(n.npages, "page")} at ${rel(world, n.base)}, priority ${n.priority.toFixed(4)}`,
          ),
        );
      }),
    ),
  );
}

function explain(world: World, nodes: readonly Node[], steps: readonly Step[], npages: number): Markup {
  const best = steps.filter(s => s.fits).at(-1);
  return [
    h(
      "ol",
      {class: "steps"},
      ...steps.map(({order, fits}) => {
        const n = nodes[order]!;
        return h(
          "li",
          null,
          `${count(n.npages)} at ${rel(world, n.base)}: `,
          fits
            ? "long enough, the best so far; look left for a shorter one, or the same at a lower address"
            : "too short; look right",
        );
      }),
    ),
    h(
      "p",
      {class: "small", role: "status"},
      best === undefined
        ? h("b", {class: "refused"}, `No span has ${plural(npages, "page")}: the heap would have to grow.`)
        : [
            "find answers the last that was long enough: ",
            h(
              "b",
              null,
              `${plural(nodes[best.order]!.npages, "page")} at ${rel(world, nodes[best.order]!.base)}`,
            ),
            npages < nodes[best.order]!.npages
              ? `. ${plural(nodes[best.order]!.npages - npages, "page")} would be cut off and go back.`
              : ". It fits exactly.",
          ],
    ),
  ];
}

interface State {
  readonly npages: number;
  readonly seed: number;
}

function draw(heap: World, {npages, seed}: State, set: ((state: State) => void) | null): Element {
  const world = seed === 0 ? heap : play(heap.ops, seed);
  const nodes = nodesOf(world.rt.mheap_.free);
  const scavenged = nodesOf(world.rt.mheap_.scav);
  const steps = wayOf(nodes, npages);
  const best = steps.filter(s => s.fits).at(-1)?.order ?? -1;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "A search in the treap",
        numberField("find pages", npages, {min: 1, max: 1e9}, n => set({npages: n, seed})),
        numberField("seed of the priorities", seed, {min: 0, max: 1e6}, n => set({npages, seed: n})),
      ),
    nodes.length === 0
      ? h(
          "p",
          {class: "small"},
          "The treap free is empty: all free spans have been returned to the system, or none is free.",
        )
      : figure(
          [
            "The treap ",
            h("code", null, "free"),
            ` and the way of find(${count(npages)}). Each node has the pages of its span and, below, its priority as a part of 2^32. Left is shorter, or as long at a lower address; below is no lower priority.`,
          ],
          drawTree(world, nodes, steps, best),
          explain(world, nodes, steps, npages),
        ),
    scavenged.length > 0 &&
      table({
        caption: [
          "The treap ",
          h("code", null, "scav"),
          ": free spans whose pages were returned to the system.",
        ],
        head: ["at", "#pages", "#priority", "#depth"],
        rows: scavenged.map(n => [
          h("code", null, rel(world, n.base)),
          count(n.npages),
          n.priority.toFixed(3),
          n.depth,
        ]),
      }),
  );
}

const first: State = {npages: 20, seed: 0};

/** The treap of the page's heap, with a search that the reader chooses. */
export function tree(world: World): HTMLElement {
  const asked = {
    npages: numberParam("find", first.npages, 1, 1e9),
    seed: numberParam("seed", first.seed, 0, 1e6),
  };
  return live<State>(asked, (state, set) =>
    draw(world, state, next => {
      setParams({
        find: next.npages === first.npages ? null : next.npages,
        seed: next.seed === first.seed ? null : next.seed,
      });
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(openingWorld(), first, null));
