// What mallocinit does before it makes the heap: look whether its assumptions hold.
//
// Go keeps this at the head of mallocinit, in malloc.go. Which checks there are depends on the release, and so does
// their order: a release lists them (mallocinitSteps), and mallocinit runs the list. Each throws or does nothing;
// two of them note something down.

import type {MallocinitStep} from "../releases/index.js";
import {Throw, testdefersizes} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {isMultiple, isPowerOfTwo} from "./stubs.js";

/** Every step that some release's mallocinit takes. */
export const mallocinitSteps: Readonly<Record<MallocinitStep, (rt: Runtime) => void>> = {
  tinySizeClass: checkTinySizeClass,
  deferSizes: testdefersizes,
  heapArenaBitmapBytes: rt => checkBitmap(rt, "heapArenaBitmapBytes"),
  heapArenaBitmapWords: rt => checkBitmap(rt, "heapArenaBitmapWords"),
  classSizes: copyClassSizes,
  physPageSize: checkPhysPageSize,
  physHugePageSize: checkPhysHugePageSize,
  pagesPerSpanRoot: rt => checkPagesPerArena(rt, "pagesPerSpanRoot"),
  pagesPerReclaimerChunk: rt => checkPagesPerArena(rt, "pagesPerReclaimerChunk"),
  mallocHeader: checkMallocHeader,
  taggedPointerBits: rt => checkTagBits(rt, "taggedPointerBits"),
  tagBits: rt => checkTagBits(rt, "tagBits"),
};

/**
 * The blocks that tiny objects share come from one size class, which must have their size.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
function checkTinySizeClass(rt: Runtime): void {
  const {_TinySizeClass, _TinySize} = rt.constants;
  if (rt.sizeclasses.class_to_size[_TinySizeClass] !== _TinySize) throw new Throw(rt, "bad TinySizeClass");
}

/**
 * The heap bitmap is addressed modulo its size.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
function checkBitmap(rt: Runtime, constant: "heapArenaBitmapBytes" | "heapArenaBitmapWords"): void {
  if (!isPowerOfTwo(rt.constants[constant]!)) throw new Throw(rt, `${constant} not a power of 2`);
}

/**
 * Notes the size of each class beside its counters.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
function copyClassSizes(rt: Runtime): void {
  rt.sizeclasses.class_to_size.forEach((size, i) => {
    rt.memstats.by_size[i]!.size = size;
  });
}

/**
 * Makes sure that osinit found a page size that memory can be managed with.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
export function checkPhysPageSize(rt: Runtime): void {
  const {physPageSize} = rt;
  const {minPhysPageSize, maxPhysPageSize = Number.POSITIVE_INFINITY} = rt.constants;
  if (physPageSize === 0) throw new Throw(rt, "failed to get system page size");
  if (physPageSize > maxPhysPageSize) {
    rt.print(`system page size (${physPageSize}) is larger than maximum page size (${maxPhysPageSize})`);
    throw new Throw(rt, "bad system page size");
  }
  if (physPageSize < minPhysPageSize) {
    rt.print(`system page size (${physPageSize}) is smaller than minimum page size (${minPhysPageSize})`);
    throw new Throw(rt, "bad system page size");
  }
  if (!isPowerOfTwo(physPageSize)) {
    rt.print(`system page size (${physPageSize}) must be a power of 2`);
    throw new Throw(rt, "bad system page size");
  }
}

/**
 * Huge pages that are too large to be of use are treated as if there were none: that is no mistake of the system's.
 *
 * @go runtime/malloc.go mallocinit go1.15.15
 */
export function checkPhysHugePageSize(rt: Runtime): void {
  const {maxPhysHugePageSize} = rt.constants;
  if (!isPowerOfTwo(rt.physHugePageSize)) {
    rt.print(`system huge page size (${rt.physHugePageSize}) must be a power of 2`);
    throw new Throw(rt, "bad system huge page size");
  }
  if (rt.physHugePageSize > maxPhysHugePageSize!) rt.physHugePageSize = 0;
  if (rt.physHugePageSize !== 0) rt.physHugePageShift = Math.log2(rt.physHugePageSize);
}

/**
 * Marking and reclaiming divide an arena into parts of so many pages.
 *
 * @go runtime/malloc.go mallocinit go1.15.15
 */
function checkPagesPerArena(rt: Runtime, constant: "pagesPerSpanRoot" | "pagesPerReclaimerChunk"): void {
  const {pagesPerArena, [constant]: part} = rt.constants;
  if (isMultiple(pagesPerArena, part!)) return;
  rt.print(`pagesPerArena (${pagesPerArena}) is not divisible by ${constant} (${part})`);
  throw new Throw(rt, `bad ${constant}`);
}

/**
 * Objects up to a size have their pointer bits at the end of the span, larger ones a header in front. That size must
 * be one of a class, all spans up to it must be one page long, and the bits of one object must fit into a word.
 *
 * @go runtime/malloc.go mallocinit go1.24.4
 */
export function checkMallocHeader(rt: Runtime): void {
  const {minSizeForMallocHeader} = rt.constants;
  const {PtrSize} = rt.config.arch;
  const {class_to_size, class_to_allocnpages} = rt.sizeclasses;
  const last = class_to_size.indexOf(minSizeForMallocHeader!);
  if (last < 0) throw new Throw(rt, "min size of malloc header is not a size class boundary");
  if (class_to_allocnpages.slice(0, last + 1).some(npages => npages > 1)) {
    throw new Throw(
      rt,
      "expected all size classes up to min size for malloc header to fit in one-page spans",
    );
  }
  if (minSizeForMallocHeader! / PtrSize > 8 * PtrSize) {
    throw new Throw(rt, "max pointer/scan bitmap size for headerless objects is too large");
  }
}

/**
 * A word must have room for so many bits beside an address that a lock-free list can tell old from new.
 *
 * @go runtime/malloc.go mallocinit go1.24.4
 */
function checkTagBits(rt: Runtime, constant: "taggedPointerBits" | "tagBits"): void {
  const {minTagBits, [constant]: bits} = rt.constants;
  if (minTagBits! > bits!) throw new Throw(rt, `${constant} too small`);
}
