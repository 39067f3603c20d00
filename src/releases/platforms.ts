// The machines and operating systems that Go is ported to, as far as memory depends on them.
//
// Go keeps these facts in runtime/internal/sys and internal/cpu, a constant for each port. Here they are
// rows of two tables. What a release computes from them (arena sizes, address bits) is in the release's file.

/** What the memory allocator knows of a processor. */
export interface Arch {
  /** Bytes in a pointer and in a uintptr. */
  readonly PtrSize: 4 | 8;
  readonly BigEndian: boolean;
  /** Bytes to which a 64-bit integer is aligned inside a struct. */
  readonly Int64Align: 4 | 8;
  /** Bytes: an upper bound on the page size, used where the real one is not yet known. */
  readonly DefaultPhysPageSize: number;
  /** Bytes in a huge page that sysUsed and sysUnused take care of; 0 where they do not. */
  readonly HugePageSize: number;
  /** Bytes in a cache line, as far as padding against false sharing is concerned. */
  readonly CacheLinePadSize: number;
  /** Page sizes in bytes that the hardware and its kernels are built with; the first is the usual one. */
  readonly pageSizes: readonly number[];
}

const KiB = 1024;
const bits64 = {PtrSize: 8, Int64Align: 8, BigEndian: false, HugePageSize: 0} as const;
const bits32 = {PtrSize: 4, Int64Align: 4, BigEndian: false, HugePageSize: 0} as const;
const x86 = {
  DefaultPhysPageSize: 4 * KiB,
  HugePageSize: 2048 * KiB,
  CacheLinePadSize: 64,
  pageSizes: [4 * KiB],
};
const arm = {DefaultPhysPageSize: 64 * KiB, pageSizes: [4 * KiB, 16 * KiB, 64 * KiB]};
const mips64 = {
  DefaultPhysPageSize: 16 * KiB,
  CacheLinePadSize: 32,
  pageSizes: [16 * KiB, 4 * KiB, 64 * KiB],
};
const mips32 = {
  DefaultPhysPageSize: 64 * KiB,
  CacheLinePadSize: 32,
  pageSizes: [4 * KiB, 16 * KiB, 64 * KiB],
};
const ppc64 = {DefaultPhysPageSize: 64 * KiB, CacheLinePadSize: 128, pageSizes: [64 * KiB, 4 * KiB]};

/**
 * Processors by GOARCH.
 *
 * @go runtime/internal/sys/stubs.go PtrSize go1.12.17
 */
export const archs = {
  "386": {...bits32, ...x86},
  amd64: {...bits64, ...x86},
  arm: {...bits32, ...arm, CacheLinePadSize: 32, pageSizes: [4 * KiB]},
  arm64: {...bits64, ...arm, CacheLinePadSize: 64},
  mips: {...bits32, ...mips32, BigEndian: true},
  mipsle: {...bits32, ...mips32},
  mips64: {...bits64, ...mips64, BigEndian: true},
  mips64le: {...bits64, ...mips64},
  ppc64: {...bits64, ...ppc64, BigEndian: true},
  ppc64le: {...bits64, ...ppc64},
  riscv64: {...bits64, DefaultPhysPageSize: 4 * KiB, CacheLinePadSize: 32, pageSizes: [4 * KiB]},
  loong64: {
    ...bits64,
    DefaultPhysPageSize: 16 * KiB,
    CacheLinePadSize: 64,
    pageSizes: [16 * KiB, 4 * KiB, 64 * KiB],
  },
  s390x: {
    ...bits64,
    BigEndian: true,
    DefaultPhysPageSize: 4 * KiB,
    CacheLinePadSize: 256,
    pageSizes: [4 * KiB],
  },
  wasm: {...bits64, DefaultPhysPageSize: 64 * KiB, CacheLinePadSize: 64, pageSizes: [64 * KiB]},
} as const satisfies Record<string, Arch>;

/** A GOARCH that some release of this book runs on. */
export type Goarch = keyof typeof archs;

/** How an operating system hands out address space. */
export interface Os {
  /** Whether a reservation can be released in parts. Windows releases all of it or nothing. */
  readonly trimsReservations: boolean;
  /** Whether memory can be given back at all. WebAssembly's linear memory only grows. */
  readonly givesBack: boolean;
  /** Whether the end of the data segment can be asked for (sbrk0 answers 0 elsewhere). */
  readonly hasBrk: boolean;
  /** Whether whole huge pages are placed at a multiple of their size, as Linux does. */
  readonly alignsHugePages: boolean;
  /** Whether sysUnused insists on whole pages. Elsewhere the system rounds as it likes. */
  readonly checksUnused: boolean;
  /** Whether sysAlloc charges what the system then refuses. */
  readonly chargesRefused: boolean;
  /** What sysMap throws when there is no memory. */
  readonly outOfMemory: string;
  /** Whether memory is handed out upwards from the program's end, by moving one boundary. */
  readonly linear: boolean;
}

const unix: Os = {
  trimsReservations: true,
  givesBack: true,
  hasBrk: false,
  alignsHugePages: false,
  checksUnused: false,
  chargesRefused: false,
  outOfMemory: "runtime: out of memory",
  linear: false,
};

const webAssembly: Os = {...unix, givesBack: false, chargesRefused: true, linear: true};

/** Operating systems by GOOS. */
export const oses = {
  linux: {...unix, hasBrk: true, alignsHugePages: true, checksUnused: true},
  darwin: unix,
  ios: unix,
  freebsd: unix,
  aix: unix,
  windows: {...unix, trimsReservations: false, chargesRefused: true, outOfMemory: "out of memory"},
  js: webAssembly,
  wasip1: webAssembly,
} as const satisfies Record<string, Os>;

/** A GOOS that some release of this book runs on. */
export type Goos = keyof typeof oses;

/** Where a system hands out addresses. */
export interface Addresses {
  /** The lowest address that a mapping can have. */
  readonly lowest: number;
  /** Mappings without a hint are placed below this, the first one right below. */
  readonly top: number;
  /** No mapping can reach beyond this. */
  readonly limit: number;
}

const space = (lowest: number, top: number, limit: number): Addresses => ({lowest, top, limit});

/**
 * Addresses by platform. Where a kernel places what has no hint differs between kernels and, where addresses
 * are randomized, between runs; `top` is one choice. For linux/amd64 and linux/386 it is the one that a kernel
 * with randomization off makes. Limits are those of the tables in Go's malloc.go.
 *
 * AIX gives a process addresses beyond 2^53, where a float64 is exact to 128 bytes only: arenas and spans have their
 * right addresses there, small objects have not.
 */
export const addressSpaces: Readonly<Record<string, Addresses>> = {
  "linux/amd64": space(0x400000, 0x7ffff7ff7000, 0x7ffffffff000),
  "linux/386": space(0x8048000, 0xf7ff6000, 0xffffe000),
  "linux/arm": space(0x10000, 0xb6ff8000, 0xbf000000),
  "linux/arm64": space(0x10000, 0xfffff7ff0000, 0x1000000000000),
  "linux/mips": space(0x10000, 0x77ff0000, 0x7fff0000),
  "linux/mipsle": space(0x10000, 0x77ff0000, 0x7fff0000),
  "linux/mips64": space(0x10000, 0xfff7ff0000, 0x10000000000),
  "linux/mips64le": space(0x10000, 0xfff7ff0000, 0x10000000000),
  "linux/ppc64": space(0x10000, 0x3ffff7ff0000, 0x400000000000),
  "linux/ppc64le": space(0x10000, 0x3ffff7ff0000, 0x400000000000),
  "linux/riscv64": space(0x10000, 0x7fffffff7000, 0x800000000000),
  "linux/loong64": space(0x10000, 0x7ffff7ff0000, 0x800000000000),
  "linux/s390x": space(0x10000, 0x3fffdff0000, 2 ** 53),
  "darwin/amd64": space(0x1000000, 0x7fff50000000, 0x7ffffffff000),
  "darwin/arm64": space(0x100000000, 0x7ff000000000, 0x7ffffe000000),
  "ios/arm64": space(0x100000000, 0x170000000, 0x8000000000),
  "freebsd/amd64": space(0x200000, 0x7fffdf000000, 0x7ffffffff000),
  "freebsd/386": space(0x8048000, 0xbfbf0000, 0xc0000000),
  "freebsd/arm64": space(0x200000, 0xfffff7ff0000, 0x1000000000000),
  "windows/amd64": space(0x10000, 0x7ffff0000000, 0x7fffffff0000),
  "windows/386": space(0x10000, 0x7fff0000, 0x7fff0000),
  "windows/arm64": space(0x10000, 0x7ffff0000000, 0x7fffffff0000),
  "aix/ppc64": space(0x100000000, 0xfffffff0000, 0xb00000000000000),
  "js/wasm": space(0x10000, 2 ** 32, 2 ** 32),
  "wasip1/wasm": space(0x10000, 2 ** 32, 2 ** 32),
};

/** What a process had on iOS when releases called that darwin/arm64: 33 bits of addresses. */
export const earlyIos: Addresses = space(0x100000000, 0x170000000, 0x200000000);
