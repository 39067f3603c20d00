// Steps through a routine of the model, on the page that prints its listings.
//
// `stepper(routine)` gives every listing of the model on the page a button. Nothing else is loaded before one is
// pressed, or before a link asks for a step. Then a panel opens under that listing, at the first step of its routine.

import {param, setParams} from "../address.js";
import {h, patch, toDom} from "../markup.js";
import type {Index, Loaded, Routine} from "./run.js";

/** An element that belongs on the page where the listings are: it holds the panel as long as none is open. `index` is the
 * attachment /stepping/index.json, which tells where the model with probes is. */
export function stepper(routine: Routine, index: Index): HTMLElement {
  const host = toDom(h("div", {class: "stepper-host"}));
  let loading: Promise<Loaded> | null = null;
  const say = (text: string, kind: string | null) =>
    patch(host, h("div", {class: "stepper-host"}, h("p", {role: "status", class: kind}, text)));

  /** Opens the panel under a listing, at the place that `where` names: a listing's name or a link's text. */
  const open = async (figure: Element | null, where: {listing: string} | {link: string}) => {
    figure?.insertAdjacentElement("afterend", host);
    say("Loading the model…", null);
    try {
      const [{loadRoutine}, {opened, placeOf}] = await Promise.all([
        import("./run.js"),
        import("./opened.js"),
      ]);
      loading ??= loadRoutine(routine, index);
      const loaded = await loading;
      const place = await placeOf(loaded, where);
      host.replaceChildren(opened(loaded, routine.name, place, () => close(figure)));
      host.querySelector<HTMLElement>(".stepper")?.focus({preventScroll: figure !== null});
    } catch (error) {
      loading = null;
      say(`It cannot be stepped through: ${(error as Error).message}`, "remark");
    }
  };
  const close = (figure: Element | null) => {
    setParams({step: null, run: null});
    host.replaceChildren();
    figure?.querySelector<HTMLElement>(".step-button")?.focus();
  };

  // The listings are there before the cells run, but the host may be put on the page only after this returns.
  queueMicrotask(() => {
    for (const figure of document.querySelectorAll("figure.listing")) {
      addButton(figure, listing => void open(figure, {listing}));
    }
    const [link, run] = [param("step"), param("run")];
    if (link === null || (run !== null && run !== routine.name)) return;
    const fn = /^\d+\.(.+)\.\d+\.\w+$/.exec(link)?.[1] ?? "";
    void open(document.getElementById(listingId(fn)), {link}).then(() =>
      host.scrollIntoView({block: "center"}),
    );
  });
  return host;
}

/** The id that a listing's figure has (src/book/markdown.ts). */
const listingId = (name: string) => `listing-${name.replace(/[^\w-]+/g, "-")}`;

/** A button on a listing of the model. One that is there, from before inputs changed, gets the new routine. */
function addButton(figure: Element, open: (name: string) => void): void {
  const caption = figure.querySelector("figcaption");
  const name = caption?.querySelector("b code")?.textContent;
  if (!caption || !name || !figure.querySelector('a[href*="src/runtime/"]')) return;
  caption.querySelector(".step-button")?.remove();
  const attrs = {
    type: "button",
    class: "step-button",
    onclick: () => open(name),
    "aria-label": `Step through ${name}`,
  };
  caption.append(toDom(h("button", attrs, "Step")));
}
