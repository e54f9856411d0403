# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a disk may hold after a power cut, from the recorded file calls of a program.

POSIX promises after a crash: what was synced. A sync of a file covers its content, a sync of a folder the names in it.
Of the rest any part may be there, in any order: names without content, content without names, a removal without the
rename before it. One rename is all or nothing. Nothing is promised about a disk that lies."""
import os
import random

O_CREAT, O_TRUNC = os.O_CREAT, os.O_TRUNC


class Node:
    def __init__(self, is_folder):
        self.is_folder, self.names, self.data = is_folder, {}, bytearray()


class Change:
    """One change of one node: durable once a later sync covers it."""

    def __init__(self, node, kind, *values):
        self.node, self.kind, self.values, self.durable = node, kind, values, False


def parse(log):
    """[name, arguments...] of the calls that succeeded and change something, and of the marks."""
    calls = []
    with open(log, encoding="ascii") as file:
        for line in file:
            _, name, *arguments = line.rstrip("\n").split("\t")
            if name == "mark":
                calls.append([name, *arguments])
            elif name not in ("list", "read") and not arguments[-1].startswith("-"):
                calls.append([name, *arguments])
    return calls


class Trace:
    """The changes that a list of calls makes, up to a prefix of it."""

    def __init__(self, root):
        self.top, self.root, self.files, self.changes, self.marks = Node(True), root, {}, [], []

    def find(self, path):
        node = self.top
        for part in os.path.relpath(path, self.root).split("/"):
            node = node if part == "." else node.names.get(part)
            if node is None:
                return None
        return node

    def parent(self, path):
        folder, name = os.path.split(path)
        return self.find(folder), name

    def add(self, node, kind, *values):
        self.changes.append(Change(node, kind, *values))
        apply(node, kind, values)

    def run(self, call):
        name, *arguments = call
        getattr(self, "on_" + name)(*arguments)

    def on_mark(self, text):
        self.marks.append(int(text))

    def on_open(self, path, flags, file):
        node, flags = self.find(path), int(flags)
        if node is None and flags & O_CREAT:
            folder, name = self.parent(path)
            node = Node(False)
            self.add(folder, "set", name, node)
        elif node and flags & O_TRUNC and node.data:
            self.add(node, "cut")
        self.files[file] = [node, 0]

    def on_write(self, file, data, size):
        node, offset = self.files[file]
        self.add(node, "write", offset, bytes.fromhex(data)[: int(size)])
        self.files[file][1] = offset + int(size)

    def on_sync(self, file, _):
        for change in self.changes:
            if change.node is self.files[file][0]:
                change.durable = True

    def on_close(self, file, _):
        self.files.pop(file, None)

    def on_mkdir(self, path, _):
        folder, name = self.parent(path)
        self.add(folder, "set", name, Node(True))

    def on_rename(self, old, new, _):
        folder, name = self.parent(new)
        source, before = self.parent(old)
        assert source is folder, "renames here stay in one folder"
        self.add(folder, "move", before, name, folder.names[before])

    def on_exchange(self, one, two, _):
        folder, name = self.parent(one)
        other = os.path.basename(two)
        self.add(folder, "swap", name, folder.names[name], other, folder.names[other])

    def on_unlink(self, path, _):
        folder, name = self.parent(path)
        self.add(folder, "drop", name)


def apply(node, kind, values):
    if kind == "set":
        node.names[values[0]] = values[1]
    elif kind == "drop":
        node.names.pop(values[0], None)
    elif kind == "move":
        old, new, moved = values
        if node.names.get(old) is moved:
            del node.names[old]
        node.names[new] = moved
    elif kind == "swap":
        one, first, two, second = values
        node.names.update({one: second, two: first})
    elif kind == "cut":
        node.data.clear()
    elif kind == "write":
        offset, data = values
        node.data.extend(bytes(max(0, offset + len(data) - len(node.data))))
        node.data[offset : offset + len(data)] = data


def crash(trace, choose):
    """{path: bytes, or None for a folder} that the disk holds. choose(change) tells of a change that no sync covers:
    False, True, or the number of bytes of a write that arrived."""
    disk = {id(trace.top): Node(True)}

    def get(node):
        return disk.setdefault(id(node), Node(node.is_folder))

    for change in trace.changes:
        taken = True if change.durable else choose(change)
        if taken is False:
            continue
        values = change.values
        if change.kind == "write" and taken is not True:
            values = (values[0], values[1][:taken])
        apply(get(change.node), change.kind, tuple(get(v) if isinstance(v, Node) else v for v in values))

    state = {}

    def walk(node, path):
        for name, child in node.names.items():
            state[path + name] = None if child.is_folder else bytes(child.data)
            if child.is_folder:
                walk(child, path + name + "/")

    walk(disk[id(trace.top)], "")
    return state


def pick(generator, likelihood):
    """A choice of random changes; torn writes among them."""

    def choose(change):
        if generator.random() >= likelihood:
            return False
        if change.kind == "write" and generator.random() < 0.3:
            return generator.randrange(len(change.values[1]) + 1)
        return True

    return choose


def states(calls, root, subsets, seed):
    """(acknowledged marks, state) after a crash at every prefix: of what is unsynced nothing, everything, everything but one
    change, one change alone, and random parts."""
    generator = random.Random(seed)
    trace = Trace(root)
    each = subsets / (len(calls) + 1)
    due = 0.0
    for number in range(len(calls) + 1):
        if number > 0:
            trace.run(calls[number - 1])
        yield list(trace.marks), crash(trace, lambda _: False)
        yield list(trace.marks), crash(trace, lambda _: True)
        for one in [change for change in trace.changes if not change.durable]:
            yield list(trace.marks), crash(trace, lambda change, one=one: change is not one)
            yield list(trace.marks), crash(trace, lambda change, one=one: change is one)
        due += each
        while due >= 1:
            due -= 1
            yield list(trace.marks), crash(trace, pick(generator, generator.choice((0.2, 0.5, 0.8, 0.95))))


def write_state(state, folder):
    os.makedirs(folder)
    for path, data in state.items():
        if data is None:
            os.makedirs(os.path.join(folder, path), exist_ok=True)
        else:
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "wb") as file:
                file.write(data)
