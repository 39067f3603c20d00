"""Statistics and other figures: what the runtime counts, what lies outside the heap, what the system says."""

from layout import ARRAY, number, scalars
from memory import Missing

MOST = 100000  # chunks of persistentalloc that are followed


class Figures:
    def __init__(self, program, mheap):
        self.program = program
        self.memory = program.memory
        self.mheap = mheap

    def linear(self, name):
        """A linearAlloc or curArena: addresses, and flags as they are."""
        values = scalars(self.mheap.field(name))
        return {k: v if isinstance(v, (bool, str)) else hex(v) for k, v in values.items()}

    def mheap_scalars(self):
        apart = {"central", "pages", "arenas", "nsmallfree", "free", "busy", "scav", "freelarge", "heapArenaAlloc",
                 "arena", "immortalWeakHandles"}
        apart.update(name for name, (_, type) in self.mheap.type.fields.items() if type.name.endswith("fixalloc"))
        return scalars(self.mheap, skip=apart)

    def persistentalloc(self):
        place = self.program.symbol("runtime.globalAlloc").field("persistentAlloc")
        out = {"globalAlloc": {"base": hex(place.field("base").get()), "off": place.field("off").get()}}
        try:
            chunk, chunks = self.program.variable("runtime.persistentChunks"), []
            while chunk and len(chunks) < MOST:
                chunks.append(hex(chunk))
                chunk = self.memory.word(chunk)
        except Missing:
            chunks = None
        out["persistentChunks"] = chunks
        return out

    def gc_bits_arenas(self):
        arenas, out = self.program.symbol("runtime.gcBitsArenas"), {}
        for name in ("free", "next", "current", "previous"):
            arena = arenas.field(name).target()
            out[name] = {"address": hex(arena.address), "free": number(arena.field("free").get())} if arena else None
        return out

    def stats(self):
        memstats = self.program.symbol("runtime.memstats")
        values = scalars(memstats, max_array=4, skip=("pause_ns", "pause_end", "by_size", "gcPauseDist"))
        values = {k: v for k, v in values.items() if v and not k.startswith("heapStats.stats")}
        out = {"note": "fields whose value is zero are left out", "memstats": values}
        if memstats.has("by_size"):
            rows = list(memstats.field("by_size"))
            counts = [row.field("nmalloc").get() for row in rows]
            out["by_size.size"] = [row.field("size").get() for row in rows]
            out["by_size.nmalloc_nonzero"] = [[i, number(n)] for i, n in enumerate(counts) if n]
        if memstats.has("heapStats"):
            out["heapStats_sum"] = self.heap_stats(memstats.field("heapStats.stats"))
        try:
            pacer = scalars(self.program.symbol("runtime.gcController"), max_array=4)
            out["gcController"] = {k: v for k, v in pacer.items() if v}
        except Missing:
            pass
        return out

    @staticmethod
    def heap_stats(generations):
        """The three generations of the delta, added up."""
        total = {}
        for generation in generations:
            for name in generation.type.fields:
                if name.startswith("_"):
                    continue
                place = generation.field(name)
                if place.type.kind == ARRAY:
                    row = total.setdefault(name, [0] * len(place))
                    for i, each in enumerate(place):
                        row[i] += each.get()
                else:
                    total[name] = total.get(name, 0) + place.get()
        out = {}
        for name, value in total.items():
            if isinstance(value, list):
                value = [[i, number(each)] for i, each in enumerate(value) if each]
            if value:
                out[name] = number(value) if isinstance(value, int) else value
        return out

    def module(self):
        data = self.program.symbol("runtime.firstmoduledata")
        names = ("text", "etext", "noptrdata", "data", "bss", "noptrbss", "end")
        return {name: hex(data.field(name).get()) for name in names if data.has(name)}

    def of_system(self, pid):
        """What /proc says of the process: sizes in bytes."""
        out = {}
        with open("/proc/%d/status" % pid) as lines:
            for line in lines:
                key = {"VmRSS:": "rss", "VmSize:": "vsize"}.get(line.split()[0])
                if key:
                    out[key] = int(line.split()[1]) * 1024
        return out
