// Random numbers: where the allocator draws from, by release.
//
// Each M has a generator of its own. Its state is zero until mcommoninit seeds it, which is after mallocinit: so what
// mallocinit draws is the same in every process of a release. An xorshift state is two words of 32 bits; a wyrand state
// is one number of 64 bits or of 32. All three share the two words here: the upper word of a 64-bit number comes second
// on a little-endian system, where Go's fields share their memory as well.

import type {Runtime} from "./runtime.js";
import type {m} from "./runtime2.js";
import {fastrand} from "./stubs.js";

/**
 * The next 32 random bits of the running M.
 *
 * @go runtime/stubs.go fastrand go1.12.17
 * @go runtime/stubs.go fastrand go1.19.8
 * @go runtime/rand.go cheaprand go1.24.4
 */
export function cheaprand(rt: Runtime): number {
  return generators[rt.config.release.generator(rt.config)](rt.getg().m);
}

/**
 * A random number from 0 to n - 1: the upper half of a product of 64 bits. Until go1.12, what the heap profile draws was
 * a remainder.
 *
 * @go runtime/stubs.go fastrandn go1.19.8
 */
export function cheaprandn(rt: Runtime, n: number): number {
  const r = cheaprand(rt);
  return rt.config.release.drawsByProduct ? Number((BigInt(r) * BigInt(n)) >> 32n) : r % n;
}

const generators = {xorshift: fastrand, wyrand, wyrand32};

const mask64 = 2n ** 64n - 1n;

/**
 * wyrand: a counter, whose product with itself is folded.
 *
 * @go runtime/stubs.go fastrand go1.19.8
 */
export function wyrand(mp: m): number {
  const [lower, upper] = mp.fastrand;
  const state = (((BigInt(upper) << 32n) | BigInt(lower)) + 0xa0761d6478bd642fn) & mask64;
  mp.fastrand = [Number(state & 0xffffffffn), Number(state >> 32n)];
  const product = state * (state ^ 0xe7037ed1a0b428dbn);
  return Number(((product >> 64n) ^ product) & 0xffffffffn);
}

/**
 * wyrand with 32 bits.
 *
 * @go runtime/rand.go cheaprand go1.27.3
 */
export function wyrand32(mp: m): number {
  const state = BigInt((mp.fastrand[0] + 0x53c5ca59) >>> 0);
  mp.fastrand = [Number(state), mp.fastrand[1]];
  const product = state * (state ^ 0x74743c1bn);
  return Number(((product >> 32n) ^ product) & 0xffffffffn);
}
