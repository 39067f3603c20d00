"""What the recorder says: lines of the recording, and events for those who wait for it.

Both go through one descriptor. A line of the recording stands as it will stand in the file; an event is a line that
begins with "!". The other end may be gone at any time; that ends the recording.
"""

import json
import os
import time

ROWS = 500  # elements in a line


def dumps(value):
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


class Channel:
    def __init__(self, write):
        """write(bytes) passes bytes on, all of them."""
        self.write = write
        self.lines = 0
        self.omitted = []
        self.last = 0.0

    def line(self, value):
        self.write((dumps(value) + "\n").encode())
        self.lines += 1

    def value(self, path, value):
        self.line({"path": path, "value": value})

    def append(self, path, items):
        """More elements of a list, some to a line."""
        for i in range(0, len(items), ROWS):
            self.line({"path": path, "append": items[i : i + ROWS]})

    def omit(self, path, why):
        """Notes that something is left out, which is not an error."""
        self.omitted.append({"path": path, "why": why[:300]})
        self.event("omitted", path=path, why=why[:300])

    def end(self):
        self.line({"end": {"lines": self.lines, "omitted": self.omitted}})

    def event(self, event, **about):
        self.write(("!" + dumps(dict(about, event=event)) + "\n").encode())

    def progress(self, what, done, total):
        """Says how far it is, a few times a second. Also the moment to notice that nobody listens any more."""
        now = time.monotonic()
        if now - self.last > 0.2 or done == total:
            self.last = now
            self.event("progress", what=what, done=done, total=total)


def descriptor(fd):
    """A function that writes everything to a file descriptor."""

    def write(data):
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]

    return write
