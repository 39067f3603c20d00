// Goroutines, threads and processors, as far as memory allocation knows them: G, M and P.

import {persistentAlloc} from "./malloc.js";
import type {mcache} from "./mcache.js";
import type {pageCache} from "./mpagecache.js";
import type {mspan} from "./mspan.js";

/**
 * A goroutine.
 *
 * @go runtime/runtime2.go g go1.12.17
 */
export interface g {
  readonly m: m;
}

/**
 * A thread of the operating system.
 *
 * @go runtime/runtime2.go m go1.12.17
 */
export class m {
  readonly id: number;
  /** The goroutine that schedules, on the thread's own stack. */
  readonly g0: g;
  /** The mcache of its P. Before there are Ps, m0 has one of its own. */
  mcache: mcache | null = null;
  /** The P that it holds while it runs Go code. */
  p: p | null = null;
  /** 1 while it allocates: an allocation from within would find the mcache in pieces. */
  mallocing = 0;
  /** State of the random generator: both words zero until mcommoninit. */
  fastrand: [number, number] = [0, 0];

  constructor(id: number) {
    this.id = id;
    this.g0 = {m: this};
  }
}

/** The states of a P. @go runtime/runtime2.go _Pidle go1.12.17 */
export const _Pidle = 0;
export const _Prunning = 1;
export const _Pgcstop = 3;
export const _Pdead = 4;

/**
 * A processor: the right to run Go code, with the caches that go with it.
 *
 * @go runtime/runtime2.go p go1.12.17
 */
export class p {
  readonly id: number;
  status = _Pgcstop;
  m: m | null = null;
  mcache: mcache | null = null;
  /** Its own chunk of persistentalloc, so that no lock is needed. */
  readonly palloc = new persistentAlloc();
  /** From go1.14 on: pages that small spans are taken from. */
  pcache: pageCache | null = null;
  /** From go1.14 on: a stock of span records. Go has an array of 128 and a length. */
  readonly mspancache: mspan[] = [];

  constructor(id: number) {
    this.id = id;
  }
}
