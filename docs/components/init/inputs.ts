// The inputs at the top of the page: release, platform, physical page size, GOMAXPROCS, race detector, and where chance
// decides the heap's place, the random bits.

import {setParams} from "../address.js";
import {choice, controls, note, numberField, tick} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, live} from "../markup.js";
import {canRandomize, defaults, type Inputs, pageSizes, platformsOf, releaseNames} from "./start.js";

/** Inputs, and what could not be taken over from where they were read. */
export interface Read {
  readonly inputs: Inputs;
  readonly faults: readonly string[];
}

/** A page size that no machine has, for readers who want to see every cell face a throw. */
const senseless = 1000;

/** The number to begin with where chance decides, and the largest. */
const firstRandom = 1;
const mostRandom = 2 ** 32 - 1;

/**
 * Reads the inputs from parameters of an address. What is missing gets its default; what makes no sense gets its
 * default and is reported.
 */
export function readInputs(params: URLSearchParams): Read {
  const faults: string[] = [];
  const fault = (name: string, accepted: string) =>
    faults.push(
      `${name}=${params.get(name)} in the address makes no sense: ${accepted}; the default stands in`,
    );

  let {release, goos, goarch} = defaults;
  const name = params.get("release");
  if (name !== null && releaseNames.includes(name)) release = name;
  else if (name !== null) fault("release", `it is one of ${releaseNames.join(", ")}`);
  const asked = [params.get("goos") ?? goos, params.get("goarch") ?? goarch];
  if (platformsOf(release).includes(asked.join("/"))) [goos, goarch] = asked as [string, string];
  else
    faults.push(
      `${asked.join("/")} in the address is not modelled for ${release}; ${goos}/${goarch} stands in`,
    );

  const number = (name: string, otherwise: number, min: number, max: number) => {
    const text = params.get(name);
    if (text === null) return otherwise;
    const n = Number(text);
    if (/^\d+$/.test(text) && n >= min && n <= max) return n;
    fault(name, `it is a whole number from ${min} to ${count(max)}`);
    return otherwise;
  };
  const page = number("page", pageSizes(goarch)[0]!, 0, 2 ** 30);
  const procs = number("p", defaults.procs, 1, 1024);

  const race = params.get("race");
  if (race !== null && race !== "0" && race !== "1") fault("race", "it is 0 or 1");

  let random: number | null = null;
  if (params.has("random")) {
    if (canRandomize({release, goos, goarch})) random = number("random", firstRandom, 1, mostRandom);
    else fault("random", `the heap of ${release} on ${goos}/${goarch} does not lie at random`);
  }
  return {inputs: {release, goos, goarch, page, procs, race: race === "1", random}, faults};
}

/** The parameters that lead back to these inputs; defaults are left out. */
export function writeInputs({
  release,
  goos,
  goarch,
  page,
  procs,
  race,
  random,
}: Inputs): Record<string, string | number | null> {
  return {
    release: release === defaults.release ? null : release,
    goos: goos === defaults.goos ? null : goos,
    goarch: goarch === defaults.goarch ? null : goarch,
    page: page === pageSizes(goarch)[0] ? null : page,
    p: procs === defaults.procs ? null : procs,
    race: race ? 1 : null,
    random,
  };
}

/** The sizes to choose from: those of the processor, a senseless one, and whatever is set now. */
export function pageChoices(goarch: string, page: number): [value: string, text: string][] {
  const known = [...pageSizes(goarch)].sort((a, b) => a - b);
  const others = [...new Set([senseless, page])].filter(n => !known.includes(n));
  return [
    ...known.map((n): [string, string] => [`${n}`, count(n)]),
    ...others.map((n): [string, string] => [`${n}`, `${count(n)} (odd)`]),
  ];
}

/** The inputs with another release. A platform or random bits that it does not have are left behind, and that is said. */
export function withRelease(inputs: Inputs, release: string): Read {
  const platform = `${inputs.goos}/${inputs.goarch}`;
  if (!platformsOf(release).includes(platform)) {
    const {goos, goarch, page} = defaults;
    const faults = [`${release} is not modelled on ${platform}; ${goos}/${goarch} stands in`];
    return {inputs: {...inputs, release, goos, goarch, page, random: null}, faults};
  }
  const random = canRandomize({...inputs, release}) ? inputs.random : null;
  return {inputs: {...inputs, release, random}, faults: []};
}

function draw({inputs, faults}: Read, take: (read: Read) => void): Element {
  const {release, goos, goarch, page, procs, race, random} = inputs;
  const set = (inputs: Inputs) => take({inputs, faults: []});
  return h(
    "div",
    {class: "inputs"},
    controls(
      "Inputs of this page",
      choice(
        "release",
        release,
        releaseNames.map(name => [name, name]),
        name => take(withRelease(inputs, name)),
      ),
      choice(
        "GOOS/GOARCH",
        `${goos}/${goarch}`,
        platformsOf(release).map(p => [p, p]),
        platform => {
          const [goos, goarch] = platform.split("/") as [string, string];
          const fits = page === pageSizes(inputs.goarch)[0] || !pageSizes(goarch).includes(page);
          set({
            ...inputs,
            goos,
            goarch,
            page: fits ? pageSizes(goarch)[0]! : page,
            random: canRandomize({release, goos, goarch}) ? random : null,
          });
        },
      ),
      choice("page", `${page}`, pageChoices(goarch, page), n => set({...inputs, page: Number(n)})),
      numberField("GOMAXPROCS", procs, {min: 1, max: 1024}, n => set({...inputs, procs: n})),
      tick("-race", race, on => set({...inputs, race: on})),
      canRandomize(inputs) &&
        tick("random heap base", random !== null, on => set({...inputs, random: on ? firstRandom : null})),
      random !== null &&
        numberField("random number", random, {min: 1, max: mostRandom}, n => set({...inputs, random: n})),
    ),
    h("div", {role: "status"}, ...faults.map(fault => note(fault, "."))),
  );
}

/** The inputs as an element with a value, for Framework's `view`. The address of the page follows them. */
export function inputsView(): HTMLElement & {value: Inputs} {
  const read = readInputs(new URLSearchParams(location.search));
  const node = live(read, (state, setState) =>
    draw(state, read => {
      setParams(writeInputs(read.inputs));
      setState(read);
      node.value = read.inputs;
      node.dispatchEvent(new Event("input"));
    }),
  ) as HTMLElement & {value: Inputs};
  // Events of the controls stay inside: Framework listens on the element itself, once per change.
  node.addEventListener("input", event => event.target !== node && event.stopImmediatePropagation());
  node.value = read.inputs;
  return node;
}
