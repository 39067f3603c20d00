// From a size to a block: which table mallocgc asks, which class it finds, and what a span of the class holds.

import {boot, type Runtime} from "../../src/runtime/index.js";
import {makeSpanClass} from "../../src/runtime/mspan.js";
import {_type} from "../../src/runtime/type.js";
import {figure, table} from "../blocks.js";
import {count, percent, plural} from "../format.js";
import {type Element, h, toDom, toHtml} from "../markup.js";
import {firstRelease} from "../release.js";
import {defaults, type Inputs} from "./inputs.js";

/** The way of a size. Sizes are in bytes. */
export interface Way {
  /** What mallocgc is asked for: a type with pointers is a multiple of a pointer. */
  readonly size: number;
  readonly scan: boolean;
  /** Whether the tiny allocator comes first, and only its blocks come from here. */
  readonly tiny: boolean;
  readonly table: "size_to_class8" | "size_to_class128";
  readonly index: number;
  readonly sizeclass: number;
  readonly spanclass: number;
  readonly elemsize: number;
  readonly npages: number;
  readonly nelems: number;
  /** Bytes behind the last object of a span. */
  readonly tail: number;
}

/** Looks a size up as mallocgc does. */
export function wayOf({sizeclasses, constants}: Runtime, inputs: Inputs): Way {
  const {scan} = inputs;
  const asked = scan ? Math.ceil(inputs.size / 8) * 8 : inputs.size;
  const tiny = !scan && asked < constants._TinySize;
  const size = tiny ? constants._TinySize : asked;
  const {smallSizeMax, smallSizeDiv, largeSizeDiv, _PageSize} = constants;
  const fine = size <= smallSizeMax - 8;
  const index = fine
    ? Math.floor((size + smallSizeDiv - 1) / smallSizeDiv)
    : Math.floor((size - smallSizeMax + largeSizeDiv - 1) / largeSizeDiv);
  const sizeclass = (fine ? sizeclasses.size_to_class8 : sizeclasses.size_to_class128)[index]!;
  const elemsize = sizeclasses.class_to_size[sizeclass]!;
  const npages = sizeclasses.class_to_allocnpages[sizeclass]!;
  const nelems = Math.floor((npages * _PageSize) / elemsize);
  return {
    size: asked,
    scan,
    tiny,
    table: fine ? "size_to_class8" : "size_to_class128",
    index,
    sizeclass,
    spanclass: makeSpanClass(sizeclass, !scan),
    elemsize,
    npages,
    nelems,
    tail: npages * _PageSize - nelems * elemsize,
  };
}

/** A type of that size for mallocgc: a pointer in its first word, or null for no pointers. */
export function typeFor(rt: Runtime, {size, scan}: Pick<Way, "size" | "scan">): _type | null {
  return scan ? new _type("T", size, [0], rt.config.arch.PtrSize) : null;
}

function draw(inputs: Inputs, release: string): Element {
  const way = wayOf(boot({release, until: "mallocinit"}), inputs);
  const {size, tiny, index, sizeclass, spanclass, elemsize, npages, nelems, tail, scan} = way;
  const looked = tiny ? 16 : size;
  const steps: [string, string][] =
    way.table === "size_to_class8"
      ? [[`(${looked} + 7) / 8`, count(index)]]
      : [[`(${looked} − 1024 + 127) / 128`, count(index)]];
  steps.push(
    [`${way.table}[${index}]`, `size class ${sizeclass}`],
    [`class_to_size[${sizeclass}]`, plural(elemsize, "byte")],
    [`${sizeclass} << 1 | ${scan ? 0 : 1}`, `span class ${spanclass}`],
    [`class_to_allocnpages[${sizeclass}]`, plural(npages, "page")],
    [`${count(npages * 8192)} / ${count(elemsize)}`, `${plural(nelems, "object")} in a span`],
  );
  const waste = elemsize - size;
  return h(
    "div",
    {class: "cell"},
    figure(
      [
        size !== inputs.size &&
          `A type with pointers is a multiple of 8 bytes: ${count(inputs.size)} becomes ${count(size)}. `,
        `From ${plural(size, "byte")} to a block of ${count(elemsize)}: `,
        tiny
          ? "the object itself goes to the tiny allocator (7.6), and this is how the block is found that it shares."
          : waste === 0
            ? "nothing is lost in the block."
            : `${plural(waste, "byte")} (${percent(waste, elemsize)}) of the block ${waste === 1 ? "stays" : "stay"} unused.`,
        ` Behind the last object of a span ${tail === 1 ? "is" : "are"} ${plural(tail, "byte")}.`,
      ],
      table({
        caption: `Each line is one table look-up or one operation, with the tables of ${release}.`,
        head: ["computed", "result"],
        rows: steps.map(([what, result]) => [h("code", null, what), result]),
      }),
    ),
  );
}

/** The way of the size that the page is set to. */
export const sizeclass = (inputs: Inputs, release: string) => toDom(draw(inputs, release));

/** The same in print. */
export const fallback = () => toHtml(draw(defaults, firstRelease));
