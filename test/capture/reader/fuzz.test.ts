// Breaks recordings in many ways: each is opened or refused with a Fault, and never anything else. `npm run bench -- fuzz`
// does the same with ten thousand.

import {expect, test} from "vitest";
import {linesOf, readRecording} from "../../../src/capture/schema/index.ts";
import {outcome} from "./fuzz.ts";
import {textOf} from "./support.ts";

const whole = textOf("linux-386-go1.12.17-p1.json");
const forms = {
  "one JSON value": whole,
  lines: [...linesOf(readRecording(textOf("linux-amd64-go1.27.3-p1.json")), 5)].join(""),
};

test.each(Object.entries(forms))(
  "400 broken recordings in the form of %s are opened or refused",
  (_, text) => {
    const outcomes = {opened: 0, refused: 0};
    for (let seed = 0; seed < 400; seed++) outcomes[outcome(text, seed)]++;
    // Both happen, or the mutations are not what they should be.
    expect(outcomes.opened).toBeGreaterThan(20);
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(({} as {polluted?: boolean}).polluted).toBeUndefined();
  },
);
