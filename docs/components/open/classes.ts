// Spans by class: how many there are, what is in them and what is not; and the spans of one class, one by one.

import {type ClassSums, emptySums, type Sums, sparse} from "../../src/capture/reader/sums.js";
import {param, setParams} from "../address.js";
import {button, choice, controls, drawing, tick} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, live, type Markup, toDom} from "../markup.js";
import {classKey, className, pairs} from "./classname.js";
import {section} from "./parts.js";
import type {Session, Side} from "./session.js";
import {type Order, orders, spanTable} from "./spanlist.js";
import {withHeap} from "./summary.js";
import {change} from "./words.js";

/** A row: a class, and the same class before. */
export interface Row {
  readonly now: ClassSums;
  readonly before: ClassSums | null;
}

/** A column: its head, its value for sorting, and the cell. */
interface Column {
  readonly key: string;
  readonly head: string;
  readonly value: (row: Row) => number;
  readonly cell: (row: Row) => Markup;
}

const unusedOf = (c: ClassSums) => c.unusedBytes + c.tailBytes + c.bitmapBytes;

const columns: readonly Column[] = [
  {key: "class", head: "class", value: r => r.now.spanclass, cell: r => className(r.now)},
  {key: "objects", head: "#objects", value: r => r.now.objects, cell: r => count(r.now.objects)},
  {key: "bytes", head: "#bytes", value: r => r.now.objectBytes, cell: r => bytes(r.now.objectBytes)},
  {key: "unused", head: "#unused", value: r => unusedOf(r.now), cell: r => bytes(unusedOf(r.now))},
  {
    key: "sparse",
    head: "#sparse",
    value: r => sparse(r.now),
    cell: r => bytes(sparse(r.now)),
  },
  {
    key: "use",
    head: "#in use",
    value: r => r.now.objects / Math.max(1, r.now.slots),
    cell: r => percent(r.now.objects, Math.max(1, r.now.slots)),
  },
  {key: "spans", head: "#spans", value: r => r.now.spans, cell: r => count(r.now.spans)},
];

const changes: readonly Column[] = [
  {
    key: "change",
    head: "#more bytes",
    value: r => r.now.objectBytes - (r.before?.objectBytes ?? 0),
    cell: r => change(r.now.objectBytes - (r.before?.objectBytes ?? 0), bytes),
  },
  {
    key: "more",
    head: "#more objects",
    value: r => r.now.objects - (r.before?.objects ?? 0),
    cell: r => change(r.now.objects - (r.before?.objects ?? 0), count),
  },
];

/** The classes of a heap, with those that only the heap before has. */
export const rowsOf = (now: Sums, before: Sums | null): Row[] => pairs(now.classes, before?.classes ?? []);

/** What the table shows. */
interface State {
  /** The column that sorts; the largest is first, but for classes. */
  readonly by: string;
  readonly down: boolean;
  /** A class by its key. */
  readonly chosen: string | null;
  readonly order: Order;
  readonly all: boolean;
}

/** Rows in the order that is asked for. */
export function sorted(rows: readonly Row[], by: string, down: boolean): Row[] {
  const column = [...columns, ...changes].find(c => c.key === by) ?? columns[2]!;
  const sign = down ? -1 : 1;
  return [...rows].sort(
    (a, b) => sign * (column.value(a) - column.value(b)) || a.now.spanclass - b.now.spanclass,
  );
}

/** How full the spans of a class are: a bar for each tenth. */
function drawTenths({tenths, spans, full}: ClassSums): Element {
  const most = Math.max(1, ...tenths);
  const words = tenths
    .flatMap((n, i) => (n > 0 ? [`${count(n)} at ${10 * i} to ${10 * (i + 1)}%`] : []))
    .join(", ");
  return h(
    "div",
    {class: "tenths"},
    drawing(
      `Of ${plural(spans, "span")}: ${words || "none"}; ${count(full)} full`,
      20,
      h("line", {class: "axis", x1: 0, x2: "100%", y1: 19.5, y2: 19.5}),
      tenths.map((n, i) => {
        const tall = n === 0 ? 0 : Math.max(1.5, (18 * n) / most);
        return (
          tall > 0 &&
          h("rect", {class: "bar", x: `${10 * i + 0.5}%`, y: 19 - tall, width: "9%", height: tall})
        );
      }),
    ),
  );
}

/** How many rows are drawn until all are asked for. */
const first = 16;

/** The table. */
export function drawClasses(
  now: Side,
  before: Side | null,
  state: State,
  set: ((state: State) => void) | null,
): Element {
  const rows = sorted(rowsOf(now.sums, before?.sums ?? null), state.by, state.down);
  const shown = state.all ? rows : rows.slice(0, first);
  const all = [...columns, ...(before === null ? [] : changes)];
  const caption = `${plural(rows.length, "class", "classes")} of spans with objects${shown.length < rows.length ? `; the first ${shown.length} are shown` : ""}. Unused: free slots, bitmaps and ends of spans. Sparse: bytes of spans that would be empty if the objects stood side by side. The small bars say how many spans are empty (left) to full (right).`;
  const head = (c: Column) => {
    const sorts = c.key === state.by;
    const sort = sorts ? (state.down ? "descending" : "ascending") : "none";
    const label = c.head.replace(/^#/, "");
    return h(
      "th",
      {scope: "col", class: c.head.startsWith("#") ? "number" : null, "aria-sort": sort},
      set === null
        ? label
        : button(
            [label, sorts && (state.down ? " ↓" : " ↑")],
            () => set({...state, by: c.key, down: sorts ? !state.down : c.key !== "class"}),
            {
              class: "link",
            },
          ),
    );
  };
  return h(
    "div",
    {class: "scroll", tabindex: 0, role: "group", "aria-label": `Table: ${caption}`},
    h(
      "table",
      {class: "classes"},
      h("caption", null, h("span", {class: "caption"}, caption)),
      h("thead", null, h("tr", null, ...all.map(head), h("th", {scope: "col"}, "how full"))),
      h(
        "tbody",
        null,
        ...shown.map(row =>
          h(
            "tr",
            {class: classKey(row.now) === state.chosen ? "chosen" : null},
            ...all.map((c, i) => {
              const number = c.head.startsWith("#") ? "number" : null;
              if (i > 0) return h("td", {class: number}, c.cell(row));
              const choose = () =>
                set?.({...state, chosen: state.chosen === classKey(row.now) ? null : classKey(row.now)});
              return h(
                "th",
                {scope: "row"},
                set === null
                  ? c.cell(row)
                  : button(c.cell(row), choose, {
                      class: "link",
                      "aria-pressed": `${classKey(row.now) === state.chosen}`,
                    }),
              );
            }),
            h("td", null, drawTenths(row.now)),
          ),
        ),
      ),
    ),
  );
}

/** The opening state. */
export const opening: State = {by: "bytes", down: true, chosen: null, order: "address", all: false};

/** The class of a key; one without a span, if the heap does not have it. */
function classOf({sums}: Side, key: string): ClassSums {
  const [, size = "0", kind] = /^(large|\d{1,6})([pn])$/.exec(key) ?? [];
  const otherwise = emptySums(
    size === "large" ? (kind === "n" ? 1 : 0) : kind === "n" ? 3 : 2,
    Number(size) || 0,
  );
  return sums.classes.find(c => classKey(c) === key) ?? otherwise;
}

function drawChosen(now: Side, chosen: string): Markup {
  const c = classOf(now, chosen);
  return h(
    "p",
    {class: "small", role: "status"},
    h("b", null, className(c)),
    `: ${plural(c.spans, "span")}, of which ${count(c.full)} are full, ${count(c.empty)} without an object and ${count(c.cached)} in the cache of a P. `,
    `${bytes(c.objectBytes)} in objects, ${bytes(c.unusedBytes)} in free slots, ${bytes(c.bitmapBytes)} in bitmaps and ${bytes(c.tailBytes)} behind the last slot. `,
    c.unswept > 0 && `${plural(c.unswept, "span")} with ${bytes(c.unsweptBytes)} of objects are not swept. `,
    "What the columns mean: ",
    section("smallalloc#the-five-states-of-sweepgen"),
    ".",
  );
}

/** The table of classes and the spans of one of them, for a cell. */
export const classes = (session: Session) =>
  withHeap(session, (now, before) => {
    const asked = param("class");
    const list = toDom(h("div", {class: "spans"}));
    let listed = "";
    const relist = ({chosen, order}: State) => {
      const key = `${chosen} ${order}`;
      if (key === listed) return;
      listed = key;
      if (chosen === null) list.replaceChildren();
      else {
        const c = classOf(now, chosen);
        list.replaceChildren(
          spanTable(
            now.heap,
            {spanclass: c.spans === 0 ? -1 : c.spanclass},
            order,
            `Spans of class ${className(c)}`,
          ),
        );
      }
    };
    const state: State = {
      ...opening,
      by: param("sort") ?? (before === null ? opening.by : "change"),
      down: param("up") === null,
      chosen: asked !== null && /^(?:large|\d{1,6})[pn]$/.test(asked) ? asked : null,
    };
    const table = live<State>(state, (shown, set) => {
      const next = (state: State) => {
        setParams({
          sort: state.by === opening.by ? null : state.by,
          up: state.down ? null : 1,
          class: state.chosen,
        });
        relist(state);
        set(state);
      };
      return h(
        "div",
        null,
        drawClasses(now, before, shown, next),
        controls(
          "Table of classes",
          tick("all classes", shown.all, all => next({...shown, all})),
          shown.chosen !== null &&
            choice("order of its spans", shown.order, orders, order =>
              next({...shown, order: order as Order}),
            ),
        ),
        shown.chosen !== null && drawChosen(now, shown.chosen),
      );
    });
    relist(state);
    const cell = toDom(h("div", {class: "cell"}));
    cell.append(table, list);
    return cell;
  });
