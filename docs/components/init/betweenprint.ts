// The comparison of two releases in print: what the page opens with.

import {printed} from "./betweenview.js";
import {heldOf} from "./held.js";

/** The first pair, held against the recordings that there are. */
export const fallback = (read: {list(folder: string): string[]; text(path: string): string}) =>
  printed(heldOf(read));
