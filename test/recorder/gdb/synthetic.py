"""Memory and types made by hand, so that the recorder's decoding can be tested without a debugger and without Go."""

import os
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../src/recorder/gdb"))

from layout import ARRAY, BOOL, INT, POINTER, STRUCT, UINT, Place, Type  # noqa: E402
from memory import PAGE, Memory, Missing  # noqa: E402


class Machine:
    """Pages that can be written to; what lies between them is not mapped."""

    def __init__(self, pointer_size=8, big_endian=False):
        self.pages = {}
        self.reads = []
        self.memory = Memory(self.read, pointer_size, big_endian)

    def map(self, address, size):
        for page in range(address // PAGE, -(-(address + size) // PAGE)):
            self.pages.setdefault(page, bytearray(PAGE))

    def read(self, address, size):
        self.reads.append((address, size))
        out = bytearray()
        while size:
            page, start = divmod(address, PAGE)
            if page not in self.pages:
                raise Missing("no memory at 0x%x" % address)
            part = self.pages[page][start : start + size]
            out += part
            address, size = address + len(part), size - len(part)
        return bytes(out)

    def poke(self, address, data):
        for i, byte in enumerate(data):
            self.pages[(address + i) // PAGE][(address + i) % PAGE] = byte

    def put(self, address, value, size):
        signed = value < 0
        self.poke(address, value.to_bytes(size, "big" if self.memory.big_endian else "little", signed=signed))

    def word(self, address, value):
        self.put(address, value, self.memory.pointer_size)


def uint(size, name=""):
    return Type(UINT, size, name)


def integer(size):
    return Type(INT, size)


BOOLEAN = Type(BOOL, 1)


def pointer(size=8, to=None):
    return Type(POINTER, size, "void *", target=to)


def array(count, element):
    return Type(ARRAY, count * element.size, element=element, count=count)


def record(name="", size=None, **fields):
    """A struct whose fields follow each other without padding, or lie where (offset, type) says."""
    placed, at = {}, 0
    for field, type in fields.items():
        offset, type = type if isinstance(type, tuple) else (at, type)
        placed[field] = (offset, type)
        at = offset + type.size
    return Type(STRUCT, size or at, name, fields=placed)


def slice_of(element):
    return record(array=pointer(to=element), len=uint(8), cap=uint(8))


class Lines:
    """A channel that keeps what it is told."""

    def __init__(self):
        self.values = {}
        self.events = []

    def value(self, path, value):
        self.values["/".join(path)] = value

    def append(self, path, items):
        self.values.setdefault("/".join(path), []).extend(items)

    def progress(self, what, done, total):
        self.events.append((what, done, total))


class Program:
    """The parts of dwarf.Program that decoding needs."""

    def __init__(self, machine, types, constants=None):
        self.memory = machine.memory
        self.types = types
        self.constants = constants or {}

    def type(self, name):
        if name not in self.types:
            raise Missing("no type " + name)
        return self.types[name]

    def place(self, address, name):
        return Place(self.memory, address, self.type(name))

    def constant(self, *names):
        for name in names:
            if name in self.constants:
                return self.constants[name]
        raise Missing("no constant " + names[0])
