// The statistics of the heap that every P counts for itself, from go1.16 on.
//
// Go keeps them in mstats.go: three generations of a delta for each P, so that a reader sees numbers that belong together
// and no allocation waits for it. The model has one thread: one delta, which is the sum of all. Its fields must agree with
// the counters of gcController at any moment; readmemstats_m makes sure of that.

/**
 * The counts. Sizes are in bytes.
 *
 * @go runtime/mstats.go heapStatsDelta go1.19.8
 */
export class heapStatsDelta {
  /** Memory that is not returned to the system. */
  committed = 0;
  released = 0;
  /** Memory in spans of objects, in stacks, in work buffers of the collector, and in unrolled bitmaps. */
  inHeap = 0;
  inStacks = 0;
  inWorkBufs = 0;
  inPtrScalarBits = 0;
  /** Number of tiny allocations that shared a block. */
  tinyAllocCount = 0;
  largeAlloc = 0;
  largeAllocCount = 0;
  /** Number of small objects, by size class. */
  readonly smallAllocCount: number[];
  largeFree = 0;
  largeFreeCount = 0;
  readonly smallFreeCount: number[];

  constructor(numSizeClasses: number) {
    this.smallAllocCount = Array(numSizeClasses).fill(0);
    this.smallFreeCount = Array(numSizeClasses).fill(0);
  }
}

/** What a span is for, and where its bytes are counted: heap, stack, unrolled bitmap, or work buffer. */
export type spanAllocType =
  | "spanAllocHeap"
  | "spanAllocStack"
  | "spanAllocPtrScalarBits"
  | "spanAllocWorkBuf";

/** The count of each kind of span. @go runtime/mheap.go spanAllocType go1.19.8 */
export const countOf = {
  spanAllocHeap: "inHeap",
  spanAllocStack: "inStacks",
  spanAllocPtrScalarBits: "inPtrScalarBits",
  spanAllocWorkBuf: "inWorkBufs",
} as const satisfies Record<spanAllocType, keyof heapStatsDelta>;
