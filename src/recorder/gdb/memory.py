"""Reading a process's memory, in few and large pieces.

A Memory is given a function that reads bytes, and the width and order of a word. Single values come through a cache of
pages, since what is read next mostly lies near what was read last; tables are read in one piece and are not kept. The
cache is bounded: a recording needs the same memory for a heap of any size. It must be forgotten when the process runs.
"""

import struct

PAGE = 4096
MAX_CACHED = 16384  # pages: 64 MiB
MAX_READ = 1 << 20  # bytes
GAP = 2048  # bytes: pieces that lie nearer than this are read together; no page fits between them


class Missing(Exception):
    """Something that is not there: a symbol, a type, a field, a page. The message says what."""


class Memory:
    def __init__(self, read, pointer_size, big_endian):
        """read(address, size) returns bytes or throws Missing."""
        self.read_bytes = read
        self.pointer_size = pointer_size
        self.big_endian = big_endian
        self.order = ">" if big_endian else "<"
        self.mask = (1 << 8 * pointer_size) - 1
        self.pages = {}

    def forget(self):
        """To be called whenever the process has run."""
        self.pages = {}

    def read(self, address, size):
        first, last = address // PAGE, (address + size - 1) // PAGE
        if first == last:
            start = address - first * PAGE
            return self.page(first)[start : start + size]
        if size > 16 * PAGE:
            return self.bulk(address, size)
        whole = b"".join(self.page(n) for n in range(first, last + 1))
        start = address - first * PAGE
        return whole[start : start + size]

    def page(self, number):
        if number not in self.pages:
            if len(self.pages) >= MAX_CACHED:
                self.forget()
            self.pages[number] = self.read_bytes(number * PAGE, PAGE)
        return self.pages[number]

    def bulk(self, address, size):
        """A large piece, past the cache."""
        pieces = range(address, address + size, MAX_READ)
        return b"".join(self.read_bytes(at, min(MAX_READ, address + size - at)) for at in pieces)

    def uint(self, address, size):
        return int.from_bytes(self.read(address, size), "big" if self.big_endian else "little")

    def word(self, address):
        return self.uint(address, self.pointer_size)

    def float(self, address, size):
        return struct.unpack(self.order + ("d" if size == 8 else "f"), self.read(address, size))[0]

    def words(self, address, count):
        """A table of words, past the cache."""
        if count == 0:
            return ()
        raw = self.bulk(address, count * self.pointer_size)
        return struct.unpack("%s%d%s" % (self.order, count, "Q" if self.pointer_size == 8 else "I"), raw)

    def scattered(self, addresses, size):
        """Pieces of one size at many addresses: address, buffer and offset in it, in order of address."""
        order = sorted(set(addresses))
        i = 0
        while i < len(order):
            j, start = i, order[i]
            while j + 1 < len(order) and order[j + 1] - order[j] <= size + GAP and order[j + 1] - start < MAX_READ:
                j += 1
            buffer = self.read_bytes(start, order[j] + size - start)
            for address in order[i : j + 1]:
                yield address, buffer, address - start
            i = j + 1
