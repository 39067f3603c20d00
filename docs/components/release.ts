// The release as an input of a page: those that the model has in full, from the first allocation on.

import {releases} from "../src/releases/index.js";
import {param, setParams} from "./address.js";
import {choice, controls, note} from "./blocks.js";
import {h, live} from "./markup.js";

/** The releases in which the model allocates, oldest first. */
export const fullReleases: readonly string[] = Object.values(releases)
  .filter(({schedinit}) => schedinit !== null)
  .map(({name}) => name);

/** Their tags, in a sentence. */
export const fullTags = fullReleases.map(name => releases[name]!.tag).join(" and ");

/** What a page opens with. */
export const firstRelease = fullReleases[0]!;

/** The release in the address, and a sentence if there is one that a page cannot show. */
export function readRelease(asked: string | null): {release: string; fault: string | null} {
  if (asked === null || fullReleases.includes(asked)) return {release: asked ?? firstRelease, fault: null};
  const known = Object.hasOwn(releases, asked);
  const why = known ? `${asked} is modelled up to mallocinit only` : `${asked} is not modelled`;
  return {
    release: firstRelease,
    fault: `${why}; ${firstRelease} stands in. This page has ${fullReleases.join(" and ")}.`,
  };
}

/** The release as an element with a value, for Framework's `view`. The address of the page follows it. */
export function releaseView(): HTMLElement & {value: string} {
  const read = readRelease(param("release"));
  const node = live(read, (state, setState) =>
    h(
      "div",
      {class: "inputs release"},
      controls(
        "Release of this page",
        choice(
          "release",
          state.release,
          fullReleases.map(name => [name, name]),
          release => {
            setParams({release: release === firstRelease ? null : release});
            setState({release, fault: null});
            node.value = release;
            node.dispatchEvent(new Event("input"));
          },
        ),
      ),
      h("div", {role: "status"}, state.fault !== null && note(state.fault)),
    ),
  ) as HTMLElement & {value: string};
  // Events of the controls stay inside: Framework listens on the element itself, once per change.
  node.addEventListener("input", event => event.target !== node && event.stopImmediatePropagation());
  node.value = read.release;
  return node;
}
