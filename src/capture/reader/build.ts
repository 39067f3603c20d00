// From the values of a recording to heaps. Each value that is used is checked here; what is not used is left alone.

import {Fault} from "./fault.js";
import {Field} from "./field.js";
import {type FreeRuns, freeInBitmaps, freeInGaps, freeSpans, inUseOf, ones, type PageCache} from "./free.js";
import type {Heap, P, Source} from "./heap.js";
import {type Spans, state} from "./spans.js";
import type {Value} from "./value.js";

/** Reads what a recording says of itself. */
export function sourceOf(file: Value): Source {
  const root = new Field(file);
  const constants = root.at("constants");
  const sizes = root.at("types").at("sizeof");
  const constant = (names: readonly string[], otherwise: number | null, least: number, most: number) => {
    const name = names.find(n => constants.at(n).there);
    if (name !== undefined) return constants.at(name).whole(least, most);
    return otherwise ?? constants.at(names[0]!).whole(least, most);
  };
  const pageSize = constant(["_PageSize", "pageSize", "internal/runtime/gc.PageSize"], null, 512, 2 ** 26);
  if (2 ** Math.round(Math.log2(pageSize)) !== pageSize) constants.at("_PageSize").fail("a power of two");
  const notes = ["runner", "recorder", "recorded", "notes"].flatMap(
    name => root.at(name).maybe(f => f.text(10_000)) ?? [],
  );
  const marks = sizes.at("spanInlineMarkBits").maybe(f => f.whole(0, 65536)) ?? 0;
  const bitmap = ["internal/runtime/gc.MinSizeForMallocHeader", "minSizeForMallocHeader"];
  const release = root.at("release").text(60).replace(/^go/, "");
  return {
    schema: root.at("schema").text(60),
    release: `go${release}`,
    goVersion: root.at("go_version").maybe(f => f.text(200)) ?? `go${release}`,
    goos: root.at("goos").text(40),
    goarch: root.at("goarch").text(40),
    ptrSize: root.at("ptr_size").maybe(f => f.whole(4, 8)) ?? 8,
    pageSize,
    arenaBytes: constant(["heapArenaBytes"], 2 ** 26, pageSize, 2 ** 40),
    bitmapUpTo: constant(bitmap, 0, 0, 65536),
    inlineMarks: marks,
    notes,
    omitted:
      root.at("omitted").maybe(list =>
        list.items(1000).map(each => ({
          path: each
            .at("path")
            .items(20)
            .map(name => name.text(4096))
            .join("."),
          why: each.at("why").text(4096),
        })),
      ) ?? [],
  };
}

/** Numbers of a group of counters under their names. Texts that are numbers too large for JSON are rounded. */
function countersOf(stats: Field, group: string, out: Record<string, number>): void {
  const field = stats.at(group);
  if (!field.there) return;
  for (const [name, each] of field.entries()) {
    const {value} = each;
    if (typeof value === "number") out[`${group}.${name}`] = value;
    else if (typeof value === "string" && /^0x[0-9a-f]{1,16}$/.test(value))
      out[`${group}.${name}`] = Number(value);
  }
}

function rowsOf(stats: Field, name: string): [number, number][] {
  return (
    stats.at("heapStats_sum").maybe(sum =>
      sum.at(name).maybe(list =>
        list.items(1000).map(row => {
          const [index, number] = row.pair("a size class and a number");
          return [index.whole(0, 255), number.whole(Number.MIN_SAFE_INTEGER)] as [number, number];
        }),
      ),
    ) ?? []
  );
}

function readP(p: Field): {p: P; cache: PageCache | null} {
  const mcache = p.at("mcache");
  const cached = mcache.there
    ? mcache
        .at("cached")
        .items(1000)
        .map(pair => {
          const [spanclass, base] = pair.pair("a span class and an address");
          return {spanclass: spanclass.whole(0, 255), base: base.maybe(f => f.address())};
        })
    : [];
  const fields = mcache.there ? mcache.at("fields") : null;
  const tiny = fields?.at("tiny").maybe(f => f.address()) ?? 0;
  const orders = fields?.entries().filter(([name]) => /^stackcache\[\d+\]\.size$/.test(name)) ?? [];
  const cache = p.at("pcache").maybe(c => ({
    base: c.at("base").address(),
    cache: c.at("cache").bits(),
    scav: c.at("scav").bits(),
  }));
  return {
    p: {
      id: p.at("id").whole(0, 2 ** 20),
      status: p.at("status").maybe(f => f.whole(0, 2 ** 32)) ?? 0,
      cached,
      tiny:
        tiny === 0
          ? null
          : {base: tiny, offset: fields!.at("tinyoffset").maybe(f => f.whole(0, 2 ** 16)) ?? 0},
      tinyAllocs: fields?.at("tinyAllocs").maybe(f => f.whole()) ?? 0,
      stackCache: orders.reduce((sum, [, size]) => sum + size.whole(0, 2 ** 40), 0),
      pageCache: cache && {
        base: cache.base,
        pages: ones(cache.cache[0]) + ones(cache.cache[1]),
        returned: ones(cache.cache[0] & cache.scav[0]) + ones(cache.cache[1] & cache.scav[1]),
      },
    },
    cache,
  };
}

/** Reads one phase of a recording. The rows of its spans have been taken already. */
export function heapOf(source: Source, phase: string, value: Value, spans: Spans): Heap {
  const field = new Field(value, ["phases", phase]);
  const stats = field.at("stats");
  const counters: Record<string, number> = {};
  if (stats.there)
    for (const group of ["memstats", "heapStats_sum", "gcController"]) countersOf(stats, group, counters);
  if (field.at("mheap_scalars").there) countersOf(field, "mheap_scalars", counters);
  if (field.at("fixallocs").there) {
    for (const [name, each] of field.at("fixallocs").entries(100)) {
      if (!each.there) continue;
      counters[`fixallocs.${name}.inuse`] = each.at("inuse").whole();
      counters[`fixallocs.${name}.size`] = each.at("size").whole();
    }
  }
  const readPs = field.at("allp").there
    ? field
        .at("allp")
        .at("list")
        .items(2 ** 20)
        .map(readP)
    : [];
  const arenas = field.at("arenas").there
    ? field
        .at("arenas")
        .at("list")
        .items(1 << 22)
        .map(a => {
          const start = a.at("start").address();
          const end = a.at("end").address();
          if (end <= start) a.at("end").fail("an address above the start");
          return {start, end};
        })
        .sort((a, b) => a.start - b.start)
    : [];
  const caches = readPs.flatMap(({cache}) => (cache === null ? [] : [cache]));
  return {
    phase,
    at: field.at("at").maybe(f => f.text()) ?? phase,
    source,
    threads: field.at("threads").maybe(f => f.whole(0, 2 ** 32)),
    gomaxprocs: field.at("gomaxprocs").maybe(f => f.whole(0, 2 ** 20)),
    physPageSize: field.at("physPageSize").maybe(f => f.whole(0, 2 ** 30)),
    rss: field.at("process").maybe(f => f.at("rss").maybe(rss => rss.whole())),
    gcphase: field.at("gcphase").maybe(f => f.whole(0, 3)),
    sweepgen: field.at("sweepgen").maybe(f => f.whole(0, 2 ** 32)) ?? 0,
    spans,
    uninitialised: field.at("allspans").there
      ? (field
          .at("allspans")
          .at("uninitialised")
          .maybe(f => f.whole()) ?? 0)
      : 0,
    arenas,
    free: freeOf(field, spans, arenas, caches, source.pageSize),
    ps: readPs.map(({p}) => p),
    hints: field.at("arenaHints").there
      ? field
          .at("arenaHints")
          .at("addr")
          .items(1 << 16)
          .map(hint => hint.address())
      : [],
    counters,
    bySize: {
      mallocs: rowsOf(stats.there ? stats : field, "smallAllocCount"),
      frees: rowsOf(stats.there ? stats : field, "smallFreeCount"),
    },
    oddities: odditiesOf(spans, arenas, source.pageSize),
  };
}

function freeOf(
  field: Field,
  spans: Spans,
  arenas: Heap["arenas"],
  caches: readonly PageCache[],
  page: number,
): FreeRuns {
  const pages = field.at("pages");
  if (!pages.there) {
    return field.at("freelists").there || spans.state.includes(state.free)
      ? freeSpans(spans, page)
      : freeInGaps(
          spans,
          arenas.map(a => [a.start, a.end]),
          page,
        );
  }
  const free = pages.at("chunks").there ? freeInBitmaps(pages, caches, page) : null;
  if (free !== null) return free;
  return freeInGaps(spans, inUseOf(pages), page);
}

/** What cannot be so in a heap at rest. A process that was stopped in the middle of an allocation may have some. */
function odditiesOf(spans: Spans, arenas: Heap["arenas"], page: number): string[] {
  let [overlaps, overfull, outgrown, astray, unaligned] = [0, 0, 0, 0, 0];
  let end = 0;
  let arena = 0;
  for (let i = 0; i < spans.length; i++) {
    const base = spans.base[i]!;
    const size = spans.npages[i]! * page;
    const s = spans.state[i];
    if (s === state.dead) continue;
    if (base % page !== 0) unaligned++;
    if (base < end) overlaps++;
    end = Math.max(end, base + size);
    while (arena < arenas.length && arenas[arena]!.end <= base) arena++;
    if (arenas.length > 0 && (arena === arenas.length || arenas[arena]!.start > base)) astray++;
    if (s !== state.inUse) continue;
    if (spans.allocCount[i]! > spans.nelems[i]!) overfull++;
    if (spans.nelems[i]! * spans.elemsize[i]! > size) outgrown++;
  }
  const odd: [number, string][] = [
    [overlaps, "begin inside another span"],
    [overfull, "have more objects than slots"],
    [outgrown, "have slots that do not fit into their pages"],
    [astray, "lie in no arena"],
    [unaligned, "do not begin at a page"],
  ];
  return odd
    .filter(([n]) => n > 0)
    .map(([n, what]) => `${n.toLocaleString("en-US")} ${n === 1 ? "span" : "spans"} ${what}`);
}

/** Throws a Fault if a schema is none that can be read. */
export function checkSchema(schema: Value | undefined, known: readonly string[]): void {
  if (typeof schema === "string" && known.includes(schema)) return;
  const found = schema === undefined ? "is missing" : `is ${JSON.stringify(schema).slice(0, 60)}`;
  throw new Fault(`the schema ${found}; this page reads ${known.join(" and ")}`, "schema");
}
