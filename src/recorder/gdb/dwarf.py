"""The debugger's side of types and symbols: everything that the other modules know of a program comes from here.

Go's DWARF is read as if it were C's, and memory as bytes, so that neither the debugger's support of Go nor its pretty
printers matter.
"""

import re

import gdb
import layout
from layout import Place, Type
from memory import Memory, Missing

KINDS = {
    gdb.TYPE_CODE_STRUCT: layout.STRUCT,
    gdb.TYPE_CODE_UNION: layout.STRUCT,
    gdb.TYPE_CODE_ARRAY: layout.ARRAY,
    gdb.TYPE_CODE_PTR: layout.POINTER,
    gdb.TYPE_CODE_FUNC: layout.FUNC,
    gdb.TYPE_CODE_BOOL: layout.BOOL,
    gdb.TYPE_CODE_FLT: layout.FLOAT,
}


def read_memory(address, size):
    try:
        return bytes(gdb.selected_inferior().read_memory(address, size))
    except (gdb.MemoryError, OverflowError):
        raise Missing("no memory at 0x%x" % address)


class Program:
    """Types, symbols and memory of the program that the debugger has loaded."""

    def __init__(self):
        self.types = {}
        big_endian = "big endian" in gdb.execute("show endian", to_string=True)
        self.memory = Memory(read_memory, self.type("uintptr").size, big_endian)

    def type(self, name):
        """A type by its name, such as runtime.mspan."""
        if name not in self.types:
            self.types[name] = self.lookup(name)
        if self.types[name] is None:
            raise Missing("no type " + name)
        return self.types[name]

    def lookup(self, name):
        for each in (name, "struct " + name):
            try:
                return convert(gdb.lookup_type(each))
            except gdb.error:
                pass
        return None

    def symbol(self, name):
        """A variable by its name, such as runtime.mheap_."""
        try:
            value = gdb.parse_and_eval("'%s'" % name)
        except gdb.error:
            raise Missing("no symbol " + name)
        if value.address is None:
            raise Missing("no address for " + name)
        return Place(self.memory, int(value.address), convert(value.type))

    def variable(self, *names):
        """The value of the first of these variables that exists."""
        for name in names:
            try:
                return self.symbol(name).get()
            except Missing:
                pass
        raise Missing("no symbol " + " or ".join(names))

    def constant(self, *names):
        """The value of the first of these constants that exists."""
        for name in names:
            try:
                value = gdb.parse_and_eval("'%s'" % name)
                if value.address is None:
                    return int(value)
            except gdb.error:
                pass
        raise Missing("no constant " + " or ".join(names))

    def place(self, address, type):
        return Place(self.memory, address, self.type(type))

    def string(self, name):
        """A variable of type string."""
        place = self.symbol(name)
        length = place.field("len").get()
        if not 0 <= length <= 1024:
            raise Missing("%s has a length of %d" % (name, length))
        return self.memory.read(place.field("str").get(), length).decode("utf-8", "replace") if length else ""

    def name_of(self, address):
        """The symbol that lies at an address, or None."""
        said = gdb.execute("info symbol 0x%x" % address, to_string=True).strip()
        if " in section" not in said:
            return None
        # Some versions print Go's runtime.x as runtime[x].
        return re.sub(r"\[(\w+)\]", r".\1", said.split(" in section")[0])


def convert(of):
    """A debugger's type as a Type; what it refers to is converted when it is asked for."""
    bare = of.strip_typedefs()
    name = str(of).replace("struct ", "")
    kind = KINDS.get(bare.code)
    if kind is None:
        # Before version 12 the debugger does not say whether a number has a sign: Go's names do.
        signed = bare.code == gdb.TYPE_CODE_INT and getattr(bare, "is_signed", str(bare).startswith("int"))
        kind = layout.INT if signed else layout.UINT
    if kind == layout.STRUCT:
        return Type(kind, bare.sizeof, name, fields=lambda: fields_of(bare))
    if kind == layout.ARRAY:
        low, high = bare.range()
        return Type(kind, bare.sizeof, name, count=high - low + 1, element=lambda: convert(bare.target()))
    if kind == layout.POINTER:
        return Type(kind, bare.sizeof, name, target=lambda: convert(bare.target()))
    return Type(kind, bare.sizeof, name)


def fields_of(struct):
    """Fields in their order. Blank fields get names of their own: _, _1, _2 …"""
    out, blanks = {}, 0
    for each in struct.fields():
        name = each.name
        if name is None or name == "_":
            name = "_%d" % blanks if blanks else "_"
            blanks += 1
        out[name] = (each.bitpos // 8, convert(each.type))
    return out
