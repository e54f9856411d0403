# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Faults of one save: killed at every call, every call failing, and every power cut POSIX allows."""
import copy
import os
import re
import shutil

import crash_model

ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EINTR", "short")


def read_log(path):
    if not path.exists():
        return []
    return [line.split("\t") for line in path.read_text(encoding="ascii").splitlines()]


class SaveTrial:
    """A folder with the checkpoints 1 and 2, in which the save of 3 is broken."""

    def __init__(self, harness):
        self.harness = harness
        self.template, self.root = harness.folder / "template", harness.folder / "save"
        harness.save(self.template / "checkpoints", 1, 2)
        self.folder, self.log = self.root / "checkpoints", harness.folder / "save.log"

    def run(self, **settings):
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.template, self.root)
        self.log.unlink(missing_ok=True)
        return self.harness.save(self.folder, 3, log=self.log, **settings)

    def count(self):
        return len([entry for entry in read_log(self.log) if entry[1] != "mark"])

    def drafts(self):
        return [name for name in os.listdir(self.folder) if ".tmp" in name]

    def recovers(self, may_be, what):
        """What is there is whole; the next save succeeds and leaves no draft."""
        found = self.harness.load([self.folder])[0]
        good = found is not None and found[0] in may_be and found[1] and found[2] == 0 and found[3] >= 2 and found[4] == 0
        again = self.harness.save(self.folder, 3)
        after = self.harness.load([self.folder])[0]
        good = good and again.returncode == 0 and after == (3, True, 0, 2, 0) and not self.drafts()
        return self.harness.check(good, f"{what}: found {found}, then {after}, left {self.drafts()} {again.stderr}")


def kill_at_every_call(harness):
    trial = SaveTrial(harness)
    whole = trial.run()
    total, killed = trial.count(), 0
    harness.check(whole.returncode == 0 and total > 40, f"a save records its calls: {total}")
    for action in ("kill", "tear"):
        number = 1
        while True:
            run = trial.run(at=number, action=action)
            if run.returncode == -9:
                killed += 1
            elif action == "kill":
                break
            trial.recovers((2, 3), f"{action} at call {number}")
            number += 1
            if number > total and action == "tear":
                break
    harness.check(number - 1 == total, f"every call of a save is killed once: {number - 1} of {total}")
    return f"{total} calls of a save, {killed} kills"


def fail_every_call(harness):
    trial = SaveTrial(harness)
    trial.run()
    total, refused, survived = trial.count(), 0, 0
    for error in ERRORS:
        # A persistent EINTR would be a kernel that never writes.
        for persist in ({}, {"persist": 1}) if error not in ("EINTR", "short") else ({},):
            number = 0
            while True:
                number += 1
                run = trial.run(at=number, action=error, **persist)
                entries = [entry for entry in read_log(trial.log) if entry[1] != "mark"]
                if len(entries) < number:
                    break
                what = f"{error} {'from' if persist else 'at'} call {number} ({entries[number - 1][1]})"
                failed_sync = any(entry[1] == "sync" and entry[-1] == "-1" for entry in entries)
                if run.returncode == 0:
                    survived += 1
                    harness.check(not failed_sync, f"{what}: a save whose sync failed says it succeeded")
                    trial.recovers((3,), what)
                    continue
                refused += 1
                words = re.search(r"checkpoint of step 3 (not saved: .* are free|saved, but older ones do not go)", run.stderr)
                harness.check(run.returncode == 5 and words is not None, f"{what}: exit {run.returncode}: {run.stderr}")
                trial.recovers((2, 3), what)
    harness.check(number > total, f"calls fail until the save succeeds: {number} of {total}")
    run = trial.run(at=5, action="ENOSPC", persist=1, free=4096)
    missing = re.search(r"it takes (\d+) bytes, (\d+) are free: (\d+) are missing", run.stderr)
    harness.check(run.returncode == 5 and missing and int(missing[1]) - int(missing[2]) == int(missing[3]),
                  f"a full disk says how much is missing: {run.stderr}")
    return f"{refused} saves refused with exit 5, {survived} unharmed"


def verdict(found, marks, saves):
    """Why a recovered folder breaks the promise, or None. `marks` are the saves that returned."""
    if found is None:
        return "nothing is left" if marks else None
    step, pure, warnings, whole, broken = found
    allowed = set(saves[max(len(marks) - 1, 0) : len(marks) + 1])
    if step not in allowed:
        return f"step {step} is there, expected one of {sorted(allowed)}"
    if not pure or broken:
        return "a checkpoint is damaged or mixed"
    if warnings:
        return "LATEST names what is not there"
    if whole < min(2, len(set(marks))):
        return f"{whole} whole checkpoints are left"
    return None


def judge(harness, calls, root, saves, subsets, seed, stop_early=False):
    """(states, different states, complaints) of all crashes of these calls."""
    seen, number, complaints = {}, 0, []
    scratch = harness.folder / "states"

    def flush(batch):
        found = harness.load([folder / "checkpoints" for folder, _, _ in batch])
        for (_, key, marks), result in zip(batch, found):
            seen[key] = verdict(result, marks, saves)
            if seen[key]:
                complaints.append(seen[key])
        shutil.rmtree(scratch, ignore_errors=True)
        batch.clear()

    batch, pending = [], set()
    for marks, state in crash_model.states(calls, root, subsets, seed):
        number += 1
        key = (tuple(marks), tuple(sorted(state.items(), key=lambda item: item[0])))
        key = hash(key)
        if key in seen or key in pending:
            continue
        pending.add(key)
        folder = scratch / str(number)
        crash_model.write_state(state, folder)
        batch.append((folder, key, marks))
        if len(batch) == 200:
            flush(batch)
            pending.clear()
            if stop_early and complaints:
                return number, len(seen), complaints
    if batch:
        flush(batch)
    return number, len(seen), complaints


def mutations(calls):
    """(what, calls) with one thing of a save broken; each must be noticed. In the second save nothing is retired, so no
    later sync hides a missing one."""
    marks = [i for i, call in enumerate(calls) if call[0] == "mark"]
    calls = calls[: marks[2] + 1]
    begin, end = marks[1] + 1, marks[2]
    span = range(begin, end)
    files, synced = {}, {}
    for i, call in enumerate(calls):
        if call[0] == "open":
            files[call[3]] = call[1]
        elif call[0] == "sync":
            synced[i] = os.path.basename(files[call[1]])

    def without(i):
        return calls[:i] + calls[i + 1 :]

    def moved(first, last, before):
        """Calls [first, last] put in front of `before`, which comes earlier."""
        return calls[:before] + calls[first : last + 1] + calls[before:first] + calls[last + 1 :]

    renames = [i for i in span if calls[i][0] == "rename"]
    place, latest, retire = renames
    for i, name in synced.items():
        if marks[0] < i < marks[1] or retire < i:
            yield f"no sync of {name} at call {i}", without(i)
    yield "no rename of the finished folder", without(place)
    yield "no rename of LATEST", without(latest)
    draft, name = calls[retire][2], calls[retire][1]
    in_place = copy.deepcopy(calls)
    for call in in_place[retire + 1 : end]:
        call[1:] = [value.replace(draft, name) for value in call[1:]]
    yield "old checkpoint emptied under its own name", in_place[:retire] + in_place[retire + 1 :]
    unsynced = [call for i, call in enumerate(calls) if not (begin <= i < place and call[0] == "sync")]
    yield "renamed before its content is synced", unsynced
    latest_begin = next(i for i in span if calls[i][0] == "open" and "/LATEST.tmp" in calls[i][1])
    yield "LATEST before the folder it names", moved(latest_begin, latest + 3, place)
    yield "old checkpoint gone before the new one is there", moved(retire, end - 1, place)
    yield "LATEST renamed before it is synced", moved(latest, latest, latest - 2)
    overwritten = [list(call) for call in calls]
    for i in range(latest_begin, latest):
        overwritten[i][1:] = [re.sub(r"LATEST\.tmp-\d+", "LATEST", value) for value in overwritten[i][1:]]
    yield "LATEST overwritten in place", overwritten[:latest] + overwritten[latest + 1 :]


def drop_unsynced(harness):
    root = harness.folder / "model"
    root.mkdir()
    log = harness.folder / "model.log"
    saves = [1, 2, 3, 3, 4]
    run = harness.save(root / "checkpoints", *saves, log=log)
    harness.check(run.returncode == 0, f"recording saves: {run.stderr}")
    calls = crash_model.parse(log)
    subsets = 10000 if harness.full else 1000
    total, different, complaints = judge(harness, calls, root, saves, subsets, harness.seed)
    harness.passed += total - len(complaints)
    harness.failed += len(complaints)
    for complaint in sorted(set(complaints)):
        print(f"FAILED dropped writes: {complaint} ({complaints.count(complaint)} states)")
    controls = 0
    for what, mutant in mutations(calls):
        controls += 1
        _, _, complaints = judge(harness, mutant, root, saves, subsets, harness.seed, stop_early=True)
        harness.check(complaints, f"control not noticed: {what}")
    return f"{total} crashes, {different} different disks; {controls} planted mistakes"
