// Runs a routine to any of its steps, forwards and backwards.
//
// Nothing is recorded but which step followed which. To stand at step k, the routine runs again from the start and is
// stopped there: it is deterministic, so the state is what it was. The player knows steps and calls, and nothing of
// what the routine does; the caller says how to make a fresh context and what to look at when the routine has stopped.
// Steps count from 1. A step is the moment before its statement; step length + 1 is the moment after the last one.

import type {Counter, Hit} from "./probe.js";
import type {Fn, Step, Table} from "./table.js";

/** A rewritten program, as its bundle exports it. */
export interface Program {
  readonly counter: Counter;
  readonly Stop: new () => Error;
  onHit(hit: Hit | null): void;
  readonly table: Table;
}

/** What to play. */
export interface Routine<C, V> {
  readonly program: Program;
  /** Makes what the routine works on. Its steps do not count. */
  prepare(): C;
  /** The routine. */
  run(context: C): void;
  /** What to show of the context. It is called while the routine stands still, and must not keep the context. */
  look(context: C): V;
  /** More steps than this are taken for an endless loop. */
  readonly limit?: number;
}

/** A call that has not returned: where it stands. */
export interface Frame {
  readonly fn: Fn;
  readonly step: Step;
  /** The step at which the call stands, and the one at which it began. */
  readonly k: number;
  readonly entry: number;
}

/** Where a routine stands, and what there is to see. */
export interface Moment<V> {
  readonly k: number;
  /** Null after the last step. */
  readonly step: Step | null;
  readonly fn: Fn | null;
  /** The calls, outermost first. */
  readonly stack: readonly Frame[];
  /** The locals of the innermost call, by name. */
  readonly locals: readonly (readonly [name: string, value: unknown])[];
  readonly view: V;
}

/** A call during the run. */
export interface Call {
  readonly k: number;
  readonly depth: number;
  readonly fn: Fn;
}

/** A routine that takes more steps than it may. */
export class StepLimit extends RangeError {}

/** Plays one routine. */
export class Player<C, V> {
  readonly routine: Routine<C, V>;
  /** Number of steps. */
  readonly length: number;
  /** What the routine threw at its end, if it did. */
  readonly thrown: Error | null;
  /** The step that came k-th, and how deep the call was: index 0 is step 1. */
  readonly #ids: readonly number[];
  readonly #depths: readonly number[];
  /** The first step of each function. */
  readonly #firsts: ReadonlySet<number>;

  /** Runs the routine once, to learn its steps. Throws StepLimit if there is no end to them. */
  constructor(routine: Routine<C, V>) {
    this.routine = routine;
    const {limit = 2_000_000} = routine;
    const ids: number[] = [];
    const depths: number[] = [];
    const {counter} = routine.program;
    let depth0 = 0;
    this.thrown = this.#play(1, id => {
      if (ids.length === 0) depth0 = counter.d;
      if (ids.length === limit) throw new StepLimit(`the routine takes more than ${limit} steps`);
      ids.push(id);
      depths.push(counter.d - depth0);
      counter.next = counter.k + 1;
    }).error;
    if (this.thrown instanceof StepLimit) throw this.thrown;
    this.length = ids.length;
    this.#ids = ids;
    this.#depths = depths;
    const first = new Map<number, number>();
    routine.program.table.steps.forEach(({fn}, id) => {
      if (!first.has(fn)) first.set(fn, id);
    });
    this.#firsts = new Set(first.values());
  }

  /** The moment at step k, from 1 to length + 1. Throws RangeError for any other. */
  at(k: number): Moment<V> {
    if (!Number.isInteger(k) || k < 1 || k > this.length + 1) {
      throw new RangeError(`step must be a whole number from 1 to ${this.length + 1}, not ${k}`);
    }
    let seen: {view: V; locals: readonly unknown[]} | null = null;
    const {context} = this.#play(k, (_, locals, context) => {
      seen = {view: this.routine.look(context), locals: [...locals]};
      this.#stop();
    });
    const {view, locals} = seen ?? {view: this.routine.look(context), locals: []};
    const step = this.step(k);
    const names = step?.locals ?? [];
    const fn = step ? this.#functions[step.fn]! : null;
    return {k, step, fn, stack: this.stack(k), locals: names.map((name, i) => [name, locals[i]]), view};
  }

  /** The place of step k; null after the last one. */
  step(k: number): Step | null {
    const id = this.#ids[k - 1];
    return id === undefined ? null : this.routine.program.table.steps[id]!;
  }

  /** How deep the call is at step k: 0 for the routine itself. */
  depth(k: number): number {
    return this.#depths[k - 1] ?? 0;
  }

  /** The calls that have not returned at step k, outermost first. */
  stack(k: number): Frame[] {
    const frames: Frame[] = [];
    if (k > this.length) return frames;
    for (let depth = this.depth(k), j = k; depth >= 0 && j >= 1; depth--) {
      while (j >= 1 && this.depth(j) !== depth) j--;
      if (j < 1) break;
      const step = this.step(j)!;
      let entry = j;
      while (entry > 1 && !this.#begins(entry, depth) && !(this.depth(entry - 1) < depth)) entry--;
      frames.unshift({fn: this.#functions[step.fn]!, step, k: j, entry});
      j = entry - 1;
    }
    return frames;
  }

  /** The next step that is not inside a call made at step k; `back`, the one before. */
  over(k: number, back = false): number {
    return this.#find(k, back, j => this.depth(j) <= this.depth(k));
  }

  /** The next step after the call has returned; `back`, the last one before it was made. */
  out(k: number, back = false): number {
    const depth = this.depth(k);
    return this.#find(k, back, j => this.depth(j) < depth || (!back && this.#begins(j, depth)));
  }

  /** The next step that begins on a line of a file, from the start again if there is none; null if there is none. */
  toLine(k: number, file: string, line: number): number | null {
    const isThere = (j: number) => {
      const step = this.step(j)!;
      return step.line === line && this.#functions[step.fn]!.file === file;
    };
    for (let n = 0, j = k; n < this.length; n++) {
      j = j >= this.length ? 1 : j + 1;
      if (isThere(j)) return j;
    }
    return null;
  }

  /** The next step at which `read` answers something else than at step k; length + 1 if there is none. */
  nextChange(k: number, read: (context: C) => unknown): number {
    const {counter} = this.routine.program;
    let before: {value: unknown} | null = null;
    let found = this.length + 1;
    this.#play(k, (_, __, context) => {
      const value = read(context);
      if (before === null) before = {value};
      else if (!Object.is(before.value, value)) {
        found = counter.k;
        this.#stop();
      }
      counter.next = counter.k + 1;
    });
    return found;
  }

  /** The calls of the run, in order, no deeper than `deepest`. */
  calls(deepest = Number.POSITIVE_INFINITY): Call[] {
    const out: Call[] = [];
    for (let k = 1; k <= this.length; k++) {
      const depth = this.depth(k);
      const entered = k === 1 || depth > this.depth(k - 1) || this.#isFirst(k);
      if (entered && depth <= deepest) out.push({k, depth, fn: this.#functions[this.step(k)!.fn]!});
    }
    return out;
  }

  get #functions(): readonly Fn[] {
    return this.routine.program.table.functions;
  }

  /** Whether a call of this depth begins at step k. */
  #begins(k: number, depth: number): boolean {
    return this.depth(k) === depth && this.#isFirst(k);
  }

  /** Whether step k is the first statement of its function: it begins a call. */
  #isFirst(k: number): boolean {
    return this.#firsts.has(this.#ids[k - 1]!);
  }

  #find(k: number, back: boolean, good: (j: number) => boolean): number {
    const step = back ? -1 : 1;
    for (let j = k + step; j >= 1 && j <= this.length; j += step) if (good(j)) return j;
    return back ? 1 : this.length + 1;
  }

  /** Runs with `hit` called at step `next`. What the routine throws is returned. */
  #play(
    next: number,
    hit: (id: number, locals: readonly unknown[], context: C) => void,
  ): {context: C; error: Error | null} {
    const {program, prepare, run} = this.routine;
    const {counter, onHit, Stop} = program;
    Object.assign(counter, {k: 0, next: -1, d: 0, stopped: false});
    const context = prepare();
    Object.assign(counter, {k: 0, next, d: 0});
    onHit((id, locals) => hit(id, locals, context));
    try {
      run(context);
      return {context, error: null};
    } catch (error) {
      return {context, error: error instanceof Stop ? null : (error as Error)};
    } finally {
      onHit(null);
      counter.next = -1;
    }
  }

  #stop(): never {
    this.routine.program.counter.stopped = true;
    throw new this.routine.program.Stop();
  }
}
