// What a release of Go is to the model: its platforms, its constants, its structs.
//
// A release is data. The model asks `configure` once, at boot, and holds on to the answer, so that no routine
// has to ask which release it runs in.

import type {HintInput, HintRule} from "./hints.js";
import {Layouts, type NamedTypes, type StructDecls} from "./layout.js";
import {
  type Addresses,
  type Arch,
  addressSpaces,
  archs,
  type Goarch,
  type Goos,
  type Os,
  oses,
} from "./platforms.js";

/** A GOOS and GOARCH with the facts about both. */
export interface Platform {
  readonly goos: Goos;
  readonly goarch: Goarch;
  readonly os: Os;
  readonly arch: Arch;
  readonly addresses: Addresses;
}

/**
 * How a heap knows where it may grow: by a list of addresses to try, by one reservation above the program, or not
 * at all, where memory can only grow upwards.
 */
export type Growth = "hints" | "reservation" | "none";

/** A fixalloc of mheap: its field, the record that it hands out, and the counter that its chunks are charged to. */
export type FixallocDecl = readonly [
  field: string,
  record: string,
  stat: "mspan_sys" | "mcache_sys" | "other_sys" | "gcMiscSys",
];

/** Something that mallocinit looks at or notes down before it makes the heap. See runtime/malloc_checks.ts. */
export type MallocinitStep =
  | "tinySizeClass"
  | "deferSizes"
  | "heapArenaBitmapBytes"
  | "heapArenaBitmapWords"
  | "classSizes"
  | "physPageSize"
  | "physHugePageSize"
  | "pagesPerSpanRoot"
  | "pagesPerReclaimerChunk"
  | "mallocHeader"
  | "taggedPointerBits"
  | "tagBits";

/** A routine of schedinit that takes memory. See runtime/proc.ts. */
export type SchedinitStep = "mcommoninit" | "cpuinit" | "modulesinit" | "goargs" | "goenvs" | "gcinit";

/** How schedinit goes on from mallocinit to procresize, as far as it takes memory. */
export interface Schedinit {
  readonly steps: readonly SchedinitStep[];
  /**
   * How many optional processor features internal/cpu lists, by GOARCH; none if not given. A list is what is appended at
   * a time.
   */
  readonly cpuOptions: Readonly<Record<string, readonly number[]>>;
  /** Whether procresize keeps a bit for each P that is idle, and one for each that has timers. */
  readonly masksOfPs: boolean;
}

/** The generators of random numbers that the allocator has drawn from. See runtime/rand.ts. */
export type Generator = "xorshift" | "wyrand" | "wyrand32";

/** How mksizeclasses chooses its steps, and how offsets in a span are to be divided by the size of its objects. */
export interface SizeClassRule {
  /** The size in bytes from which objects are aligned to 16 bytes. */
  readonly align16From: number;
  /**
   * "inside": by the shortest shift and multiplication that is exact for every offset in a span. "end": for the offset
   * just behind it as well. "reciprocal": by a multiplication with 2^32 over the size, which always is. Without it, "inside".
   */
  readonly division?: "inside" | "end" | "reciprocal";
}

/** The index of chunks that have pages to scavenge: what an entry tells of, and how large it is in bytes. */
export interface ScavengeIndexRule {
  readonly chunksPerEntry: number;
  readonly entryBytes: number;
  /** The first entry that counts as mapped where addresses have 32 bits and all entries are a variable; 0: none are. */
  readonly min32: 0 | 1;
}

/** Constants that came with the page allocator of go1.14, by Go's names. Sizes are in bytes. */
export interface PageConstants {
  /** Pages in a chunk, the unit in which the page allocator keeps its bitmaps. */
  readonly pallocChunkPages: number;
  readonly logPallocChunkPages: number;
  readonly pallocChunkBytes: number;
  readonly logPallocChunkBytes: number;
  readonly pallocChunksL1Bits: number;
  readonly pallocChunksL2Bits: number;
  /** Levels of summaries. */
  readonly summaryLevels: number;
  /** Bits by which an entry's share of the addresses shrinks from one level to the next. */
  readonly summaryLevelBits: number;
  readonly summaryL0Bits: number;
  /** log2 of the most pages that a summary can count. */
  readonly logMaxPackedValue: number;
  /** Pages in the cache that a P has. */
  readonly pageCachePages: number;
  readonly maxPhysPageSize: number;
  readonly maxPhysHugePageSize: number;
  readonly pagesPerSpanRoot: number;
  readonly pagesPerReclaimerChunk: number;
  readonly spanSetBlockEntries: number;
  readonly spanSetInitSpineCap: number;
  readonly scavengePercent: number;
}

/** The constants of Go's runtime package, by Go's names. Sizes are in bytes. */
export interface Constants extends Partial<PageConstants> {
  /** 1 on 64-bit systems, 0 on 32-bit ones. */
  readonly _64bit: 0 | 1;
  readonly _PageShift: number;
  readonly _PageSize: number;
  /** Bits of a heap address. */
  readonly heapAddrBits: number;
  /** The largest size that may be asked for. */
  readonly maxAlloc: number;
  readonly logHeapArenaBytes: number;
  /** Bytes in a heap arena, which is also its alignment. */
  readonly heapArenaBytes: number;
  /** Bytes of heap bitmap for an arena. Since go1.20 Go counts it in words. */
  readonly heapArenaBitmapBytes: number;
  readonly heapArenaBitmapWords?: number;
  readonly pagesPerArena: number;
  readonly arenaL1Bits: number;
  readonly arenaL2Bits: number;
  readonly arenaL1Shift: number;
  readonly arenaBits: number;
  /** What is added to an address before it is divided into arenas. */
  readonly arenaBaseOffset: number;
  /** What Go has subtracted instead, modulo 2^64, since go1.15. */
  readonly arenaBaseOffsetUintptr?: number;
  readonly _NumSizeClasses: number;
  readonly numSpanClasses: number;
  readonly smallSizeDiv: number;
  readonly smallSizeMax: number;
  readonly largeSizeDiv: number;
  readonly _MaxSmallSize: number;
  readonly _TinySize: number;
  readonly _TinySizeClass: number;
  readonly _FixAllocChunk: number;
  readonly persistentChunkSize: number;
  readonly minPhysPageSize: number;
  readonly maxObjsPerSpan: number;
  readonly _StackMin: number;
  readonly _StackSystem: number;
  readonly _FixedStack: number;
  readonly _StackCacheSize: number;
  readonly _NumStackOrders: number;
  readonly _WorkbufSize: number;
  readonly workbufAlloc: number;
  readonly gcBitsChunkBytes: number;
  readonly gcBitsHeaderBytes: number;
  readonly _MaxGcproc: number;
  /** Bits of an address that a lock-free stack can pack into a word; there are none to spare on 32-bit. */
  readonly addrBits?: number;
  /** Bits beside the address in a packed word, by each of its names. */
  readonly tagBits?: number;
  readonly taggedPointerBits?: number;
  /** How many of them there must be. */
  readonly minTagBits?: number;
  /** Bytes from which an object with pointers has its type in front of it, since go1.22. */
  readonly minSizeForMallocHeader?: number;
  readonly mallocHeaderSize?: number;
  readonly minHeapAlign?: number;
  /** Bytes that a user arena grows by, since go1.20. */
  readonly userArenaChunkBytes?: number;
  readonly userArenaChunkPages?: number;
  /** Bytes of a thread's local storage that the runtime keeps in its m. */
  readonly tlsSize?: number;
}

/** The constants of a release that has the page allocator. */
export type PagedConstants = Constants & PageConstants;

/** A release as its file writes it down. */
export interface ReleaseData {
  /** The name that `boot` takes. */
  readonly name: string;
  /** The tag whose source was read, as it stands in Go's repository. */
  readonly tag: string;
  /** GOOS/GOARCH pairs that the model covers. */
  readonly platforms: readonly string[];
  /** Those of them that no recording was made on: nothing of them is compared with a process. */
  readonly bySource: readonly string[];
  constants(platform: Platform): Constants;
  structs(constants: Constants, platform: Platform): StructDecls;
  /** Named types that are not structs. */
  named(constants: Constants, platform: Platform): NamedTypes;
  /** Structs that are never on the heap and do not say so by a field, which go1.20 introduced, or are not declared. */
  readonly notInHeap?: readonly string[];
  /** The platforms that the race detector runs on. */
  readonly racePlatforms: readonly string[];
  /** The addresses at which a heap that grows by hints tries to grow. */
  hints(platform: Platform, input: HintInput, constants: Constants): HintRule;
  /** Whether the heap's place can be left to chance on a 64-bit system. */
  readonly randomizesHeapBase: boolean;
  readonly sizeClassRule: SizeClassRule;
  /**
   * By platform, what the linker made of a program with an empty main: the address after its data, and the bytes
   * of initialized and of uninitialized data with pointers. Facts of the recorded programs.
   */
  readonly emptyProgram: Readonly<Record<string, {end: number; data: number; bss: number}>>;
  /** The state in which sysMap leaves memory. */
  readonly sysMapLeaves: "prepared" | "ready";
  /** The fixallocs of mheap, in the order in which mheap.init makes them ready. */
  readonly fixallocs: readonly FixallocDecl[];
  /** Whether a fixalloc obtains chunks that are a whole number of records, or always _FixAllocChunk bytes. */
  readonly wholeRecords: boolean;
  /** What mallocinit does before it makes the heap, in order. */
  readonly mallocinitSteps: readonly MallocinitStep[];
  /** How the heap knows where it may grow. */
  growth(platform: Platform): Growth;
  /** What keeps track of free pages: two treaps of spans, or bitmaps with summaries. */
  readonly freePages: "treaps" | "pageAlloc";
  /** The variable that holds the first mcache until there is a P. */
  readonly firstMcache: "m0.mcache" | "mcache0";
  /** MemProfileRate, in bytes, as long as the runtime's own variables are not initialized. */
  readonly memProfileRateAtStart: number;
  /** Where the distance to the next sample of the heap profile is drawn from. */
  generator(platform: Platform): Generator;
  /** Whether a number below n is the upper half of a product, or a remainder. */
  readonly drawsByProduct: boolean;
  /** The counter of what the collector keeps about the heap. */
  readonly gcMiscStat: "gc_sys" | "gcMiscSys";
  /** Whether the reservation for the heap of a 32-bit system maps what it hands out, or leaves that to the heap. */
  readonly mapsArenaAtOnce: boolean;
  /** Whether there are hints for user arenas, which a program frees by hand. */
  readonly userArenas: boolean;
  /** Whether the first block of a chunk of persistentalloc is aligned as asked for. It lay behind a link anyway. */
  readonly alignsFirstBlock: boolean;
  /** Whether tiny objects of 12 bytes are aligned to 8 bytes on 32-bit systems. */
  readonly aligns12: boolean;
  /** Whether memory is charged before the system is asked for it. Earlier it depends on the system. */
  readonly chargesRefused: boolean;
  /** Whether mallocinit sets the memory limit, so that it holds before the collector is set up. */
  readonly setsMemoryLimit: boolean;
  /** What schedinit does after mallocinit; null where the model of the release ends there. */
  readonly schedinit: Schedinit | null;
  /** Not given where chunks with pages to scavenge are not indexed. */
  readonly scavengeIndex?: ScavengeIndexRule;
  /** The package that holds PtrSize and its kin. */
  readonly sysPackage: string;
  /** Import paths of other packages by the name that types are written with. */
  readonly packages: Readonly<Record<string, string>>;
  /** Facts about processors that are others in this release than in go1.12. */
  readonly archChanges?: Readonly<Partial<Record<Goarch, Partial<Arch>>>>;
  /** Where a system of that time handed out addresses, by platform, if elsewhere than today. */
  readonly addressChanges?: Readonly<Record<string, Addresses>>;
}

/** A release on a platform: everything that the model needs to know before it boots. */
export interface Configuration extends Platform {
  readonly release: ReleaseData;
  readonly constants: Constants;
  readonly layouts: Layouts;
}

/** Puts a release and a platform together. Throws RangeError for a platform that the release does not cover. */
export function configure(release: ReleaseData, goos: string, goarch: string): Configuration {
  if (!release.platforms.includes(`${goos}/${goarch}`)) {
    throw new RangeError(
      `${release.name} is not modelled on ${goos}/${goarch}; it is on ${release.platforms.join(", ")}`,
    );
  }
  const platform: Platform = {
    goos: goos as Goos,
    goarch: goarch as Goarch,
    os: oses[goos as Goos],
    arch: {...archs[goarch as Goarch], ...release.archChanges?.[goarch as Goarch]},
    addresses: release.addressChanges?.[`${goos}/${goarch}`] ?? addressSpaces[`${goos}/${goarch}`]!,
  };
  const constants = release.constants(platform);
  const {PtrSize, Int64Align} = platform.arch;
  const layouts = new Layouts({
    PtrSize,
    Int64Align,
    structs: release.structs(constants, platform),
    named: release.named(constants, platform),
    notInHeap: release.notInHeap,
  });
  return {...platform, release, constants, layouts};
}
