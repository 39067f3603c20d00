// What is recorded of a heap at one moment, field by field. Names are those of Go's runtime, whose structs they come
// from; what the recorder adds has a name in lower case with underscores.
//
// Structs that are recorded as they stand (`mheap_scalars`, `stats.memstats` …) list what the release has. Lists and
// arrays in them are left out, except for short arrays, whose elements are named `name[0]`.

import {
  address,
  field,
  flag,
  integer,
  list,
  maybe,
  nullable,
  scalar,
  struct,
  table,
  text,
  tuple,
} from "./shape.js";

const dump = (what: string) => field(scalar, `A field of ${what}, as it stands.`);

export const fixalloc = struct({
  offset: field(integer("bytes"), "Where it lies in mheap."),
  size: field(integer("bytes"), "Size of what it hands out."),
  first: field(nullable(text()), "Function that is called when a piece is handed out for the first time."),
  arg: field(nullable(text()), "What that function is given, by name."),
  list: field(address, "First piece on the free list."),
  list_len: field(integer("count"), "Pieces on the free list."),
  chunk: field(address, "Where the next new piece will lie."),
  nchunk: field(integer("bytes"), "What is left of the chunk."),
  nalloc: maybe(integer("bytes"), "Size of a new chunk."),
  inuse: field(integer("bytes"), "Handed out and not taken back."),
  stat: field(nullable(text()), "The counter that its chunks are added to."),
  stat_value: maybe(integer("bytes"), "What that counter says."),
  zero: field(flag, "Whether pieces are cleared when they are handed out again."),
});

export const hints = struct({
  count: field(integer("count"), "How many there are."),
  addr: field(list(address), "Where the heap will try to grow, in order."),
  any_down: field(flag, "Whether one of them grows downwards."),
  down_at: field(list(integer("index")), "Which ones grow downwards."),
});

export const mcache = struct({
  address: field(address, "Where it lies."),
  alloc_len: field(integer("count"), "Span classes."),
  all_alloc_empty: field(flag, "Whether it holds no span."),
  cached: field(
    list(tuple({spanclass: integer("index"), base: nullable(address)})),
    "The spans that it holds, by class.",
  ),
  fields: field(struct({}, dump("mcache")), "Its other fields."),
});

const linear = struct({
  next: field(address, "First byte that is free."),
  mapped: field(address, "First byte that is not mapped."),
  end: field(address, "End of the reservation."),
  mapMemory: maybe(flag, "Whether it maps what it hands out."),
});

const spanSet = list(tuple({head: integer("index"), tail: integer("index")}));
const central = struct({
  count: field(integer("count"), "Span classes."),
  spanclass_equals_index: field(flag, "Whether each mcentral has the class of its place."),
  spanclass: field(nullable(list(integer("index"))), "The classes, if they are others."),
  all_empty: field(flag, "Whether no mcentral has a span."),
  stride: field(integer("bytes"), "Distance from one mcentral to the next."),
  not_empty: field(
    list(
      struct({
        index: field(integer("index"), "Place in mheap.central."),
        spanclass: field(integer("index"), "Its span class."),
        nonempty: maybe(list(address), "Up to go1.15: bases of spans with free objects."),
        empty: maybe(list(address), "Up to go1.15: bases of spans without free objects, or cached."),
        nmalloc: maybe(integer("objects"), "Up to go1.15: objects handed out, without those in caches."),
        partial: maybe(spanSet, "From go1.15: head and tail of the two sets of spans with free objects."),
        full: maybe(spanSet, "From go1.15: head and tail of the two sets of spans without."),
      }),
    ),
    "Those that have something; an mcentral that is not listed is empty.",
  ),
});

const bits = field(
  list(tuple({byte: integer("index"), bits: integer("code")})),
  "Bytes of the bitmap that are not 0.",
);
const arena = struct({
  index: field(integer("index"), "Index of the arena."),
  start: field(address, "First byte."),
  end: field(address, "First byte behind it."),
  heapArena: field(address, "Where its heapArena lies."),
  spans_runs: maybe(
    list(tuple({page: integer("index"), npages: integer("pages"), base: nullable(address)})),
    "heapArena.spans as runs of pages with the same span, given by the base that it has or had.",
  ),
  pageInUse: {...bits, optional: true},
  pageMarks: {...bits, optional: true},
  pageSpecials: {...bits, optional: true},
  pageUseSpanInlineMarkBits: {...bits, optional: true},
  zeroedBase: maybe(
    integer("bytes"),
    "First byte, from the arena's start, that was never used and so is zero.",
  ),
});

export const spans = table(
  {
    base: field(address, "startAddr: first byte."),
    npages: field(integer("pages"), "Length."),
    spanclass: field(integer("code"), "Twice the size class, plus 1 if its objects have no pointers."),
    elemsize: field(integer("bytes"), "Size of an object."),
    nelems: field(integer("objects"), "Objects that fit."),
    allocCount: field(
      integer("objects"),
      "Objects allocated. In a cache, objects that the cache still has to hand out may count already.",
    ),
    freeindex: field(integer("index"), "Where the search for a free object begins."),
    sweepgen: field(integer("count"), "Compared with mheap.sweepgen: whether it is swept, or cached."),
    needzero: maybe(integer("code"), "1 if its memory was used before."),
    scavenged: maybe(flag, "Up to go1.13: whether its pages are returned to the system."),
    limit: maybe(address, "First byte behind the last object."),
    allocCache: field(address, "64 bits from freeindex on; a 1 is a free object."),
    state: field(integer("code"), "0 dead, 1 in use, 2 manual (stacks), and up to go1.13 3 free."),
    allocBits: field(flag, "Whether it has a bitmap of allocated objects."),
    gcmarkBits: field(flag, "Whether it has a bitmap of marked objects."),
    specials: maybe(flag, "Whether an object has a finalizer, a profile record or another special."),
    largeType: maybe(address, "From go1.22: type of the one object of a large span."),
    unusedsince: maybe(integer("nanoseconds"), "Up to go1.12: when it became free."),
  },
  {
    len: field(integer("spans"), "Length of mheap.allspans."),
    cap: field(integer("spans"), "Its capacity."),
    row_index: field(list(integer("index")), "For each row, its index in mheap.allspans."),
    uninitialised: maybe(integer("spans"), "Spans that were handed out and never used: they have no row."),
  },
);

export const chunk = struct({
  addr: field(address, "First byte."),
  chunk: field(integer("index"), "Index of the chunk."),
  alloc_runs: field(
    list(tuple({page: integer("index"), npages: integer("pages")})),
    "Runs of allocated pages.",
  ),
  scavenged_runs: field(
    list(tuple({page: integer("index"), npages: integer("pages")})),
    "Runs of pages that are returned to the system.",
  ),
});

const pages = struct({
  fields: field(struct({}, dump("pageAlloc")), "Fields of the page allocator."),
  inUse: field(list(tuple({base: address, limit: address})), "The address ranges that it manages."),
  chunk_bytes: field(integer("bytes"), "Size of a chunk."),
  chunks: field(list(chunk), "The chunks in these ranges."),
});

const treap = list(
  struct({
    base: field(address, "First byte of the free span."),
    npages: field(integer("pages"), "Its length."),
    root: field(flag, "Whether its node is the root."),
  }),
);

const stackSpan = struct({
  base: field(address, "First byte."),
  npages: field(integer("pages"), "Length."),
  allocCount: field(integer("count"), "Stacks handed out."),
  elemsize: field(integer("bytes"), "Size of a stack."),
});

const p = struct({
  id: field(integer("index"), "Its number."),
  status: field(
    integer("code"),
    "0 idle, 1 running, 2 in a system call, 3 stopped by the collector, 4 dead.",
  ),
  mcache_is_m0s: maybe(
    flag,
    "Whether it has the cache that the first thread had at mallocinit; missing in a process that was attached to.",
  ),
  mcache: field(nullable(mcache), "Its cache."),
  pcache: maybe(
    struct({
      base: field(address, "First of the 64 pages that it has taken."),
      cache: field(address, "A 1 is a page that is free."),
      scav: field(address, "A 1 is a page that is returned to the system."),
    }),
    "From go1.14: pages that it has taken from the page allocator.",
  ),
  mspancache_len: maybe(integer("spans"), "From go1.14: span records in stock."),
  palloc: maybe(
    struct({
      base: field(address, "First byte of its chunk."),
      off: field(integer("bytes"), "What is used of it."),
    }),
    "Its persistentalloc.",
  ),
});

const bitsArena = nullable(
  struct({
    address: field(address, "Where it lies."),
    free: field(integer("bytes"), "What is used of it."),
  }),
);

const stats = struct({
  note: maybe(text(), "What is left out."),
  memstats: field(struct({}, dump("mstats")), "runtime.memstats; fields that are 0 are left out."),
  "by_size.size": maybe(list(integer("bytes")), "Up to go1.17: the sizes in memstats.by_size."),
  "by_size.nmalloc_nonzero": maybe(
    list(tuple({class: integer("index"), nmalloc: integer("objects")})),
    "Up to go1.17: objects allocated by class, as far as they were flushed.",
  ),
  heapStats_sum: maybe(
    struct({}),
    "From go1.16: statistics of the heap. Arrays are rows of class and value; what is 0 is left out.",
  ),
  gcController: maybe(struct({}, dump("gcController")), "The pacer; fields that are 0 are left out."),
});

/** A phase: the heap at one moment. */
export const phase = struct({
  at: field(text(), "Where the process stood."),
  threads: field(integer("count"), "Threads of the process."),
  physPageSize: maybe(integer("bytes"), "The system's page."),
  physHugePageSize: maybe(integer("bytes"), "The system's huge page, 0 if it has none."),
  ncpu: maybe(integer("count"), "CPUs that the process may use."),
  gomaxprocs: maybe(integer("count"), "GOMAXPROCS; 0 before procresize."),
  newprocs: maybe(integer("count"), "What GOMAXPROCS is about to become."),
  process: maybe(
    struct({
      rss: maybe(integer("bytes"), "Memory of the process that is resident (VmRSS)."),
      vsize: maybe(integer("bytes"), "Address space of the process (VmSize)."),
    }),
    "What the system says of the process. Not in go-heap-state/1.",
  ),
  gcphase: maybe(integer("code"), "0 no collection, 1 marking, 2 mark termination. Not in go-heap-state/1."),
  m0_mcache_now: maybe(
    struct({
      via: field(nullable(text()), "Where the first thread's cache is found."),
      address: field(address, "Its address there; 0 when a P has it."),
    }),
    "The cache of the first thread, now.",
  ),
  m0_mcache: maybe(
    nullable(mcache),
    "The cache that the first thread had at mallocinit, followed ever after. Not known in a process that was attached to.",
  ),
  fixallocs: maybe(struct({}, field(fixalloc, "A fixalloc of mheap.")), "The allocators of fixed pieces."),
  arenaHints: maybe(hints, "Where the heap will try to grow."),
  arenaHint_node_step: maybe(nullable(integer("bytes")), "Distance of the first two hints."),
  "userArena.arenaHints": maybe(hints, "The same, for user arenas."),
  heapArenaAlloc: maybe(linear, "32-bit: the reservation for heapArenas."),
  arena: maybe(linear, "32-bit: the reservation for the heap."),
  curArena: maybe(
    struct({
      base: field(address, "First byte that was never used."),
      end: field(address, "End of what is reserved in a row."),
    }),
    "From go1.13: where the heap grows.",
  ),
  sweepgen: maybe(integer("count"), "mheap.sweepgen: grows by 2 with each collection."),
  central: maybe(central, "mheap.central: lists of spans by class."),
  mheap_scalars: maybe(struct({}, dump("mheap")), "Other fields of mheap."),
  persistentalloc: maybe(
    struct({
      globalAlloc: field(
        struct({
          base: field(address, "First byte of its chunk."),
          off: field(integer("bytes"), "What is used of it."),
        }),
        "runtime.globalAlloc.",
      ),
      persistentChunks: field(nullable(list(address)), "All chunks, newest first."),
    }),
    "Memory that is never freed.",
  ),
  gcBitsArenas: maybe(
    struct({
      free: field(bitsArena, "To be used again."),
      next: field(bitsArena, "For the next collection."),
      current: field(bitsArena, "In use."),
      previous: field(bitsArena, "Of the collection before."),
    }),
    "The first arena of each list of mark bits.",
  ),
  allspans: field(spans, "mheap.allspans: every span."),
  arenas: maybe(
    struct({
      source: field(
        struct({
          field: field(nullable(text()), "The field of mheap that lists them."),
          len: maybe(integer("count"), "Length."),
          cap: maybe(integer("count"), "Capacity."),
        }),
        "Where the list comes from.",
      ),
      base_offset: field(address, "Address of arena 0."),
      list: field(list(arena), "The arenas."),
    }),
    "The heap's arenas, and which span each page belongs to.",
  ),
  freelists: maybe(
    struct({
      free_treap: maybe(treap, "Free spans."),
      scav_treap: maybe(treap, "Free spans that are returned to the system."),
    }),
    "Up to go1.13: free spans.",
  ),
  pages: maybe(pages, "From go1.14: the page allocator."),
  stacks: maybe(
    nullable(
      struct({stackpool: field(list(list(stackSpan)), "For each order, spans with stacks that are free.")}),
    ),
    "Free stacks.",
  ),
  allp: maybe(
    struct({
      len: field(integer("count"), "Ps."),
      cap: field(integer("count"), "Capacity of the slice."),
      list: field(list(p), "Each P."),
    }),
    "The Ps and their caches.",
  ),
  stats: field(stats, "Statistics, as the runtime keeps them; runtime.ReadMemStats computes from these."),
  firstmoduledata: maybe(
    struct({}, field(address, "An address of the program's sections.")),
    "Where the program lies.",
  ),
});
