// A rewritten program does what the plain one does, and can be stopped before each statement.

import {describe, expect, test} from "vitest";
import {plain, rewrite} from "./rewritten.js";

/** Programs without types, so that they can also run as they stand; each prints what it does. */
const programs: Record<string, string> = {
  "loops of every kind": `function main() {
    const out = [];
    for (let i = 0; i < 3; i++) out.push(i);
    for (const x of [4, 5]) out.push(x);
    for (const k in {a: 1, b: 2}) { out.push(k); }
    let n = 2;
    while (n > 0) out.push(n--);
    do { out.push("do"); } while (n++ < 1);
    for (;;) { if (out.length > 12) break; out.push("x"); }
    return out;
  }`,
  "loops without a body": `function main() { let n = 5; while (--n > 0); for (; n < 3; n++); return n; }`,
  "early returns": `function main() {
    const f = x => { if (x > 2) return "big"; if (x > 1) { return "two"; } return "small"; };
    return [f(3), f(2), f(1)];
  }`,
  "throw, catch and finally": `function main() {
    const out = [];
    const f = n => { try { if (n) throw new Error("no " + n); return "ok"; } catch (e) { out.push(e.message); return "caught"; } finally { out.push("finally"); } };
    try { throw 1; } catch { out.push("bare"); }
    return [f(0), f(1), out];
  }`,
  "nested functions and closures": `function main() {
    let count = 0;
    const add = n => { const twice = 2 * n; return () => { count += twice; return count; }; };
    const a = add(1), b = add(10);
    a(); b(); a();
    function later() { return count; }
    return later();
  }`,
  "a function that is called before what stands above it": `function main() {
    const early = f();
    const x = 1;
    function f() { return typeof y; }
    var y = 2;
    return [early, f(), x];
  }`,
  "getters, setters, classes and private fields": `class A {
    #v = 1;
    static made = 0;
    constructor(v) { this.#v = v; A.made++; }
    get v() { return this.#v; }
    set v(v) { if (v < 0) throw new RangeError("negative"); this.#v = v; }
  }
  class B extends A { constructor(v) { const twice = 2 * v; super(twice); this.own = twice; } }
  function main() { const b = new B(3); b.v = b.v + 1; try { b.v = -1; } catch (e) { return [b.v, b.own, A.made, e.message]; } }`,
  "default arguments and patterns": `function main() {
    const f = (a, {b = a + 1, c: [d, ...e]} = {c: [1, 2, 3]}, g = () => { const z = d + b; return z; }) => { return [a, b, d, e, g()]; };
    return [f(1), f(1, {b: 5, c: [7]})];
  }`,
  "labelled breaks and continues": `function main() {
    const out = [];
    outer: for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        if (j === 2) continue outer;
        if (i === 2) break outer;
        out.push([i, j]);
      }
    }
    block: { if (out.length > 1) break block; out.push("never"); }
    return out;
  }`,
  "else if without braces": `function main() {
    const f = x => { if (x === 1) return "one"; else if (x === 2) return "two"; else return "many"; };
    return [f(1), f(2), f(3)];
  }`,
  "a switch that falls through": `function main() {
    const out = [];
    const f = x => { switch (x) { case 1: out.push("a"); case 2: { out.push("b"); break; } default: const z = "c"; out.push(z); } };
    f(1); f(2); f(3);
    return out;
  }`,
  recursion: `function main() { const fib = n => { if (n < 2) return n; return fib(n - 1) + fib(n - 2); }; return fib(9); }`,
};

describe.each(Object.entries(programs))("%s", (_, text) => {
  test("comes to the same end", () => {
    expect(rewrite(text).main()).toEqual(plain(text)());
  });

  test("keeps its lines", () => {
    expect(rewrite(text).code.split("\n").length).toBe(text.split("\n").length);
  });
});

describe("types", () => {
  const erased = (text: string) =>
    rewrite(`${text}\nfunction main() { return f; }`).main() as (...args: unknown[]) => unknown;

  test("go from parameters, results and variables", () => {
    const f = erased(
      "function f<T extends object>(this: void, a: number, b?: T, ...c: readonly T[]): [number, T?] { const d: number = a; return [d, b]; }".replace(
        "this: void, ",
        "",
      ),
    );
    expect(f(1, {x: 2})).toEqual([1, {x: 2}]);
  });

  test("go from classes", () => {
    const f = erased(
      "interface I { a: number }\nclass C<T> implements I { readonly a: number; private b?: string = undefined; #c!: T; declare d: T; static override = 1; constructor(a: number) { this.a = a; } }\nfunction f() { return new C<string>(4).a; }",
    );
    expect(f()).toBe(4);
  });

  test("go from expressions", () => {
    const f = erased(
      "type N = number;\nfunction f(x: unknown) { return ((x as N)! + (1 satisfies N)) as number; }",
    );
    expect(f(2)).toBe(3);
  });
});

describe("probes", () => {
  test("name the locals that have a value", () => {
    const {table} = rewrite(
      "function main(a) { const b = a; { const c = b; f(c); } let d; return d; }\nfunction f(x) { return x; }",
    );
    expect(table.steps.map(s => s.locals.join(" "))).toEqual(["a", "a b", "a b c", "a b", "a b d", "x"]);
  });

  test("say which function they are in, and where it comes from", () => {
    const {table} = rewrite("/** Doc. @go runtime/a.go T.m go1.12.17 */\nfunction main() { return 1; }");
    expect(table.functions).toEqual([{name: "main", go: "T.m", file: "program.ts", line: 2, endLine: 2}]);
  });

  test("do not take the doc of something else for their function's", () => {
    const {table} = rewrite(
      "/** @go runtime/a.go x go1.12.17 */\nconst x = 1;\nfunction main() { return x; }",
    );
    expect(table.functions[0]).not.toHaveProperty("go");
  });

  test("refuse what cannot be stepped through", () => {
    expect(() => rewrite("async function main() { return 1; }")).toThrow("main is an asynchronous function");
    expect(() => rewrite("function main() {}\nfunction* g() { yield 1; }")).toThrow("g is a generator");
  });

  test("refuse a program that uses their names", () => {
    expect(() => rewrite("function main() { const $d = 1; return $d; }")).toThrow(
      "uses a name that the probes need",
    );
  });
});
