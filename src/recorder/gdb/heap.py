"""The heap at one moment: its sections in their order, each on its own.

A section that cannot be read is left out, and the recording says so; the others do not suffer. Only mheap.allspans must be
there: without it there is no recording.
"""

import gdb
from arenas import Arenas
from caches import Caches
from figures import Figures
from memory import Missing
from spans import allspans

NUMBERS = ("physPageSize", "physHugePageSize", "ncpu", "gomaxprocs", "newprocs", "gcphase")


class Heap:
    def __init__(self, program, channel, goarch):
        self.program = program
        self.channel = channel
        self.goarch = goarch
        self.mheap = program.symbol("runtime.mheap_")
        self.path = []
        self.caches = Caches(program, self.mheap, lambda section, why: channel.omit(self.path + [section], why))
        self.figures = Figures(program, self.mheap)

    def note_m0_cache(self):
        """To be called at mallocinit: later, m0's cache is a P's."""
        self.caches.m0_cache = self.caches.m0_cache_now()[0]

    def record(self, moment, at):
        """Writes all sections. `at` says where the process stands."""
        self.program.memory.forget()
        path = self.path = ["phases", moment]
        inferior = gdb.selected_inferior()
        self.channel.value(path + ["at"], at)
        self.channel.value(path + ["threads"], len(inferior.threads()))
        for name in NUMBERS:
            try:
                self.channel.value(path + [name], self.program.variable("runtime." + name))
            except Missing:
                pass
        self.section(path, "process", lambda: self.figures.of_system(inferior.pid))
        for name, read in self.sections():
            self.section(path, name, read)
        allspans(self.program, self.mheap, path + ["allspans"], self.channel)
        self.streamed(path + ["arenas"], lambda: self.arenas().write(path + ["arenas"], self.channel))
        if self.mheap.has("pages"):
            self.streamed(path + ["pages"], lambda: self.arenas().write_pages(path + ["pages"], self.channel))

    def sections(self):
        """(name, what reads it) of all sections that come in one piece."""
        caches, figures, mheap = self.caches, self.figures, self.mheap
        yield "m0_mcache_now", self.m0_cache_now
        if caches.m0_cache:
            yield "m0_mcache", lambda: caches.mcache(caches.m0_cache)
        yield "fixallocs", caches.fixallocs
        yield "arenaHints", lambda: caches.hints("arenaHints")
        yield "arenaHint_node_step", caches.hint_step
        if mheap.has("userArena"):
            yield "userArena.arenaHints", lambda: caches.hints("userArena.arenaHints")
        for name in ("heapArenaAlloc", "arena", "curArena"):
            if mheap.has(name):
                yield name, lambda name=name: figures.linear(name)
        yield "sweepgen", mheap.field("sweepgen").get
        yield "central", caches.central
        yield "mheap_scalars", figures.mheap_scalars
        yield "persistentalloc", figures.persistentalloc
        yield "gcBitsArenas", figures.gc_bits_arenas
        if mheap.has("free"):
            yield "freelists", caches.free_treaps
        yield "stacks", caches.stack_pools
        yield "allp", caches.ps
        yield "stats", figures.stats
        yield "firstmoduledata", figures.module

    def m0_cache_now(self):
        address, via = self.caches.m0_cache_now()
        return {"via": via, "address": hex(address)}

    def section(self, path, name, read):
        try:
            value = read()
        except (Missing, gdb.error, KeyError, OSError) as error:
            self.channel.omit(path + [name], str(error) or type(error).__name__)
        else:
            self.channel.value(path + [name], value)

    def streamed(self, path, write):
        try:
            write()
        except (Missing, gdb.error, KeyError) as error:
            self.channel.omit(path, str(error) or type(error).__name__)

    def arenas(self):
        return Arenas(self.program, self.mheap, self.goarch)
