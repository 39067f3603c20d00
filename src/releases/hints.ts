// The addresses at which a 64-bit heap tries to grow.
//
// mallocinit notes down up to 128 of them, numbered from 0; the heap tries number 0 first. A rule says what the
// address of a number is. Go's choice by default, 0x00c0 << 32, is far from what else is mapped, and its bytes c0 00
// are not UTF-8.

import type {Constants, Platform} from "./release.js";

/** What the rule may depend on beyond the platform. */
export interface HintInput {
  /** Whether the program is built with -race. */
  readonly race: boolean;
  /** Bits of a user address: 39, 48 or 57. Only riscv64 asks, by looking at where its stack is. */
  readonly vmaBits: number;
  /** 64 random bits from which the heap's place is chosen, or null where it is not left to chance. */
  readonly heapRandSeed: bigint | null;
}

/** Which addresses are tried: `address(i)` for i from 0x7f down to `from`, as far as they lie below `below`. */
export interface HintRule {
  address(i: number): number;
  readonly from: number;
  readonly below: number;
  /** Numbers from here on are kept for user arenas. */
  readonly userFrom: number;
}

/** The rule i << shift | base. An OR, not a sum: with the race detector their bits overlap, and addresses come up twice. */
export function shifted(shift: number, base: number, limits: Partial<HintRule> = {}): HintRule {
  return {
    address: i => Number((BigInt(i) << BigInt(shift)) | BigInt(base)),
    from: 0,
    below: Number.POSITIVE_INFINITY,
    userFrom: 0x80,
    ...limits,
  };
}

/**
 * The rule of a heap whose place is left to chance: a random multiple of an arena's size, and the same with its highest
 * byte counted up. The top bit or two of an address stay free, so that the heap has room to grow.
 *
 * @go runtime/malloc.go mallocinit go1.27.3
 */
export function randomized(
  seed: bigint,
  c: Constants,
  platform: Platform,
  limits: Partial<HintRule>,
): HintRule {
  const addrBits = BigInt(c.heapAddrBits - 1 - (platform.goarch === "amd64" ? 1 : 0));
  const topBits = addrBits - BigInt(c.logHeapArenaBytes);
  const base = (seed >> (64n - topBits)) << (addrBits - topBits);
  const prefix = (base >> (addrBits - 8n)) & 0xffn;
  const rest = base & ~(0xffn << BigInt(c.heapAddrBits - 8));
  const address = (i: number) => Number((((prefix + BigInt(i)) & 0xffn) << (addrBits - 8n)) | rest);
  return {...shifted(0, 0, limits), address};
}

/** The seed, as far as it can be told, of a heap whose hint number 0 is known. */
export function seedOf(hint: number, c: Constants, platform: Platform): bigint {
  const addrBits = BigInt(c.heapAddrBits - 1 - (platform.goarch === "amd64" ? 1 : 0));
  return BigInt(hint) << (64n - addrBits);
}
