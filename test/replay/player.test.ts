// A player stands at any step, and finds its way from one to another.

import {describe, expect, test} from "vitest";
import {Player, StepLimit} from "../../src/replay/player.js";
import {rewrite} from "./rewritten.js";

/** Plays `main(state)` of a program; the state starts as `{n: 0}`. */
function play(text: string, limit?: number) {
  const program = rewrite(text);
  return new Player({
    program,
    prepare: () => ({n: 0}),
    run: state => void program.main(state),
    look: state => state.n,
    ...(limit === undefined ? {} : {limit}),
  });
}

const counting = `function main(s) {
  s.n = 1;
  twice(s);
  s.n += 100;
}
function twice(s) {
  once(s);
  once(s);
}
function once(s) {
  s.n *= 2;
}`;
// 1 main:2, 2 main:3, 3 twice:7, 4 once:11, 5 twice:8, 6 once:11, 7 main:4

describe("standing at a step", () => {
  test("shows the state before the statement", () => {
    const player = play(counting);
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(k => player.at(k).view)).toEqual([0, 1, 1, 1, 2, 2, 4, 104]);
  });

  test("shows the calls that have not returned, and where each stands", () => {
    const {stack} = play(counting).at(6);
    expect(stack.map(f => [f.fn.name, f.step.line, f.k, f.entry])).toEqual([
      ["main", 3, 2, 1],
      ["twice", 8, 5, 3],
      ["once", 11, 6, 6],
    ]);
  });

  test("shows no call after the last step", () => {
    const moment = play(counting).at(8);
    expect([moment.step, moment.fn, moment.stack, moment.locals]).toEqual([null, null, [], []]);
  });

  test("shows the locals by name", () => {
    const player = play("function main(s) { const a = 2; let b = a + 1; s.n = b; }");
    expect(player.at(3).locals).toEqual([
      ["s", {n: 0}],
      ["a", 2],
      ["b", 3],
    ]);
  });

  test("refuses a step that there is not", () => {
    expect(() => play(counting).at(9)).toThrow("step must be a whole number from 1 to 8, not 9");
    expect(() => play(counting).at(0)).toThrow("not 0");
  });
});

describe("going from step to step", () => {
  test("over a call stays in the function", () => {
    const player = play(counting);
    expect([player.over(1), player.over(2), player.over(3), player.over(7)]).toEqual([2, 7, 5, 8]);
  });

  test("over a call backwards, too", () => {
    const player = play(counting);
    expect([player.over(7, true), player.over(5, true), player.over(1, true)]).toEqual([2, 3, 1]);
  });

  test("out of a call goes to its caller", () => {
    const player = play(counting);
    expect([player.out(4), player.out(3), player.out(1)]).toEqual([5, 7, 8]);
    expect([player.out(6, true), player.out(3, true)]).toEqual([5, 2]);
  });

  test("to a line goes to the next time that it is reached, and around", () => {
    const player = play(counting);
    expect(player.toLine(1, "program.ts", 11)).toBe(4);
    expect(player.toLine(4, "program.ts", 11)).toBe(6);
    expect(player.toLine(6, "program.ts", 11)).toBe(4);
    expect(player.toLine(1, "program.ts", 99)).toBeNull();
  });

  test("to the next change of a value", () => {
    const player = play(counting);
    const read = (s: {n: number}) => s.n;
    expect([player.nextChange(1, read), player.nextChange(2, read), player.nextChange(7, read)]).toEqual([
      2, 5, 8,
    ]);
  });

  test("the calls are landmarks", () => {
    expect(
      play(counting)
        .calls()
        .map(c => [c.k, c.depth, c.fn.name]),
    ).toEqual([
      [1, 0, "main"],
      [3, 1, "twice"],
      [4, 2, "once"],
      [6, 2, "once"],
    ]);
    expect(
      play(counting)
        .calls(1)
        .map(c => c.fn.name),
    ).toEqual(["main", "twice"]);
  });

  test("calls in one statement are as deep as each other, and so are those that end and begin there", () => {
    const player = play(
      "function main(s) { once(s, twice(s)); }\nfunction once(s) { s.n++; }\nfunction twice(s) { once(s); once(s); }",
    );
    expect(player.calls().map(c => [c.depth, c.fn.name])).toEqual([
      [0, "main"],
      [1, "twice"],
      [2, "once"],
      [2, "once"],
      [1, "once"],
    ]);
    // Out of twice, at step 2, leads to the call of once at step 6 and not past it.
    expect(player.out(2)).toBe(6);
    expect(player.at(6).stack.map(({entry}) => entry)).toEqual([1, 6]);
  });

  test("recursion is told apart by depth", () => {
    const player = play(
      "function main(s) { down(s, 3); }\nfunction down(s, n) { if (n > 0) down(s, n - 1); s.n++; }",
    );
    const innermost = player.calls().at(-1)!;
    expect(innermost.depth).toBe(4);
    expect(player.at(innermost.k).stack.map(f => f.fn.name)).toEqual([
      "main",
      "down",
      "down",
      "down",
      "down",
    ]);
    expect(player.at(player.out(innermost.k)).locals.find(([name]) => name === "n")![1]).toBe(1);
  });
});

describe("ends that are none", () => {
  test("an endless loop is stopped, and says so", () => {
    expect(() => play("function main(s) { for (;;) s.n++; }", 1000)).toThrow(StepLimit);
    expect(() => play("function main(s) { while (true); }", 1000)).toThrow(
      "the routine takes more than 1000 steps",
    );
  });

  test("what the routine throws is kept, and the state before it", () => {
    const player = play("function main(s) { s.n = 7; throw new TypeError('no'); }");
    expect(player.thrown).toBeInstanceOf(TypeError);
    expect([player.length, player.at(3).view]).toEqual([2, 7]);
  });

  test("a catch does not take the stop for an error, and a finally does not act on it", () => {
    const player = play(
      "function main(s) { try { s.n = 1; s.n = 2; } catch (e) { s.n = -1; } finally { s.n += 10; } }",
    );
    expect([player.at(2).view, player.at(3).view, player.at(5).view]).toEqual([0, 1, 12]);
  });

  test("a player can be used while another stands", () => {
    const [a, b] = [play(counting), play(counting)];
    const before = a.at(5);
    b.at(7);
    expect(a.at(5)).toEqual(before);
  });
});
