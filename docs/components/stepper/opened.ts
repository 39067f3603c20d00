// An open panel: what the keys and buttons do, and the step in the address of the page.

import {linkTo, parseLink, resolve} from "../../src/replay/link.js";
import {setParams} from "../address.js";
import {h, live, toDom} from "../markup.js";
import {fieldList, keys, type Moves, type Position, panel} from "./panel.js";
import type {Loaded} from "./run.js";
import {fieldOf} from "./state.js";

/** Where a panel opens, and what is to be said about it. */
export interface Place {
  readonly k: number;
  readonly note: string | null;
}

/** The place that a listing or a link asks for; the start of the run, with a note, if there is none. */
export async function placeOf(loaded: Loaded, where: {listing: string} | {link: string}): Promise<Place> {
  const place = "listing" in where ? firstOf(loaded, where.listing) : await linked(loaded, where.link);
  await loaded.need(place.k);
  return place;
}

/** To see that a link is up to date takes one source; to find where an old one leads takes all. */
async function linked(loaded: Loaded, text: string): Promise<Place> {
  const link = parseLink(text);
  if (link === null) {
    return {k: 1, note: `step=${text} in the address is no step of this run. It stands at its beginning.`};
  }
  if (link.k <= loaded.length) await loaded.need(link.k);
  const place = resolve(loaded, link);
  if (place.note === null) return place;
  await loaded.needAll();
  return resolve(loaded, link);
}

/** The first step in a function, or the start of the run with a note. */
function firstOf(loaded: Loaded, name: string): Place {
  for (let k = 1; k <= loaded.length; k++) if (loaded.fn(k)?.name === name) return {k, note: null};
  return {k: 1, note: `With these inputs the run does not come to ${name}. It stands at its beginning.`};
}

/** The panel of a loaded routine at a place. */
export function opened(loaded: Loaded, title: string, start: Place, close: () => void): HTMLElement {
  const end = loaded.length + 1;
  const initial: Position = {...start, field: "mheap_.spanalloc.zero", help: false};
  let current = initial;
  let byKey: (event: KeyboardEvent) => void = () => {};
  const node = live<Position>(initial, (position, set) => {
    current = position;
    const go = (k: number, more: Partial<Position> = {}) => {
      const to = Math.min(Math.max(1, k), end);
      const show = () => {
        setParams({step: linkTo(loaded, to), run: title});
        set({...current, note: null, k: to, ...more});
        center(node);
      };
      const missing = loaded.need(to);
      if (missing === null) show();
      else void missing.then(show);
    };
    const moves: Moves = {
      go,
      forward: () => go(current.k + 1),
      back: () => go(current.k - 1),
      over: back => go(loaded.player.over(current.k, back)),
      out: back => go(loaded.player.out(current.k, back)),
      change: () => go(...nextChange(loaded, current)),
      line: (file, line) => {
        const k = loaded.player.toLine(current.k, file, line);
        if (k === null) set({...current, note: `No step begins on line ${line}.`});
        else go(k);
      },
      field: field => set({...current, field}),
      help: () => set({...current, help: !current.help}),
      close,
    };
    byKey = event => {
      if (event.target instanceof HTMLInputElement && event.target.type === "text") return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = keys.find(([names]) => names.includes(event.key))?.[2];
      if (move === undefined || (event.target instanceof HTMLSelectElement && event.key.startsWith("Arrow")))
        return;
      event.preventDefault();
      move(moves);
    };
    return panel(loaded, title, position, moves);
  });
  node.addEventListener("keydown", event => byKey(event));
  setParams({step: linkTo(loaded, current.k), run: title});
  requestAnimationFrame(() => center(node));
  const whole = toDom(h("div", null, fieldList(loaded)));
  whole.prepend(node);
  return whole;
}

/** The step at which the chosen field changes next, with a note if it does not. */
function nextChange(loaded: Loaded, {k, field}: Position): [number, Partial<Position>] {
  const now = loaded.at(k).view.state;
  if (!(field in now))
    return [
      k,
      {
        note: `There is no field ${field || "without a name"}; choose one of the list, for example mheap_.arenaHints.`,
      },
    ];
  const found = loaded.player.nextChange(k, rt => fieldOf(rt, field));
  return found > loaded.length && loaded.at(found).view.state[field] === now[field]
    ? [k, {note: `${field} does not change any more in this run.`}]
    : [found, {}];
}

/** Keeps the current line in sight, within the listing alone: the page does not move. */
function center(node: HTMLElement): void {
  const source = node.querySelector<HTMLElement>(".stepper-source");
  const line = source?.querySelector<HTMLElement>(".current");
  if (source && line) source.scrollTop = line.offsetTop - source.offsetTop - source.clientHeight / 2;
}
