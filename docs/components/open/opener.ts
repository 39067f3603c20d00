// The place to open files: by drop, chooser, paste or the page's address. A worker reads them; nothing leaves the machine.

import {param, setParams} from "../address.js";
import {button, choice, controls, note} from "../blocks.js";
import {bytes, count} from "../format.js";
import {type Element, h, live, type Markup} from "../markup.js";
import {faultText, Queue} from "./queue.js";
import {
  besideSite,
  closedBefore,
  moments,
  nothing,
  readPick,
  type Session,
  sidesOf,
  swapped,
  withFile,
  writePick,
} from "./session.js";

/** What the reader sees of the opening. */
interface State {
  readonly session: Session;
  /** The file that is being read, and how far it is. */
  readonly reading: {
    readonly name: string;
    readonly read: number;
    readonly of: number | null;
    readonly spans: number;
  } | null;
  /** What became of the last file. */
  readonly said: Markup;
  readonly faults: readonly {readonly name: string; readonly text: string}[];
  readonly over: boolean;
}

function drawStatus({reading, said, faults}: State, cancel: () => void): Markup {
  return h(
    "div",
    {role: "status"},
    reading !== null && [
      h(
        "p",
        {class: "small"},
        `Reading ${reading.name}: ${bytes(reading.read)}${reading.of === null ? "" : ` of ${bytes(reading.of)}`}${reading.spans > 0 ? `, ${count(reading.spans)} spans` : ""}. `,
        button("stop", cancel, {class: "link"}),
      ),
      h("progress", {
        max: reading.of ?? undefined,
        value: reading.of === null ? undefined : Math.min(reading.read, reading.of),
        "aria-label": `Reading ${reading.name}`,
      }),
    ],
    said !== null && h("p", {class: "small"}, said),
    ...faults.map(({name, text}) =>
      note(
        h("b", null, name),
        " could not be opened. ",
        h("span", {class: "fault"}, text),
        ". What was open before still is.",
      ),
    ),
  );
}

function drawPicks(session: Session, set: (session: Session) => void): Markup {
  const {now, before} = sidesOf(session);
  if (session.now === null || now === null) return null;
  const all = moments(session);
  const options = all.map(({pick, text}): [string, string] => [writePick(pick), text]);
  const others = options.filter(([value]) => value !== writePick(session.now!));
  return [
    h(
      "ul",
      {class: "list files"},
      ...session.files.map((file, i) =>
        h(
          "li",
          null,
          session.files.length > 1 && (i === 0 ? "first: " : "second: "),
          h("b", null, file.name),
          `, ${file.recording.source.goVersion} ${file.recording.source.goos}/${file.recording.source.goarch}`,
          file.example && ", an example that came with the book",
        ),
      ),
    ),
    controls(
      "Moments",
      choice("look at", writePick(session.now), options, text =>
        set({...session, now: readPick(text, session)}),
      ),
      others.length > 0 &&
        choice(
          "compare with",
          session.before === null ? "" : writePick(session.before),
          [["", "nothing"], ...others],
          text => set({...session, before: text === "" ? null : readPick(text, session)}),
        ),
      before !== null && button("swap", () => set(swapped(session))),
      session.files.length > 1 &&
        button("close the first", () =>
          set(
            closedBefore({
              ...session,
              now: {file: 1, phase: session.files[1]!.recording.heaps.at(-1)!.phase},
            }),
          ),
        ),
    ),
  ];
}

/**
 * The opener as an element with a value, for Framework's `view`. `make` makes the worker; `example` is the address of a recording to
 * begin with.
 */
export function opener(make: () => Worker, example: string): HTMLElement & {value: Session} {
  let state: State = {session: nothing, reading: null, said: null, faults: [], over: false};
  let setState: (state: State) => void = () => {};
  const update = (change: Partial<State>) => {
    const changed = change.session !== undefined && change.session !== state.session;
    state = {...state, ...change};
    setState(state);
    if (!changed) return;
    node.value = state.session;
    node.dispatchEvent(new Event("input"));
  };
  const setSession = (session: Session) => {
    const {now, before} = session;
    setParams({at: now && writePick(now), from: before && writePick(before)});
    update({session});
  };
  const queue = new Queue(make, (file, answer) => {
    if (answer.is === "progress") update({reading: {name: file.name, ...answer.progress}});
    else if (answer.is === "fault") {
      update({
        reading: null,
        said: null,
        faults: [...state.faults, {name: file.name, text: faultText(answer)}].slice(-3),
      });
    } else {
      let session = withFile(state.session, file.name, answer.opened, file.example);
      session = {
        ...session,
        now: readPick(param("at"), session) ?? session.now,
        before: readPick(param("from"), session) ?? session.before,
      };
      const time = answer.ms < 1000 ? `${Math.round(answer.ms)} ms` : `${(answer.ms / 1000).toFixed(1)} s`;
      update({
        reading: null,
        session,
        said: file.example
          ? null
          : [
              `${file.name}: ${bytes(answer.bytes)} read in ${time}. `,
              h(
                "a",
                {href: answer.opened.kind === "recording" ? "#where-the-memory-is" : "#logs"},
                "See what is in it",
              ),
              ".",
            ],
      });
    }
  });
  const open = (blobs: readonly File[]) => {
    if (blobs.length === 0) return;
    setParams({file: null, with: null, at: null, from: null});
    update({faults: []});
    for (const blob of blobs) queue.add({name: blob.name, request: {blob}, example: false});
  };
  const openText = (text: string) => {
    if (text.trim() !== "") open([new File([text], "pasted text")]);
  };
  const paste = {text: ""};
  const node = live<State>(state, (shown, set) => {
    setState = set;
    return draw(shown, {open, openText, setSession, paste, cancel: () => queue.cancel()});
  }) as HTMLElement & {value: Session};
  node.addEventListener("input", event => event.target !== node && event.stopImmediatePropagation());
  node.value = state.session;
  const asked = ["file", "with"].map(param).filter(file => file !== null);
  for (const file of asked) {
    const found = besideSite(file, location.href);
    if ("url" in found) queue.add({name: file, request: {url: found.url}, example: false});
    else update({faults: [...state.faults, {name: file, text: found.fault}]});
  }
  if (asked.length === 0) {
    const url = new URL(example, location.href).href;
    queue.add({
      name: decodeURIComponent(url.replace(/^.*\//, "").replace(/\.[0-9a-f]{8}\./, ".")),
      request: {url},
      example: true,
    });
  }
  listen(open, over => over !== state.over && update({over}));
  return node;
}

/** A file may be dropped anywhere on the page: otherwise the browser would leave the page for it. */
function listen(open: (files: File[]) => void, over: (over: boolean) => void): void {
  const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  addEventListener("dragover", event => {
    if (!carries(event)) return;
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", event => event.relatedTarget === null && over(false));
  addEventListener("drop", event => {
    if (!carries(event)) return;
    event.preventDefault();
    over(false);
    open([...event.dataTransfer!.files]);
  });
}

interface Actions {
  readonly open: (files: readonly File[]) => void;
  readonly openText: (text: string) => void;
  /** What stands in the field for text. */
  readonly paste: {text: string};
  readonly setSession: (session: Session) => void;
  readonly cancel: () => void;
}

function draw(state: State, {open, openText, setSession, cancel, paste}: Actions): Element {
  return h(
    "div",
    {class: `cell opener${state.over ? " over" : ""}`},
    h(
      "div",
      {class: "dropzone"},
      h(
        "label",
        null,
        h("b", null, "Open a file"),
        ", or drop one anywhere on this page ",
        h("input", {
          type: "file",
          multiple: true,
          onchange: event => {
            const input = event.target as HTMLInputElement;
            open([...(input.files ?? [])]);
            // The same file can be chosen again once it has changed.
            input.value = "";
          },
        }),
      ),
      h(
        "details",
        null,
        h("summary", null, "or paste text"),
        h("textarea", {
          rows: 5,
          spellcheck: "false",
          autocomplete: "off",
          "aria-label": "Text to open: a MemStats or a log",
          oninput: event => {
            paste.text = (event.target as HTMLTextAreaElement).value;
          },
        }),
        controls(
          "Pasted text",
          button("open the text", () => openText(paste.text)),
        ),
      ),
    ),
    drawStatus(state, cancel),
    drawPicks(state.session, setSession),
  );
}
