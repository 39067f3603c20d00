// What the probes of a rewritten program talk to. There is one of these in each rewritten program.

/** How far a run has come. */
export interface Counter {
  /** Number of statements begun. */
  k: number;
  /** The count at which `hit` is called. */
  next: number;
  /** How deep the call of the function is that ran last. */
  d: number;
  /** Whether the run is being given up. */
  stopped: boolean;
}

/** Unwinds a run that has come to its stop. */
export class Stop extends Error {}

/** The counter of this program. */
export const counter: Counter = {k: 0, next: -1, d: 0, stopped: false};

/** Called at the stop, with the number of the step and the values of its locals. */
export type Hit = (step: number, locals: readonly unknown[]) => void;

const listener: {hit: Hit | null} = {hit: null};

/** Says what is to happen at the stop. */
export function onHit(hit: Hit | null): void {
  listener.hit = hit;
}

/** Called by the probes. */
export function hit(step: number, locals: readonly unknown[]): void {
  listener.hit?.(step, locals);
}
