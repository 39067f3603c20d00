// The landmarks of mallocinit, for paper and for readers without scripts.

import {landmarkTable} from "../stepper/landmarks.js";
import {mallocinitRoutine} from "./stepping.js";

/** The run's calls with the default inputs. */
export function fallback(reader: {text(path: string): string}): Promise<string> {
  return landmarkTable(reader, mallocinitRoutine({}));
}
