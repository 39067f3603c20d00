"""What lies between allocation and the heap: fixallocs, hints, mcaches and the Ps that have them, mcentrals."""

from itertools import islice

from layout import STRUCT, Place, number, scalars
from memory import Missing

MOST = 1 << 24  # links of a list that are followed: more than any heap has, so a broken list ends, too
LISTED = 10000  # spans of a list that are recorded; the rest is only counted


class Caches:
    def __init__(self, program, mheap, omit):
        """omit(section, why) notes what is left out."""
        self.omit = omit
        self.program = program
        self.memory = program.memory
        self.mheap = mheap
        self.empty = program.symbol("runtime.emptymspan").address
        self.counters = None
        self.m0_cache = 0  # address of the mcache that m0 had at mallocinit, once that is known

    # Fixed pieces

    def fixallocs(self):
        found = {name: at for name, at in self.mheap.type.fields.items() if at[1].name == "runtime.fixalloc"}
        return {name: self.fixalloc(Place(self.memory, self.mheap.address + offset, type), offset)
                for name, (offset, type) in found.items()}

    def fixalloc(self, place, offset):
        first, arg, stat = place.field("first").get(), place.field("arg").get(), place.field("stat").get()
        out = {
            "offset": offset,
            "size": place.field("size").get(),
            "first": self.program.name_of(self.memory.word(first)) if first else None,
            "arg": self.program.name_of(arg) if arg else None,
            "list": hex(place.field("list").get()),
            "list_len": sum(1 for _ in self.follow(place.field("list").get(), 0)),
            "chunk": hex(place.field("chunk").get()),
            "nchunk": place.field("nchunk").get(),
            "inuse": place.field("inuse").get(),
            "stat": self.counter(stat),
            "zero": place.field("zero").get(),
        }
        if place.has("nalloc"):
            out["nalloc"] = place.field("nalloc").get()
        if stat:
            out["stat_value"] = self.memory.uint(stat, 8)
        return out

    def follow(self, address, next_offset):
        """The addresses of a linked list."""
        for _ in range(MOST):
            if not address:
                return
            yield address
            address = self.memory.word(address + next_offset)

    def counter(self, address):
        """The statistic that lies at an address, by name."""
        if self.counters is None:
            self.counters = {}
            for name in ("memstats", "gcController"):
                try:
                    self.name_counters(self.program.symbol("runtime." + name), name)
                except Missing:
                    pass
        return self.counters.get(address)

    def name_counters(self, place, path):
        inner = place.unwrapped()
        if inner.type.kind == STRUCT:
            for name, (offset, type) in place.type.fields.items():
                if not name.startswith("_"):
                    self.name_counters(Place(self.memory, place.address + offset, type), path + "." + name)
        elif not inner.type.count:
            self.counters.setdefault(inner.address, path)

    # Where the heap will grow

    def hints(self, path):
        hint = self.program.type("runtime.arenaHint")
        addresses = self.follow(self.mheap.field(path).get(), hint.fields["next"][0])
        places = [Place(self.memory, address, hint) for address in addresses]
        down = [i for i, place in enumerate(places) if place.field("down").get()]
        return {
            "count": len(places),
            "addr": [hex(place.field("addr").get()) for place in places],
            "any_down": bool(down),
            "down_at": down,
        }

    def hint_step(self):
        first = self.mheap.field("arenaHints").target()
        second = first.field("next").target() if first else None
        return first.address - second.address if second else None

    # Caches

    def m0_cache_now(self):
        """(address, where it was found)"""
        try:
            address = self.program.symbol("runtime.m0").field("mcache").get()
            if address:
                return address, "m0.mcache"
        except Missing:
            pass
        try:
            return self.program.variable("runtime.mcache0"), "mcache0"
        except Missing:
            return 0, None

    def mcache(self, address):
        if not address:
            return None
        place = self.program.place(address, "runtime.mcache")
        start = self.program.type("runtime.mspan").fields["startAddr"][0]
        alloc = place.field("alloc")
        spans = self.memory.words(alloc.address, len(alloc))
        cached = [[i, hex(self.memory.word(p + start)) if p else None] for i, p in enumerate(spans) if p != self.empty]
        fields = scalars(place, skip=("alloc", "reusableNoscan"))
        counts = ("local_nsmallfree", "smallFreeCount")
        return {
            "address": hex(address),
            "alloc_len": len(alloc),
            "all_alloc_empty": not cached,
            "cached": cached,
            "fields": {name: value for name, value in fields.items() if not name.startswith(counts)},
        }

    def ps(self):
        array, length, capacity, _ = self.program.symbol("runtime.allp").slice()
        return {"len": length, "cap": capacity, "list": [self.p(p) for p in self.memory.words(array, length)]}

    def p(self, address):
        place = self.program.place(address, "runtime.p")
        cache = place.field("mcache").get()
        out = {"id": place.field("id").get(), "status": place.field("status").get()}
        if self.m0_cache:
            out["mcache_is_m0s"] = cache == self.m0_cache
        out["mcache"] = self.mcache(cache)
        if place.has("pcache"):
            out["pcache"] = {name: hex(place.field("pcache." + name).get()) for name in ("base", "cache", "scav")}
        if place.has("mspancache"):
            out["mspancache_len"] = place.field("mspancache.len").get()
        if place.has("palloc"):
            out["palloc"] = {"base": hex(place.field("palloc.base").get()), "off": place.field("palloc.off").get()}
        return out

    # Spans by class

    def central(self):
        central = self.mheap.field("central")
        places = [element.field("mcentral") for element in central]
        classes = [place.field("spanclass").get() for place in places]
        found = [(i, self.mcentral(place, classes[i])) for i, place in enumerate(places)]
        lists = {"nonempty", "empty", "partial", "full"}
        in_order = classes == list(range(len(classes)))
        return {
            "count": len(classes),
            "spanclass_equals_index": in_order,
            "spanclass": None if in_order else classes,
            "all_empty": not any(lists & set(each) for _, each in found),
            "stride": central.type.element.size,
            "not_empty": [dict(each, index=i, spanclass=classes[i]) for i, each in found if each],
        }

    def mcentral(self, place, spanclass):
        out = {}
        for name in ("nonempty", "empty"):
            what = "the %s list of span class %d" % (name, spanclass)
            spans = self.span_list(place.field(name), "central", what) if place.has(name) else []
            if spans:
                out[name] = [hex(span.field("startAddr").get()) for span in spans]
        if place.has("nmalloc") and place.field("nmalloc").get():
            out["nmalloc"] = place.field("nmalloc").get()
        for name in ("partial", "full"):
            if place.has(name):
                sets = [self.span_set(each) for each in place.field(name)]
                if any(head != tail for head, tail in sets):
                    out[name] = sets
        return out

    def span_list(self, place, section, what):
        """The spans of an mSpanList."""
        mspan = self.program.type("runtime.mspan")
        addresses = self.follow(place.field("first").get(), mspan.fields["next"][0])
        return [Place(self.memory, address, mspan) for address in self.shortened(addresses, section, what)]

    def shortened(self, items, section, what):
        """The first items of what may be a long list."""
        items = iter(items)
        first = list(islice(items, LISTED))
        more = sum(1 for _ in items)
        if more:
            self.omit(section, "%s has %d elements: the first %d are recorded" % (what, len(first) + more, len(first)))
        return first

    @staticmethod
    def span_set(place):
        """Head and tail of a spanSet."""
        index = place.field("index").get()
        return [index >> 32, index & 0xFFFFFFFF]

    def free_treaps(self):
        """Up to go1.13: the treaps of free spans, in order."""
        out = {}
        for name in ("free", "scav"):
            if self.mheap.has(name) and self.mheap.field(name).has("treap"):
                nodes = self.treap(self.mheap.field(name + ".treap").target())
                out[name + "_treap"] = self.shortened(nodes, "freelists", "the treap mheap.%s" % name)
        return out

    @staticmethod
    def treap(node):
        above = []
        while node or above:
            while node:
                above.append(node)
                node = node.field("left").target()
            node = above.pop()
            span = node.first("spanKey", "span").target()
            row = {"base": hex(span.field("startAddr").get()), "npages": span.field("npages").get(),
                   "root": node.field("parent").get() == 0}
            for key in ("npagesKey", "maxPages", "types"):
                if node.has(key):
                    row[key] = number(node.field(key).get())
            yield row
            node = node.field("right").target()

    def stack_pools(self):
        pools = []
        for i, order in enumerate(self.program.symbol("runtime.stackpool")):
            place = order.field("item.span") if order.has("item") else order
            spans = self.span_list(place, "stacks", "stackpool[%d]" % i)
            pools.append([{"base": hex(span.field("startAddr").get()), "npages": span.field("npages").get(),
                           "allocCount": span.field("allocCount").get(), "elemsize": span.field("elemsize").get()}
                          for span in spans])
        return {"stackpool": pools}
