"""Types and typed places: what DWARF says, without the debugger that read it.

A Type is a size and a kind, and what the kind has: fields, elements, a target. A Place is an address with a type; its
parts are places, too. Nothing of a release is known here: a field that a release has not is Missing, and it is up to
the caller whether that matters.
"""

from memory import Missing

STRUCT, ARRAY, POINTER, FUNC, BOOL, INT, UINT, FLOAT = range(8)


class Type:
    """A type. `fields` of a struct: name -> (offset, Type); `count` and `element` of an array; `target` of a pointer."""

    def __init__(self, kind, size, name="", fields=None, count=0, element=None, target=None):
        self.kind = kind
        self.size = size
        self.name = name
        self._fields = fields
        self.count = count
        self._element = element
        self._target = target

    @property
    def fields(self):
        if callable(self._fields):
            self._fields = self._fields()
        return self._fields or {}

    @property
    def element(self):
        if callable(self._element):
            self._element = self._element()
        return self._element

    @property
    def target(self):
        if callable(self._target):
            self._target = self._target()
        return self._target

    def is_pointer(self):
        return self.kind in (POINTER, FUNC)

    def wrapped(self):
        """The field that holds the value of an atomic type such as atomic.Uint32, or None."""
        if self.kind != STRUCT:
            return None
        real = [name for name in self.fields if not name.startswith("_") and name != "noCopy"]
        return real[0] if real in (["value"], ["u"], ["s"], ["x"]) else None


class Place:
    """A typed place in the process's memory."""

    __slots__ = ("memory", "address", "type")

    def __init__(self, memory, address, type):
        self.memory = memory
        self.address = address
        self.type = type

    def has(self, name):
        return self.type.kind == STRUCT and name in self.type.fields

    def field(self, path):
        place = self
        for name in path.split("."):
            if not place.has(name):
                raise Missing("%s has no field %s" % (place.type.name or "a value", name))
            offset, type = place.type.fields[name]
            place = Place(self.memory, place.address + offset, type)
        return place

    def first(self, *paths):
        """The first of these fields that exists."""
        for path in paths:
            try:
                return self.field(path)
            except Missing:
                pass
        raise Missing("%s has none of %s" % (self.type.name, ", ".join(paths)))

    def __bool__(self):
        return True  # also a place without elements is one

    def __len__(self):
        return self.type.count

    def __getitem__(self, index):
        if not 0 <= index < self.type.count:
            raise IndexError(index)
        element = self.type.element
        return Place(self.memory, self.address + index * element.size, element)

    def unwrapped(self):
        """Through atomic types to the value inside."""
        place = self
        name = place.type.wrapped()
        while name is not None:
            place = place.field(name)
            name = place.type.wrapped()
        return place

    def get(self):
        """The value of a scalar."""
        place = self.unwrapped()
        type, memory = place.type, self.memory
        if type.kind in (STRUCT, ARRAY):
            raise Missing("%s is no single value" % type.name)
        if type.kind == FLOAT:
            return memory.float(place.address, type.size)
        size = memory.pointer_size if type.is_pointer() else type.size
        value = memory.uint(place.address, size)
        if type.kind == BOOL:
            return bool(value)
        if type.kind == INT and value >> (8 * size - 1):
            value -= 1 << 8 * size
        return value

    def target(self, type=None):
        """What a pointer points to, or None."""
        address = self.get()
        return Place(self.memory, address, type or self.unwrapped().type.target) if address else None

    def slice(self):
        """(address of the elements, len, cap, type of an element)"""
        array = self.field("array")
        return array.get(), self.field("len").get(), self.field("cap").get(), array.type.target


def number(value):
    """A number as a recording has it: hexadecimal where a float64 could not hold it."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 53:
        return hex(value)
    return value


def scalars(place, max_array=8, skip=(), prefix="", out=None):
    """All single values of a struct, by path. Long arrays and what `skip` names are left out."""
    out = {} if out is None else out
    type = place.type
    inner = place.unwrapped()
    if type.kind == STRUCT and inner.type.kind in (STRUCT, ARRAY):
        for name, (offset, of) in type.fields.items():
            path = prefix + "." + name if prefix else name
            if not (name.startswith("_") or name in ("noCopy", "pad") or path in skip):
                scalars(Place(place.memory, place.address + offset, of), max_array, skip, path, out)
    elif type.kind == ARRAY:
        for i in range(type.count if type.count <= max_array else 0):
            scalars(place[i], max_array, skip, "%s[%d]" % (prefix, i), out)
    else:
        value = place.get()
        atomic = inner.type is not type
        out[prefix] = hex(value) if is_address(prefix, inner.type, value, atomic) else number(value)
    return out


def is_address(path, type, value, atomic):
    """Whether a value is to be written as an address."""
    if type.is_pointer() or atomic:
        return type.is_pointer()
    if type.name == "runtime.gclinkptr":
        return True
    if path.rsplit(".", 1)[-1] in ("tiny", "a", "base", "chunk"):
        return isinstance(value, int)
    return type.name == "uintptr" and value >= 1 << 32
