# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random argument vectors for misuse: right calls with mistakes that nobody would think of.

Whatever is typed, weft ends with a documented code in less than 10 seconds, says why in a line of its own, prints no control
characters and no stack, and leaves nothing in the folder but what a call that succeeded was told to write. No vector has an
absolute path or `..`: a wrong call must not be able to write outside of its folder.
"""
import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import subprocess

SECONDS = 10
PATIENCE = 4  # a call that is right and long gets SIGTERM then
CODES = {0, 1, 2, 3, 4, 5, 6}
TRACES = (b"terminate called", b"Stack dump", b"PLEASE submit", b"bug of weft", b"bug in weft", b"Sanitizer", b"Assertion", b"what():")
ODD = [b"", b" ", b"-", b"--", b"---", b"=", b"==", b"-=", b"--=", b"--=x", b"=x", b"x=", b"0", b"-0", b"-1", b"1", b"2", b"3", b"007",
       b"1e3", b"1.5", b"0x10", b"1e999", b"-1e999", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809",
       b"9" * 400, b"nan", b"inf", b"+1", b" 1", b"1 ", "١".encode(), "é".encode(), "\u202e".encode(), b"\xff\xfe", b"\xc3",
       b"\xed\xa0\x80", b"\x01", b"\x1b[2J", b"\r", b"\n", b"a\nb", b"\t", b"\x7f", b"a" * 10000, b"%s%n%d", b"$HOME", b"*", b"'", b'"',
       b"`", b"\\", b"{}", b"[", b"true", b"false", b"TRUE", b"run", b"text.txt", b"small.weft", b"graph.mlir", b"empty.txt", b".",
       b"no-such", b"--help", b"--help-all", b"-h", b"--json",
       b"--version", b"1,2", b"0:4:2", b"a=1,b=2", b"last-2", b"hidden=1", b"hidden", b"steps=1", b"lr=0", b"model.cpp"]
PATHS = [b"no/such", b"text.txt/x", b"run/checkpoints", b"run/run.json", b"run/new", b"new/new"]


class Vectors:
    """One seed, one sequence of (words, variables). `rights`: for each command, right words for each of its options."""

    def __init__(self, seed, commands, bases, rights):
        self.random = random.Random(seed)
        self.bases = [[command.encode(), *map(os.fsencode, words)] for command, words in bases.items()]
        self.rights = {name.encode(): [[word.encode() for word in words] for words in lists] for name, lists in rights.items()}
        self.flags = [o[key].encode() for c in commands for o in c["options"] for key in ("name", "short") if o[key].startswith("-")]
        self.variables = sorted({o["variable"] for c in commands for o in c["options"] if o["variable"]})
        self.values = ODD + PATHS + [choice.encode() for c in commands for o in c["options"] for choice in o["choices"]]
        self.values += [c["name"].encode() for c in commands]

    def value(self):
        if self.random.random() < 0.8:
            return self.random.choice(self.values)
        return bytes(self.random.randrange(1, 256) for _ in range(self.random.randrange(1, 12)))

    def mutate(self, words):
        at = self.random.randrange(len(words))
        word = words[at]
        name, equals, _ = word.partition(b"=")
        kind = self.random.randrange(12)
        if kind == 0:
            words[at:at + 1] = []
        elif kind == 1:
            words.insert(at, word)
        elif kind == 2:
            words[at] = self.value()
        elif kind == 3:
            words.insert(at + self.random.randrange(2), self.value())
        elif kind == 4:
            words[at] = name + b"=" + self.value()
        elif kind == 5:
            words[at] = name + (b"=" if equals and self.random.random() < 0.5 else b"")
        elif kind == 6:
            words.append(self.random.choice(self.flags))
        elif kind == 7:
            words[1:1] = [self.random.choice(self.flags), self.value()]
        elif kind == 8:
            words.append(self.random.choice(self.flags) + b"=" + self.value())
        elif kind == 9:
            self.random.shuffle(words)
        elif kind == 10:
            words[at] = word[:self.random.randrange(len(word) + 1)]
        elif word:
            letter = self.random.randrange(len(word))
            words[at] = word[:letter] + bytes([self.random.randrange(1, 256)]) + word[letter + 1:]
        return words or [self.value()]

    def next(self):
        words = list(self.random.choice(self.bases))
        # Right options first, so that many calls get beyond their options.
        for option in self.random.sample(self.rights[words[0]], min(len(self.rights[words[0]]), self.random.randrange(4))):
            if option[0].partition(b"=")[0] not in {word.partition(b"=")[0] for word in words}:
                words += option
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 3, 8))):
            words = self.mutate(words)
        variables = {}
        if self.random.random() < 0.15:
            variables[self.random.choice(self.variables)] = self.value()
        return [harmless(word) for word in words], {name: harmless(value) for name, value in variables.items()}


def harmless(word):
    """The word without NUL and `..`, and without a slash but in the paths above."""
    word = word.replace(b"\0", b"?")
    if word in PATHS or word.partition(b"=")[2] in PATHS:
        return word
    return word.replace(b"..", b"._").replace(b"/", b"_")


class Place:
    """A folder of its own for one call at a time, put back as it was when a call has changed it."""

    def __init__(self, source, folder):
        self.source, self.folder = source, folder
        self.restore()

    def restore(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.source, self.folder, symlinks=True)
        self.before = look(self.folder)


def look(folder):
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        found[path.relative_to(folder)] = (status.st_size, status.st_mtime_ns) if path.is_file() else None
    return found


def run(weft, place, words, variables, environment):
    """(exit code, standard output, error stream, whether it was stopped)"""
    child = subprocess.Popen([os.fsencode(weft), *words], cwd=place.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env={**environment, **variables})
    stopped = False
    for patience in (PATIENCE, SECONDS - PATIENCE):
        try:
            out, err = child.communicate(timeout=patience)
            return child.returncode, out, err, stopped
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGTERM)
            stopped = True
    child.kill()
    out, err = child.communicate()
    return None, out, err, stopped


def judge(words, outcome, before, after):
    """What is wrong; empty when nothing is. A variable is a word such as `--trace=file`."""
    code, _, err, stopped = outcome
    problems = []
    if code is None:
        problems.append(f"runs for more than {SECONDS} s and does not heed SIGTERM")
    elif code not in CODES and not (stopped and code in (143, -signal.SIGTERM)):
        problems.append(f"exit {code}")
    if any(trace in err for trace in TRACES):
        problems.append("prints a trace, or says that it has a bug")
    text = err.decode("utf-8", "replace")
    if any(ord(letter) < 32 and letter not in "\n\t" or letter in "\x7f\ufffd" for letter in text):
        problems.append("prints control characters or bytes that are no UTF-8")
    if code and not stopped and not any(line.startswith("weft: error: ") for line in text.splitlines()):
        problems.append("no line begins with 'weft: error: '")
    changed = {path for path in before.keys() | after.keys() if before.get(path, 0) != after.get(path, 0)}
    # What a call may write has a name among the words, or is the default of --out. A dump and a trace are also what a failure leaves.
    named = [os.fsdecode(part) for word in words for part in (word, word.partition(b"=")[2], word[2:]) if part] + ["runs"]
    roots = {pathlib.PurePath(name).parts[0] for name in named if pathlib.PurePath(name).parts}
    surplus = {str(path) for path in changed if path.parts and path.parts[0] not in roots}
    if surplus:
        problems.append(f"made or changed {sorted(surplus)[:4]}, which nothing names")
    may_write = code in (0, 6) or stopped or any(word.startswith((b"--dump-to", b"--trace")) and code != 2 for word in words)
    if changed and not may_write:
        problems.append(f"failed, and made or changed {sorted(map(str, changed))[:4]}")
    return problems


def check_controls():
    """The judge refuses an outcome of each wrong kind, and accepts the right ones."""
    words, here, there = [b"eval", b"run"], {pathlib.PurePath("text.txt"): (1, 1)}, {pathlib.PurePath("run"): None}
    good = [(2, b"", b"weft: error: no\n", False), (0, b"", b"", False), (-15, b"", b"", True)]
    bad = [(70, b"", good[0][2], False), (-11, b"", good[0][2], False), (None, b"", b"", True), (-15, b"", b"", False),
           (1, b"", b"no\n", False), (2, b"", good[0][2] + b"\x1b", False), (2, b"", good[0][2] + b"\xff", False), (134, b"", b"terminate called", False)]
    return (not any(judge(words, one, here, here) for one in good) and all(judge(words, one, here, here) for one in bad) and
            judge(words, good[0], here, {**here, **there}) and not judge(words, good[1], here, {**here, **there}) and
            judge(words, good[1], here, {}) and harmless(b"-o/x/../y") == b"-o_x_.__y")


def run_vectors(weft, fixtures, environment, vectors, seed, count):
    """Prints what is wrong; returns (passed, failed)."""
    cases = [vectors.next() for _ in range(count)]
    jobs = len(os.sched_getaffinity(0))
    folder = fixtures.parent / "places"
    free, failed, codes = [Place(fixtures, folder / str(i)) for i in range(jobs)], 0, {}

    def attempt(case):
        place = free.pop()
        outcome = run(weft, place, *case, environment)
        after = look(place.folder)
        given = [b"--" + name.removeprefix("WEFT_").lower().replace("_", "-").encode() + b"=" + value for name, value in case[1].items()]
        problems = judge(case[0] + given, outcome, place.before, after)
        if after != place.before:
            place.restore()
        free.append(place)
        return outcome, problems

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for case, (outcome, problems) in zip(cases, pool.map(attempt, cases)):
            codes[outcome[0]] = codes.get(outcome[0], 0) + 1
            if problems:
                failed += 1
                shown = outcome[2].decode("utf-8", "replace")[:400]
                call = f"{case[1] or ''} weft {' '.join(map(show_word, case[0]))}"
                print(f"FAILED {call}\n  {'; '.join(problems)}\n  {shown}")
    if not check_controls():
        print("FAILED the judge of random vectors accepts an outcome that it must refuse, or refuses a right one")
        failed += 1
    shown = ", ".join(f"{n} with {code}" for code, n in sorted(codes.items(), key=lambda item: -item[1]))
    print(f"random vectors: seed {seed}, {count} end: {shown}")
    return count - min(failed, count), failed


def show_word(word):
    """As a shell takes it."""
    shown = repr(word[:120])[2:-1]
    return shown if shown and shown == word.decode("ascii", "replace") and " " not in shown else f"$'{shown}'"
