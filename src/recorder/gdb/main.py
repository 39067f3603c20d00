"""The recorder's part inside the debugger: gdb runs this script.

It reads from standard input, as JSON, what is to be recorded, and writes lines of go-heap-state/2 and events (channel.py)
to descriptor 3. Nothing of a release is assumed: DWARF decides every offset.
"""

import datetime
import json
import os
import platform
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import gdb  # noqa: E402
from channel import Channel, descriptor  # noqa: E402

CHANNEL = Channel(descriptor(3))
os.set_inheritable(3, False)

import constants  # noqa: E402
import control  # noqa: E402
from control import Trouble  # noqa: E402
from dwarf import Program  # noqa: E402
from heap import Heap  # noqa: E402
from memory import Missing  # noqa: E402

BOOT = ("mallocinit", "procresize", "main")


def read_request():
    data = b""
    while True:
        piece = os.read(0, 1 << 16)
        if not piece:
            return json.loads(data.decode())
        data += piece


class Recording:
    def __init__(self, request):
        self.request = request
        self.program = None
        self.heap = None

    def run(self):
        request = self.request
        control.prepare()
        places = [at for at in request["at"] if at not in BOOT]
        if request["pid"]:
            control.attach(request["pid"])
            self.open(places)
            self.head()
            if not places:
                self.heap.record("attached", "attached to the running process")
        else:
            control.start(request["program"], request["args"], request["environment"])
            self.open(places)
            self.boot(request["at"])
        for place in places:
            control.go_to(place)
            self.heap.record(place, "%s, thread %d" % (control.line(), gdb.selected_thread().num))
        CHANNEL.end()
        control.let_go(bool(request["pid"]))

    def open(self, places):
        """What is needed of the program. What it has not is noticed before it runs."""
        try:
            self.program = Program()
            self.heap = Heap(self.program, CHANNEL, self.request["goarch"])
        except Missing as missing:
            raise Trouble("not-go", str(missing))
        for place in places:
            control.check(place)
        CHANNEL.event("opened", pid=gdb.selected_inferior().pid)

    def head(self):
        """What stands before the moments: the header, and what does not change."""
        program, request = self.program, self.request
        version = program.string("runtime.buildVersion")
        release = re.search(r"go(\d+\.\d+)", version)
        CHANNEL.event("version", version=version)
        CHANNEL.line({
            "schema": "go-heap-state/2",
            "release": release.group(1) if release else version,
            "go_version": version,
            "goos": "linux",
            "goarch": request["goarch"],
            "runner": "native",
            "recorder": "%s, gdb %s, Python %s" % (request["recorder"], gdb.VERSION, platform.python_version()),
            "recorded": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "program": request["about"],
            "gomaxprocs_env": request["gomaxprocs"],
            "aslr": randomized(gdb.selected_inferior().pid),
            "ptr_size": program.memory.pointer_size,
            "big_endian": program.memory.big_endian,
        })
        CHANNEL.value(["constants"], constants.constants(program))
        CHANNEL.value(["types"], constants.types(program, self.heap.mheap))
        CHANNEL.value(["class_tables"], constants.class_tables(program))

    def boot(self, moments):
        """The moments that every program comes through, in their order."""
        control.go_to(control.entry("runtime.mallocinit"))
        control.go_to(control.caller())
        self.program.memory.forget()
        self.heap.note_m0_cache()
        self.head()
        if "mallocinit" in moments:
            self.heap.record("mallocinit", "return of runtime.mallocinit")
        if "procresize" in moments:
            control.go_to(control.entry("runtime.procresize"))
            control.go_to(control.caller())
            self.heap.record("procresize", "return of runtime.procresize, called by runtime.schedinit")
        if "main" in moments:
            control.go_to(control.entry("main.main"))
            self.heap.record("main", "entry of main.main")


def randomized(pid):
    """Whether the process has randomized addresses; None if the system does not tell."""
    try:
        with open("/proc/%d/personality" % pid) as flags, open("/proc/sys/kernel/randomize_va_space") as level:
            return int(flags.read(), 16) & 0x0040000 == 0 and level.read().strip() != "0"
    except (OSError, ValueError):
        return None


def main():
    CHANNEL.event("hello", gdb=gdb.VERSION, python=platform.python_version())
    try:
        Recording(read_request()).run()
        CHANNEL.event("done")
    except Trouble as trouble:
        CHANNEL.event("trouble", kind=trouble.kind, about=str(trouble))
    except Missing as missing:
        CHANNEL.event("trouble", kind="missing", about=str(missing))
    except Exception as error:  # whatever it is, the one who waits must learn of it
        CHANNEL.event("trouble", kind="lost", about="%s: %s" % (type(error).__name__, error))
        raise


main()
