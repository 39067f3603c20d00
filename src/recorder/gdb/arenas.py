"""The heap's arenas, the span that each page belongs to, and from go1.14 the page allocator's bitmaps."""

from layout import STRUCT, number, scalars
from memory import Missing
from spans import bases

BITMAPS = ("pageInUse", "pageMarks", "pageSpecials", "pageUseSpanInlineMarkBits")
PAGE_SIZE = 8192  # bytes; the same in all releases, and in DWARF of some


class Arenas:
    """How this release divides the address space."""

    def __init__(self, program, mheap, goarch):
        self.program = program
        self.memory = program.memory
        self.mheap = mheap
        self.heap_arena = program.type("runtime.heapArena")
        self.pages = self.heap_arena.fields["spans"][1].count
        self.bytes = self.pages * PAGE_SIZE
        self.base_offset = self.offset(goarch) & self.memory.mask

    def offset(self, goarch):
        """Address of arena 0. go1.14 and earlier add the constant to an address; later ones subtract it."""
        try:
            return self.program.constant("runtime.arenaBaseOffsetUintptr")
        except Missing:
            pass
        try:
            value = self.program.constant("runtime.arenaBaseOffset") & self.memory.mask
        except Missing:
            value = 1 << 47 if goarch == "amd64" else 0
        return value if value >> (8 * self.memory.pointer_size - 1) else -value

    def start(self, index):
        return (index * self.bytes + self.base_offset) & self.memory.mask

    def index(self, address):
        return ((address - self.base_offset) & self.memory.mask) // self.bytes

    def listed(self):
        """(indices, where they come from)"""
        for name in ("heapArenas", "allArenas"):
            if self.mheap.has(name):
                array, length, capacity, of = self.mheap.field(name).slice()
                indices = [self.memory.uint(array + i * of.size, of.size) for i in range(length)]
                return indices, {"field": name, "len": length, "cap": capacity}
        raise Missing("mheap has no list of arenas: go1.12 and later have")

    def pointer(self, index):
        """Address of the arena's heapArena, or 0."""
        level1 = self.mheap.field("arenas")
        level2 = level1.type.element.target.count
        pointer = level1[index // level2].target()
        return pointer[index % level2].get() if pointer else 0

    def write(self, path, channel):
        indices, source = self.listed()
        channel.value(path, {"source": source, "base_offset": hex(self.base_offset), "list": []})
        for done, index in enumerate(indices):
            channel.append(path + ["list"], [self.arena(index)])
            channel.progress("arenas", done + 1, len(indices))

    def arena(self, index):
        start, address = self.start(index), self.pointer(index)
        out = {"index": index, "start": hex(start), "end": hex(start + self.bytes), "heapArena": hex(address)}
        if not address:
            return out
        place = self.program.place(address, "runtime.heapArena")
        spans = self.memory.words(place.field("spans").address, self.pages)
        base = bases(self.program, {p for p in spans if p})
        out["spans_runs"] = [[page, n, hex(base[p]) if p else None] for page, n, p in runs(spans)]
        for name in BITMAPS:
            if place.has(name):
                bitmap = place.field(name)
                raw = self.memory.read(bitmap.address, bitmap.type.size)
                out[name] = [[i, byte] for i, byte in enumerate(raw) if byte]
        if place.has("zeroedBase"):
            out["zeroedBase"] = number(place.field("zeroedBase").get())
        return out

    def write_pages(self, path, channel):
        """The page allocator: the bitmaps of the chunks in use."""
        pages = self.mheap.field("pages")
        array, length, _, of = pages.field("inUse.ranges").slice()
        ranges = []
        for i in range(length):
            place = self.program.place(array + i * of.size, "runtime.addrRange")
            ranges.append([place.first(name + ".a", name).get() for name in ("base", "limit")])
        chunk = self.chunk_bytes(pages)
        fields = scalars(pages, max_array=4, skip=("summary", "chunks"))
        in_use = [[hex(base), hex(limit)] for base, limit in ranges]
        channel.value(path, {"fields": fields, "inUse": in_use, "chunk_bytes": chunk, "chunks": []})
        todo = [address for base, limit in ranges for address in range(base - base % chunk, limit, chunk)]
        for i in range(0, len(todo), 100):
            channel.append(path + ["chunks"], [self.chunk(pages, address, chunk) for address in todo[i : i + 100]])
            channel.progress("pages", min(i + 100, len(todo)), len(todo))

    def chunk_bytes(self, pages):
        words = bitmap_of(self.level2(pages)[1].element, "pallocBits", "mallocBits")
        return words.count * 64 * PAGE_SIZE

    def level2(self, pages):
        """(whether there are two levels, the type of the second)"""
        of = pages.field("chunks").type
        two = of.element.is_pointer()
        return two, of.element.target if two else of

    def chunk(self, pages, address, size):
        index = ((address - self.base_offset) & self.memory.mask) // size
        chunks = pages.field("chunks")
        two, of = self.level2(pages)
        data = chunks[index // of.count].target()[index % of.count] if two else chunks[index]
        alloc = data.first("pallocBits", "mallocBits")
        return {
            "addr": hex(address),
            "chunk": index,
            "alloc_runs": self.bits(alloc),
            "scavenged_runs": self.bits(data.field("scavenged")),
        }

    def bits(self, place):
        while place.type.kind == STRUCT:  # a bitmap may be wrapped in structs
            place = place.field(next(iter(place.type.fields)))
        size = place.type.element.size
        value = 0
        for i in range(len(place)):
            value |= place[i].get() << (8 * size * i)
        return bit_runs(value)


def bitmap_of(type, *names):
    """The array in a chunk's bitmap."""
    type = next(type.fields[name][1] for name in names if name in type.fields)
    while type.kind == STRUCT:
        type = next(iter(type.fields.values()))[1]
    return type


def runs(values):
    """Runs of equal values: (index of the first, how many, value)."""
    out, start = [], 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start]:
            out.append((start, i - start, values[start]))
            start = i
    return out


def bit_runs(value):
    """Runs of set bits: [index of the first, how many]."""
    out, at = [], 0
    while value:
        zeros = (value & -value).bit_length() - 1
        value >>= zeros
        ones = (~value & (value + 1)).bit_length() - 1
        value >>= ones
        out.append([at + zeros, ones])
        at += zeros + ones
    return out
