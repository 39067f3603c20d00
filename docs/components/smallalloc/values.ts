// The numbers in the page's text that depend on its inputs. They are filled in again when those change.

import {boot} from "../../src/runtime/index.js";
import {bytes, plural} from "../format.js";
import type {Inputs} from "./inputs.js";
import {wayOf} from "./sizeclass.js";

/** Values by the name that the text has for them. */
export type Values = Readonly<Record<string, string>>;

/** The values for inputs. */
export function valuesOf(inputs: Inputs): Values {
  const rt = boot();
  const way = wayOf(rt, inputs);
  const last = way.nelems % 64;
  return {
    asked: plural(way.size, "byte"),
    elemsize: plural(way.elemsize, "byte"),
    sizeclass: `size class ${way.sizeclass}`,
    span: bytes(way.npages * rt.constants._PageSize),
    nelems: plural(way.nelems, "object"),
    groups: plural(Math.ceil(way.nelems / 64), "group"),
    lastGroup: plural(last === 0 ? 64 : last, "object"),
    bitmap: plural(Math.ceil(way.nelems / 64) * 8, "byte"),
  };
}
