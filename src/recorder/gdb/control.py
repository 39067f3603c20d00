"""Starting a program or attaching to one, and bringing it to the moment that is to be recorded.

A program that was started has the recorder's own standard input and output, reaches the debugger through no terminal and
is ended with the recording. One that was attached to is let go. Signals pass through; children of a fork go on alone.
"""

import os
import shlex

import gdb
from memory import Missing

# The program's standard input, output and error, which the debugger was given beside its own.
REDIRECT = "<&4 >&5 2>&6 3>&- 4<&- 5>&- 6>&-"

# What the debugger and the shell that it starts the program with change in the environment.
CHANGED = ("SHELL", "LINES", "COLUMNS", "PWD", "OLDPWD", "SHLVL", "_")

SETTINGS = """set debuginfod enabled off
set language c
set pagination off
set confirm off
set print inferior-events off
set print thread-events off
set breakpoint pending off
set detach-on-fork on
set follow-fork-mode parent
set exec-file-mismatch off
set startup-with-shell on
handle all nostop noprint pass"""


class Trouble(Exception):
    """Something that ends the recording. `kind` is one of those that the recorder explains to its user."""

    def __init__(self, kind, about=""):
        super().__init__(about)
        self.kind = kind


def prepare():
    for line in SETTINGS.split("\n"):
        try:
            gdb.execute(line, to_string=True)
        except gdb.error:
            pass  # an older debugger, which behaves so anyway


def start(path, args, environment):
    """Starts the program and stops it at its first instruction."""
    load(path)
    unset = ["-u " + name for name in CHANGED if name not in environment]
    restored = [shlex.quote("%s=%s" % (name, environment[name])) for name in CHANGED if name in environment]
    gdb.execute("set exec-wrapper /usr/bin/env " + " ".join(unset + restored))
    gdb.execute("set args %s %s" % (" ".join(shlex.quote(each) for each in args), REDIRECT))
    try:
        said = gdb.execute("starti", to_string=True)
    except gdb.error as error:
        raise Trouble("start", str(error))
    if not alive():
        raise Trouble("start", said.strip())


def attach(pid):
    load("/proc/%d/exe" % pid)
    try:
        gdb.execute("attach %d" % pid, to_string=True)
    except gdb.error as error:
        raise Trouble("attach", str(error))


def load(path):
    try:
        gdb.execute("file " + shlex.quote(path), to_string=True)
    except gdb.error as error:
        raise Trouble("file", str(error))


def alive():
    return gdb.selected_inferior().pid != 0


def stop_at(where):
    """A breakpoint at a place: an address, or what the debugger takes for one."""
    spec = "*0x%x" % where if isinstance(where, int) else where
    try:
        breakpoint = gdb.Breakpoint(spec, internal=True)
    except (gdb.error, RuntimeError) as error:
        raise Trouble("place", "%s: %s" % (where, error))
    if breakpoint.pending:
        breakpoint.delete()
        raise Trouble("place", "%s has no code in this program" % where)
    return breakpoint


def check(place):
    """Whether the program can be stopped there, before it runs."""
    stop_at(place).delete()


def go_to(where):
    """Runs until a place."""
    breakpoint = stop_at(where)
    ended = []
    gdb.events.exited.connect(ended.append)
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error as error:
        raise Trouble("lost", str(error))
    finally:
        gdb.events.exited.disconnect(ended.append)
        if breakpoint.is_valid():
            hits = breakpoint.hit_count
            breakpoint.delete()
        else:
            hits = 0
    if not alive():
        code = getattr(ended[0], "exit_code", None) if ended else None
        how = "was killed by a signal" if code is None else "ended with exit code %d" % code
        raise Trouble("ended", how)
    if not hits:
        raise Trouble("lost", "the program stopped at 0x%x" % gdb.newest_frame().pc())


def entry(function):
    """Address of a function's first instruction."""
    try:
        return int(gdb.parse_and_eval("'%s'" % function).address)
    except (gdb.error, TypeError):
        raise Missing("no function " + function)


def caller():
    """Where the function at whose entry the program stands will return to."""
    frame = gdb.newest_frame().older()
    if frame is None:
        raise Trouble("lost", "the debugger cannot tell who called " + str(gdb.newest_frame().name()))
    return frame.pc()


def line():
    """File and line where the program stands."""
    place = gdb.selected_frame().find_sal()
    if place.symtab is None:
        return "0x%x" % gdb.newest_frame().pc()
    return "%s:%d" % (os.path.basename(place.symtab.filename), place.line)


def let_go(attached):
    """Detaches from a program that was attached to, ends one that was started."""
    if alive():
        gdb.execute("detach" if attached else "kill", to_string=True)
