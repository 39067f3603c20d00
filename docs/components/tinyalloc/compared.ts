// The recorded scripts of tiny objects, replayed on the model.

import {toHtml} from "../markup.js";
import {drawResults, type Read, replayAll} from "../smallalloc/compared.js";
import {tinyScripts} from "./recorded.js";

/** The results in print. */
export const fallback = (read: Read) => toHtml(drawResults(replayAll(read, tinyScripts)));
