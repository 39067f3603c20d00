"""mheap.allspans: a row for every span, decoded in bulk.

A heap of some GB has hundreds of thousands of spans. Their records are read in large pieces and each is decoded at once,
by a format that is made from its layout. Nothing of a span is kept.
"""

import struct

from layout import BOOL, INT, Place, number

BATCH = 8192  # spans that are looked at together

# Columns in their order: how a column is shown, and the field that it comes from if that has another name.
PLAIN, HEX, WHETHER = range(3)
COLUMNS = [("base", HEX), ("npages", PLAIN)]
COLUMNS += [(name, PLAIN) for name in "spanclass elemsize nelems allocCount freeindex sweepgen needzero scavenged".split()]
COLUMNS += [(name, PLAIN) for name in "divMul baseMask divShift divShift2".split()]
COLUMNS += [("limit", HEX), ("allocCache", HEX), ("isUserArenaChunk", PLAIN), ("largeType", HEX)]
COLUMNS += [(name, PLAIN) for name in "freeIndexForScan unusedsince npreleased incache scanIdx".split()]
COLUMNS += [("divMagic", PLAIN), ("state", PLAIN), ("allocBits", WHETHER), ("gcmarkBits", WHETHER), ("specials", WHETHER)]
FIELD = {"base": "startAddr"}

SIGNED = {1: "b", 2: "h", 4: "i", 8: "q"}


class SpanRecord:
    """How an mspan of this release is decoded."""

    def __init__(self, memory, mspan):
        self.size = mspan.size
        found = []  # (offset, size, code, column, how)
        for column, how in COLUMNS:
            for name, place in self.scalars_of(memory, mspan, column):
                type = place.type
                size = memory.pointer_size if type.is_pointer() else type.size
                code = SIGNED[size] if type.kind == INT else SIGNED[size].upper()
                found.append((place.address, size, code, name, WHETHER if type.kind == BOOL else how))
        self.columns = [name for _, _, _, name, _ in found]
        form, at = memory.order, 0
        for offset, size, code, _, _ in sorted(found):
            form += "%dx%s" % (offset - at, code)
            at = offset + size
        self.unpack = struct.Struct(form).unpack_from
        by_offset = sorted(range(len(found)), key=lambda i: found[i][0])
        self.order = [by_offset.index(i) for i in range(len(found))]
        self.how = [how for _, _, _, _, how in found]

    @staticmethod
    def scalars_of(memory, mspan, column):
        """The scalars that a column stands for: none where the release has no such field."""
        record = Place(memory, 0, mspan)
        name = FIELD.get(column, column)
        if not record.has(name):
            return []
        place = record.field(name).unwrapped()
        if column == "divMagic":
            return [("divMagic." + each, place.field(each)) for each in place.type.fields]
        return [(column, place)]

    def row(self, buffer, offset):
        """The row of a span, or None for one that was handed out and never used."""
        raw = self.unpack(buffer, offset)
        values = [raw[i] for i in self.order]
        if values[0] == 0 and values[1] == 0:
            return None
        how = self.how
        for i in range(len(values)):
            if how[i] == HEX:
                values[i] = hex(values[i])
            elif how[i] == WHETHER:
                values[i] = values[i] != 0
            elif values[i] >= 1 << 53:
                values[i] = number(values[i])
        return values


def allspans(program, mheap, path, channel):
    """Writes mheap.allspans."""
    memory = program.memory
    record = SpanRecord(memory, program.type("runtime.mspan"))
    array, length, capacity, _ = mheap.field("allspans").slice()
    # Without spans there was nothing to name columns by, and recordings from before have it so.
    columns = record.columns if length else ["base"]
    channel.value(path, {"len": length, "cap": capacity, "columns": columns, "row_index": [], "uninitialised": 0})
    unused = 0
    for start in range(0, length, BATCH):
        pointers = memory.words(array + start * memory.pointer_size, min(BATCH, length - start))
        rows = {}
        for address, buffer, offset in memory.scattered((p for p in pointers if p), record.size):
            rows[address] = record.row(buffer, offset)
        used = [(start + i, rows[p]) for i, p in enumerate(pointers) if p and rows[p] is not None]
        unused += len(pointers) - len(used)
        channel.append(path + ["rows"], [row for _, row in used])
        channel.append(path + ["row_index"], [index for index, _ in used])
        channel.progress("spans", start + len(pointers), length)
    channel.value(path + ["uninitialised"], unused)


def bases(program, pointers):
    """The base of each span, by the address of its record."""
    memory = program.memory
    mspan = program.type("runtime.mspan")
    offset, type = mspan.fields["startAddr"]
    read = struct.Struct(memory.order + SIGNED[type.size].upper()).unpack_from
    return {address - offset: read(buffer, at)[0] for address, buffer, at in memory.scattered(
        (p + offset for p in pointers), type.size)}
