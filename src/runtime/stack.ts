// Stacks, as far as starting up needs them: one large stack for each thread's signal handler.
//
// Go keeps small stacks in pools and in the mcaches; goroutines are not modelled yet, so nothing asks for one.

import type {mcache} from "./mcache.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {isPowerOfTwo} from "./stubs.js";

/**
 * Allocates a stack of `n` bytes, a power of two and at least 32 KiB: a span of its own. Returns its lowest address.
 *
 * @go runtime/stack.go stackalloc go1.12.17
 */
export function stackalloc(rt: Runtime, n: number): number {
  const {_FixedStack, _NumStackOrders, _StackCacheSize, _PageSize} = rt.constants;
  if (!isPowerOfTwo(n)) throw new Throw(rt, "stack size not a power of 2");
  if (n < _FixedStack * 2 ** _NumStackOrders && n < _StackCacheSize) {
    throw new RangeError(`small stacks are not modelled: ${n} bytes; at least ${_StackCacheSize} are`);
  }
  const s = rt.parts.allocManual(rt.mheap_, n / _PageSize, "spanAllocStack");
  if (s === null) throw new Throw(rt, "out of memory");
  s.elemsize = n;
  return s.base();
}

/**
 * Gives the stacks that an mcache keeps back to their pools. With no small stacks, only the counts are reset.
 *
 * @go runtime/stack.go stackcache_clear go1.12.17
 */
export function stackcache_clear(c: mcache): void {
  for (const each of c.stackcache) {
    each.list = 0;
    each.size = 0;
  }
}
