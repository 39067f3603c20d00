"""python3 -m unittest discover -s test/recorder/gdb"""

import json
import unittest

import synthetic
from synthetic import BOOLEAN, Lines, Machine, Program, array, integer, pointer, record, slice_of, uint

from arenas import Arenas, bit_runs, runs
from channel import ROWS, Channel
from layout import Place, number, scalars
from memory import MAX_READ, PAGE, Missing
from spans import SpanRecord, allspans, bases


class MemoryReads(unittest.TestCase):
    def test_a_value_across_two_pages_is_read_from_both(self):
        machine = Machine()
        machine.map(0x1000, 2 * PAGE)
        machine.put(0x1FFC, 0x1122334455667788, 8)
        self.assertEqual(machine.memory.word(0x1FFC), 0x1122334455667788)

    def test_the_order_and_size_of_a_word_are_those_of_the_machine(self):
        machine = Machine(pointer_size=4, big_endian=True)
        machine.map(0x1000, PAGE)
        machine.poke(0x1000, b"\x01\x02\x03\x04\x05\x06\x07\x08")
        self.assertEqual(machine.memory.word(0x1000), 0x01020304)
        self.assertEqual(machine.memory.words(0x1000, 2), (0x01020304, 0x05060708))

    def test_a_page_is_read_once_until_the_process_runs(self):
        machine = Machine()
        machine.map(0x1000, PAGE)
        for _ in range(3):
            machine.memory.word(0x1008)
        self.assertEqual(len(machine.reads), 1)
        machine.put(0x1008, 5, 8)
        machine.memory.forget()
        self.assertEqual(machine.memory.word(0x1008), 5)

    def test_a_large_piece_is_read_in_pieces_and_not_kept(self):
        machine = Machine()
        machine.map(0x100000, 3 * MAX_READ)
        self.assertEqual(len(machine.memory.bulk(0x100000, 2 * MAX_READ + 1)), 2 * MAX_READ + 1)
        self.assertEqual(max(size for _, size in machine.reads), MAX_READ)
        self.assertEqual(machine.memory.pages, {})

    def test_what_is_not_mapped_is_missing(self):
        with self.assertRaisesRegex(Missing, "0x5000"):
            Machine().memory.word(0x5000)

    def test_scattered_pieces_are_read_together_where_they_are_near_and_never_across_a_hole(self):
        machine = Machine()
        machine.map(0x10000, PAGE)
        machine.map(0x12000, PAGE)
        addresses = [0x12000, 0x10000 + PAGE - 8, 0x10000, 0x10020, 0x10020]
        for i, address in enumerate(addresses):
            machine.put(address, i + 1, 8)
        found = [(a, int.from_bytes(b[o : o + 8], "little")) for a, b, o in machine.memory.scattered(addresses, 8)]
        self.assertEqual(found, [(0x10000, 3), (0x10020, 5), (0x10FF8, 2), (0x12000, 1)])
        self.assertEqual(len(machine.reads), 3)


class Runs(unittest.TestCase):
    def test_equal_values_are_joined(self):
        self.assertEqual(runs([0, 0, 7, 7, 7, 0]), [(0, 2, 0), (2, 3, 7), (5, 1, 0)])
        self.assertEqual(runs([]), [])

    def test_set_bits_are_joined_and_give_the_bits_back(self):
        self.assertEqual(bit_runs(0), [])
        self.assertEqual(bit_runs(0b1), [[0, 1]])
        self.assertEqual(bit_runs((1 << 512) - 1), [[0, 512]])
        for value in (0b1011001110001, 1 << 511, 0xF0F0 << 60 | 5):
            again = sum(((1 << n) - 1) << first for first, n in bit_runs(value))
            self.assertEqual(again, value)


class Scalars(unittest.TestCase):
    def setUp(self):
        self.machine = Machine()
        self.machine.map(0x1000, PAGE)

    def dump(self, type, **more):
        return scalars(Place(self.machine.memory, 0x1000, type), **more)

    def test_are_found_by_path_through_structs_short_arrays_and_atomic_types(self):
        atomic = record(noCopy=record(), value=uint(4))
        type = record(a=record(n=uint(4)), list=array(2, uint(2)), long=array(9, uint(1)), count=atomic, _=uint(8))
        for i in range(64):
            self.machine.put(0x1000 + i, i, 1)
        self.assertEqual(self.dump(type), {
            "a.n": 0x03020100, "list[0]": 0x0504, "list[1]": 0x0706, "count": 0x14131211})

    def test_addresses_are_hexadecimal_and_so_is_what_a_float64_cannot_hold(self):
        type = record(next=pointer(), wide=uint(8, "uint64"), base=uint(8, "uintptr"), tiny=uint(8, "uintptr"))
        for i, value in enumerate((0, 1 << 53, 1 << 32, 5)):
            self.machine.put(0x1000 + 8 * i, value, 8)
        self.assertEqual(self.dump(type), {
            "next": "0x0", "wide": "0x20000000000000", "base": "0x100000000", "tiny": "0x5"})

    def test_signs_and_truth_are_kept(self):
        self.machine.put(0x1000, -2, 8)
        self.machine.put(0x1008, 1, 1)
        self.assertEqual(self.dump(record(credit=integer(8), down=BOOLEAN)), {"credit": -2, "down": True})

    def test_a_number_that_json_has_not_is_written_as_its_name(self):
        self.assertEqual([number(x) for x in (float("inf"), float("-inf"), float("nan"), 0.5)],
                         ["Infinity", "-Infinity", "NaN", 0.5])
        self.assertEqual(number(-(1 << 53)), "-0x20000000000000")

    def test_a_field_that_the_release_has_not_is_missing_by_name(self):
        with self.assertRaisesRegex(Missing, "runtime.p has no field pcache"):
            Place(self.machine.memory, 0x1000, record("runtime.p", id=uint(4))).field("pcache.base")

    def test_a_place_without_elements_is_a_place_nevertheless(self):
        self.assertTrue(Place(self.machine.memory, 0x1000, record(x=uint(1))))


def mspan(pointer_size=8):
    word = uint(pointer_size, "uintptr")
    return record(
        "runtime.mspan", size=20 * pointer_size,
        next=pointer(pointer_size), startAddr=word, npages=word, freeindex=word, nelems=word,
        allocCache=(6 * pointer_size, uint(8)), allocBits=pointer(pointer_size), gcmarkBits=pointer(pointer_size),
        sweepgen=uint(4), allocCount=uint(2), spanclass=uint(1), state=record(s=record(value=uint(1))), needzero=uint(1),
        elemsize=(17 * pointer_size, word), limit=word)


class Spans(unittest.TestCase):
    def made(self, pointer_size=8, big_endian=False):
        machine = Machine(pointer_size, big_endian)
        machine.map(0x10000, 16 * PAGE)
        type = mspan(pointer_size)
        heap = record(allspans=slice_of(pointer(pointer_size)) if pointer_size == 8 else record(
            array=pointer(4, pointer(4)), len=uint(4), cap=uint(4)))
        return machine, type, Place(machine.memory, 0x1F000, heap)

    def fill(self, machine, type, address, **values):
        place = Place(machine.memory, address, type)
        for name, value in values.items():
            field = place.field(name).unwrapped()
            machine.put(field.address, value, field.type.size)

    def test_a_record_is_decoded_at_once_whatever_the_machine(self):
        for pointer_size, big_endian in ((8, False), (8, True), (4, False), (4, True)):
            machine, type, _ = self.made(pointer_size, big_endian)
            self.fill(machine, type, 0x10000, startAddr=0x40002000, npages=3, spanclass=5, elemsize=48, nelems=512,
                      allocCount=7, freeindex=9, sweepgen=4, needzero=1, limit=0x40008000,
                      allocCache=0xFFFFFFFFFFFFFE00, state=1, allocBits=0x11110)
            span = SpanRecord(machine.memory, type)
            row = dict(zip(span.columns, span.row(machine.read(0x10000, type.size), 0)))
            self.assertEqual(row, {
                "base": "0x40002000", "npages": 3, "spanclass": 5, "elemsize": 48, "nelems": 512, "allocCount": 7,
                "freeindex": 9, "sweepgen": 4, "needzero": 1, "limit": "0x40008000",
                "allocCache": "0xfffffffffffffe00", "state": 1, "allocBits": True, "gcmarkBits": False})

    def test_all_spans_are_written_in_their_order_without_those_that_were_never_used(self):
        machine, type, heap = self.made()
        order = [0x13000, 0x10000, 0x12000, 0x11000]
        for i, address in enumerate(order):
            machine.word(0x1E000 + 8 * i, address)
            if i != 2:
                self.fill(machine, type, address, startAddr=0xC000000000 + 0x2000 * i, npages=1)
        for name, value in (("array", 0x1E000), ("len", 4), ("cap", 512)):
            machine.word(heap.field("allspans." + name).address, value)
        lines = Lines()
        allspans(Program(machine, {"runtime.mspan": type}), heap, ["s"], lines)
        self.assertEqual(lines.values["s"]["len"], 4)
        self.assertEqual([row[0] for row in lines.values["s/rows"]], ["0xc000000000", "0xc000002000", "0xc000006000"])
        self.assertEqual(lines.values["s/row_index"], [0, 1, 3])
        self.assertEqual(lines.values["s/uninitialised"], 1)
        self.assertEqual(lines.events, [("spans", 4, 4)])

    def test_no_spans_are_no_error(self):
        machine, type, heap = self.made()
        lines = Lines()
        allspans(Program(machine, {"runtime.mspan": type}), heap, ["s"], lines)
        self.assertEqual(lines.values["s"]["columns"], ["base"])
        self.assertNotIn("s/rows", lines.values)

    def test_bases_are_looked_up_by_the_address_of_the_record(self):
        machine, type, _ = self.made()
        self.fill(machine, type, 0x10000, startAddr=0xC000000000)
        self.fill(machine, type, 0x11000, startAddr=0xC000002000)
        found = bases(Program(machine, {"runtime.mspan": type}), {0x10000, 0x11000})
        self.assertEqual(found, {0x10000: 0xC000000000, 0x11000: 0xC000002000})


class HeapArenas(unittest.TestCase):
    def arenas(self, constants, goarch="amd64"):
        machine = Machine()
        types = {"runtime.heapArena": record("runtime.heapArena", spans=array(8192, pointer()))}
        return Arenas(Program(machine, types, constants), Place(machine.memory, 0, record()), goarch)

    def test_lie_where_the_release_puts_them_whether_it_adds_or_subtracts_the_offset(self):
        added = self.arenas({"runtime.arenaBaseOffset": 1 << 47})
        subtracted = self.arenas({"runtime.arenaBaseOffsetUintptr": 0xFFFF800000000000})
        unknown = self.arenas({})
        for arenas in (added, subtracted, unknown):
            self.assertEqual(arenas.bytes, 64 << 20)
            self.assertEqual(hex(arenas.start(2109440)), "0xc000000000")
            self.assertEqual(arenas.index(0xC000000000), 2109440)

    def test_begin_at_zero_on_other_machines(self):
        arenas = self.arenas({}, goarch="arm64")
        self.assertEqual((arenas.start(1), arenas.index(64 << 20)), (64 << 20, 1))


class Said(unittest.TestCase):
    def setUp(self):
        self.said = []
        self.channel = Channel(lambda data: self.said.append(data.decode()))

    def test_lines_are_counted_events_are_not(self):
        self.channel.line({"schema": "go-heap-state/2"})
        self.channel.event("opened", pid=1)
        self.channel.omit(["phases", "main", "pages"], "no symbol")
        self.channel.end()
        self.assertEqual(self.said[1], '!{"pid":1,"event":"opened"}\n')
        omitted = [{"path": ["phases", "main", "pages"], "why": "no symbol"}]
        self.assertEqual(json.loads(self.said[-1]), {"end": {"lines": 1, "omitted": omitted}})

    def test_long_lists_are_cut_into_lines(self):
        self.channel.append(["x"], list(range(2 * ROWS + 1)))
        sizes = [len(json.loads(line)["append"]) for line in self.said]
        self.assertEqual(sizes, [ROWS, ROWS, 1])

    def test_progress_is_not_said_too_often_but_always_at_the_end(self):
        for i in range(1000):
            self.channel.progress("spans", i + 1, 1000)
        self.assertLess(len(self.said), 20)
        self.assertIn('"done":1000', self.said[-1])

    def test_a_number_that_json_has_not_is_an_error_and_no_broken_line(self):
        with self.assertRaises(ValueError):
            self.channel.value(["x"], float("nan"))
        self.assertEqual(self.said, [])


if __name__ == "__main__":
    unittest.main()
