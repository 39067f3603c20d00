// Which leaves of a recording are not compared as they stand, and why. This is the only place for that.
//
// ignored: differs between two runs of the same process, unless it is zero, which is compared. address: placed by
// the system; compared by distance inside a chunk, and ignored where both lie outside. distance: an address that
// moves with another one; the distance of the two is compared. drawn: follows from a random number; compared where that
// is the same. rounded: compared as float64. unmodelled: known and left out.

/** What becomes of the leaves that match a pattern. */
export interface Rule {
  readonly verdict: "ignored" | "unmodelled" | "address" | "distance" | "drawn" | "rounded" | "exact";
  readonly why: string;
  /** For a distance: the path of the address to measure from. For what was drawn: the path of what it follows from. */
  readonly from?: string;
}

interface Entry {
  /** Path in which `*` stands for one part and a final `**` for the rest. */
  readonly pattern: string;
  readonly rule: Rule;
  /** The phases that it holds for; all, if not given. */
  readonly phases?: readonly string[];
  /** The releases that it holds for; all, if not given. */
  readonly releases?: readonly string[];
}

/** Where the first chunk of persistentalloc lies; most of what the runtime keeps outside the heap is in it. */
export const chunk = "persistentalloc.globalAlloc.base";

const address = {
  verdict: "address",
  why: "The system places it, and moves it when addresses are randomized. Inside the chunk of persistentalloc its distance from the chunk's start is compared.",
} as const;
const inReservation = {
  verdict: "distance",
  from: "heapArenaAlloc.next",
  why: "The system places the reservation: compared by its length and by what is mapped of it.",
} as const;
const machine = "It describes the machine or the program, not the runtime: an input of the model.";
const linked = "It is the address of a variable of the program, where the linker put it.";
const drawn = {
  verdict: "drawn",
  from: "arenaHints.addr.0",
  why: "The heap's place is left to chance. Where the first hint is the same, all others must be; where it is not, none is compared.",
} as const;
const rounded = {
  verdict: "rounded",
  why: "With GOGC off it is beyond 2^53, where the model has it rounded to a float64: compared as such.",
} as const;
const clock = "It is a time, read from a clock; the model has none.";
const priorities =
  "Which node is the root follows from random priorities, seeded with the CPU's tick counter.";
const ticks = "It is drawn from a generator that is seeded with the CPU's tick counter.";

const entries: readonly Entry[] = [
  {pattern: chunk, rule: {verdict: "ignored", why: address.why}},
  {pattern: "persistentalloc.persistentChunks.*", rule: address},
  {pattern: "fixallocs.*.chunk", rule: address},
  {pattern: "fixallocs.*.list", rule: address},
  {pattern: "m0_mcache.address", rule: address},
  {pattern: "m0_mcache_now.address", rule: address},
  {pattern: "mheap_scalars.arenaHints", rule: address},
  {pattern: "mheap_scalars.userArena.arenaHints", rule: address},
  {pattern: "arenaHints.addr.*", rule: drawn, releases: ["go1.27"]},
  {pattern: "userArena.arenaHints.addr.*", rule: drawn, releases: ["go1.27"]},
  {pattern: "mheap_scalars.allspans.array", rule: address},
  {pattern: "mheap_scalars.allArenas.array", rule: address},
  {pattern: "mheap_scalars.sweepArenas.array", rule: address},
  {pattern: "mheap_scalars.sweepSpans[0].spine", rule: address},
  {pattern: "mheap_scalars.sweepSpans[1].spine", rule: address},
  {pattern: "gcBitsArenas.*.address", rule: address},
  {pattern: "arenas.list.*.heapArena", rule: address},
  {pattern: "allp.list.*.mcache.address", rule: address},
  {pattern: "allp.list.*.palloc.base", rule: address},
  {
    pattern: "allp.list.0.mcache.fields.next_sample",
    rule: {verdict: "exact", why: "P0 has the mcache of m0."},
  },
  {pattern: "allp.list.*.mcache.fields.next_sample", rule: {verdict: "ignored", why: ticks}},
  {pattern: "allspans.rows.*.unusedsince", rule: {verdict: "ignored", why: clock}},
  {pattern: "heapArenaAlloc.next", rule: {verdict: "ignored", why: address.why}},
  {pattern: "heapArenaAlloc.mapped", rule: inReservation},
  {pattern: "heapArenaAlloc.end", rule: inReservation},
  {pattern: "pages.fields.inUse.ranges.array", rule: address},
  {pattern: "pages.fields.scav.index.chunks.array", rule: address},
  {pattern: "pages.fields.mheapLock", rule: {verdict: "unmodelled", why: linked}},
  {pattern: "pages.fields.sysStat", rule: {verdict: "unmodelled", why: linked}},
  {pattern: "pages.fields.inUse.sysStat", rule: {verdict: "unmodelled", why: linked}},
  {pattern: "freelists.*.*.root", rule: {verdict: "ignored", why: priorities}},
  {pattern: "stats.gcController.heapMinimum", rule: rounded},
  {pattern: "ncpu", rule: {verdict: "unmodelled", why: machine}},
  {pattern: "firstmoduledata.**", rule: {verdict: "unmodelled", why: machine}},
];

/** The rule for a leaf, or undefined if it is compared as it stands. The first entry that matches counts. */
export function ruleFor(path: string, where: {release: string; phase: string}): Rule | undefined {
  const holds = ({phases, releases}: Entry) =>
    (phases?.includes(where.phase) ?? true) &&
    (releases?.some(each => each === where.release || each === `go${where.release}`) ?? true);
  return entries.find(e => holds(e) && matches(e.pattern, path))?.rule;
}

function matches(pattern: string, path: string): boolean {
  if (pattern.endsWith(".**")) return path.startsWith(pattern.slice(0, -2));
  const [p, q] = [pattern.split("."), path.split(".")];
  return p.length === q.length && p.every((part, i) => part === "*" || part === q[i]);
}

/** All rules, for showing them. */
export function rules(): readonly Entry[] {
  return entries;
}
