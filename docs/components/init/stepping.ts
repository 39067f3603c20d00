// mallocinit as a routine that readers step through, with the inputs of the page.

import type {BootOptions} from "../../src/runtime/index.js";
import type {Routine} from "../stepper/run.js";

/** The start of the runtime up to the return of mallocinit. */
export function mallocinitRoutine(options: BootOptions): Routine {
  const until = "mallocinit";
  return {
    name: "mallocinit",
    prepare: model => model.load({...options, until}),
    run: (model, rt) => model.start(rt, {...options, until}),
  };
}
