# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Faults of whole training runs: killed, stopped by signals, without space, with a text that changes. Each resumed run is
compared bit for bit with one that nothing happened to."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

STEPS = 600
# Dropout uses the random numbers, the warm-up the schedule; the text ends once, so streams begin again.
# A low bound for outliers skips some steps, so the window of the last ones is a part of the state, too.
SETTINGS = ["checkpoint_every=3", "valid_every=7", "valid_blocks=20", "warmup=500", "dropout=0.1", "emb_dropout=0.1",
            "outlier_z=2", "outlier_window=128"]
STATE = ("params.safetensors", "optimizer.safetensors", "states.safetensors", "run.json")


def read_losses(path):
    """The records of a run without its times."""
    records = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        records.append({key: value for key, value in record.items() if key not in ("seconds", "tokens_per_s")})
    return records


class Runs:
    """A run that nothing happened to, and folders that hold its compiled model and no step yet."""

    def __init__(self, harness):
        self.harness, self.random = harness, random.Random(harness.seed)
        self.folder = harness.folder / "runs"
        self.base, self.text, self.number = self.folder / "base", self.folder / "text", 0
        if self.base.exists():
            self.seconds = float((self.folder / "seconds").read_text(encoding="ascii"))
            return
        self.folder.mkdir()
        source = (harness.build.parent.parent / "LICENSE").read_bytes()
        self.text.write_bytes((source * 3)[:18000])
        run = self.train(self.base, compiles=True)
        if run.returncode != 0:
            raise SystemExit(f"check-faults: the run to compare with fails: {run.stderr}")
        begin = time.monotonic()
        again = self.fresh()
        run = self.train(again)
        self.seconds = time.monotonic() - begin
        (self.folder / "seconds").write_text(str(self.seconds), encoding="ascii")
        harness.check(run.returncode == 0 and not self.compare(again), f"the same run twice: {self.compare(again)}")

    def command(self, folder, *options, compiles=False):
        how = ["--config", "tiny", "--steps", str(STEPS), "--seed", "3", *SETTINGS] if compiles else ["--resume"]
        return [self.harness.weft, "train", "adaptive-span", "--data", self.text, "--out", folder, "--progress=plain",
                *how, *options]

    def environment(self, folder, compiles, env):
        """A run that is to be disturbed while it compiles must not find what was compiled before."""
        return {**(env or os.environ), "XDG_CACHE_HOME": f"{folder}.cache"} if compiles else env

    def train(self, folder, *options, compiles=False, env=None):
        return subprocess.run(self.command(folder, *options, compiles=compiles), capture_output=True, text=True,
                              timeout=120, check=False, env=self.environment(folder, compiles, env))

    def start(self, folder, *options, compiles=False, env=None):
        with open(str(folder) + ".log", "a", encoding="utf-8") as log:
            # A shell starts children in the background with SIGINT ignored, and so may whoever runs this.
            return subprocess.Popen(self.command(folder, *options, compiles=compiles), stdout=log, stderr=log,
                                    env=self.environment(folder, compiles, env),
                                    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def wait(self, child):
        """The exit code; of a run that does not end, what it does, and it is killed."""
        try:
            return child.wait(timeout=120)
        except subprocess.TimeoutExpired:
            tasks = []
            for task in sorted(os.listdir(f"/proc/{child.pid}/task")):
                with open(f"/proc/{child.pid}/task/{task}/wchan", encoding="ascii") as place:
                    tasks.append(place.read())
            child.kill()
            child.wait()
            return f"none: hangs in {tasks}"

    def fresh(self):
        self.number += 1
        folder = self.folder / f"trial{self.number}"
        folder.mkdir()
        for name in ("model.weft", "run.json", "config.toml"):
            shutil.copy(self.base / name, folder / name)
        return folder

    def compare(self, folder, steps=STEPS):
        """What differs from the run that nothing happened to; empty when nothing does."""
        saved = folder / "checkpoints" / f"step-{steps}"
        if not saved.is_dir():
            return "no last checkpoint"
        for name in STATE:
            if (saved / name).read_bytes() != (self.base / "checkpoints" / f"step-{steps}" / name).read_bytes():
                return f"{name} differs"
        got, expected = (read_losses(path / "metrics.jsonl") for path in (folder, self.base))
        if got != expected:
            lines = [f"{one} vs {two}" for one, two in zip(got, expected) if one != two]
            return f"records differ: {lines[0] if lines else (len(got), len(expected))}"
        drafts = [path.name for path in folder.rglob("*.tmp*")]
        return f"drafts are left: {drafts}" if drafts else ""

    def finish(self, folder, what):
        """Resumes to the end and compares."""
        run = self.train(folder)
        difference = self.compare(folder) if run.returncode == 0 else f"exit {run.returncode}: {run.stderr}"
        log = ""
        if difference and os.path.exists(str(folder) + ".log"):
            log = open(str(folder) + ".log", encoding="utf-8").read()[-400:]
        if "weft: warning" in run.stderr and not difference:
            difference = run.stderr
        self.harness.check(not difference, f"{what}: {difference} {log}")
        if not difference:
            shutil.rmtree(folder)


def kill_at_random_times(harness):
    runs = Runs(harness)
    wanted, trials, kills = 200 if harness.full else 20, 0, 0
    while trials < wanted:
        folder, killed = runs.fresh(), 0
        while True:
            child = runs.start(folder)
            time.sleep(runs.random.uniform(0, runs.seconds))
            child.kill()
            ended = child.wait()
            killed += ended == -signal.SIGKILL
            if ended != -signal.SIGKILL or runs.random.random() < 0.5:
                break
        if killed == 0:
            shutil.rmtree(folder)
            continue
        trials, kills = trials + 1, kills + killed
        runs.finish(folder, f"killed {killed} times")
    return f"{trials} trials, {kills} kills; {plant_leaks(runs)} planted leaks"


def plant_leaks(runs):
    """Loses one part of the state at a stop; the comparison must notice each, and nothing when none is lost."""
    harness, half = runs.harness, runs.fresh()
    stopped = runs.train(half, "--steps", "300")
    harness.check(stopped.returncode == 0, f"half a run: {stopped.stderr}")
    for path in (half / "metrics.jsonl",):  # the measurement at the stop is of no other run
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(x for x in lines if '"step":300,"valid' not in x) + "\n", encoding="utf-8")

    def resume(what, *edits, seed=None, config=None):
        folder = runs.folder / "leak"
        shutil.copytree(half, folder)
        if edits:
            subprocess.run([harness.faults, "edit", folder / "checkpoints", *map(str, edits)], check=True)
        if seed is not None:
            path = folder / "run.json"
            path.write_text(re.sub(r'"seed": \d+', f'"seed": {seed}', path.read_text(encoding="utf-8")), encoding="utf-8")
        run = runs.train(folder, "--steps", str(STEPS), *(config or []))
        difference = runs.compare(folder) if run.returncode == 0 else f"exit {run.returncode}"
        shutil.rmtree(folder)
        return harness.check(bool(difference) != (what == "nothing"), f"leak of {what}: '{difference}'")

    resume("nothing")
    resume("the random numbers", "seed", 4, seed=4)
    resume("the random numbers of the checkpoint alone", "seed", 4)
    resume("the loader's position", "position", 0)
    resume("the loader's passes", "wraps", 1)
    resume("the step, and with it the schedule", "step", 299)
    resume("the schedule's settings", config=["warmup=0"])
    resume("the optimizer's state", "zero", "optimizer")
    resume("the caches", "zero", "states")
    resume("the window of the last losses", "drop", "#outliers")
    return 9


def send_signals(harness):
    runs = Runs(harness)
    wanted, died, stopped = 400 if harness.full else 40, 0, 0
    for trial in range(wanted):
        number = runs.random.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
        compiles = trial % 10 == 0
        folder = runs.folder / f"compiled{trial}" if compiles else runs.fresh()
        child = runs.start(folder, compiles=compiles)
        time.sleep(runs.random.uniform(0, 4 if compiles else runs.seconds))
        child.send_signal(number)
        ended = runs.wait(child)
        died, stopped = died + (ended == -number), stopped + (ended == 128 + number)
        # Before the first step there is nothing to save: the signal ends the process, which a shell shows as 128 + N.
        harness.check(ended in (0, 128 + number, -number), f"{number.name} gives exit {ended}")
        if ended == 128 + number:
            newest = (folder / "checkpoints" / "LATEST").read_text(encoding="ascii").strip()
            last = read_losses(folder / "metrics.jsonl")[-1]["step"] if newest != "step-0" else 0
            harness.check(newest == f"step-{last}", f"{number.name} saves the step it stopped at: {newest}, {last}")
        if compiles and not (folder / "run.json").exists():
            again = runs.train(folder, compiles=True)
            harness.check(again.returncode == 0 and not runs.compare(folder),
                          f"begun again after {number.name}: {again.stderr} {runs.compare(folder)}")
        else:
            runs.finish(folder, f"stopped by {number.name}")
    readers = signal_readers(runs)
    save_on_request(runs)
    leave_at_once(runs)
    return f"{wanted} signals: {stopped} runs saved and stopped, {died} ended before their first step; {readers} readers"


def signal_readers(runs):
    """eval and generate change nothing in the folder they read, however they end."""
    def list_files():
        return {path: path.stat().st_mtime_ns for path in runs.base.rglob("*")}

    before, count = list_files(), 0
    for command in (["eval", runs.base, "--data", runs.text], ["generate", runs.base, "--prompt", "The", "-n", "100000"]):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Where the model was compiled, its machine code is trusted.
            child = subprocess.Popen([runs.harness.weft, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     env=runs.environment(runs.base, True, None),
                                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            time.sleep(runs.random.uniform(0, 0.2))
            child.send_signal(number)
            ended = runs.wait(child)
            count += 1
            runs.harness.check(ended in (0, -number) and list_files() == before, f"{command[0]} under {number.name}: {ended}")
    return count


def save_on_request(runs):
    folder = runs.fresh()
    child = runs.start(folder, "checkpoint_every=100000", "--steps", "1000000")
    metrics, found = folder / "metrics.jsonl", []
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (metrics.exists() and metrics.stat().st_size > 0):
        time.sleep(0.02)
    for count in (1, 2):
        child.send_signal(signal.SIGUSR1)
        while time.monotonic() < deadline and len(found) < count:
            names = [path.name for path in (folder / "checkpoints").glob("step-*") if ".tmp" not in path.name]
            found = [name for name in names if name != "step-0"]
            time.sleep(0.02)
    runs.harness.check(len(found) == 2 and child.poll() is None, f"SIGUSR1 saves and goes on: {found}")
    child.kill()
    child.wait()
    shutil.rmtree(folder)


def leave_at_once(runs):
    """The second signal does not wait for a save that hangs."""
    for call in (40, 45, 60):
        folder = runs.fresh()
        log = runs.harness.folder / f"pause{call}.log"
        environment = runs.harness.environment(folder / "checkpoints", at=100 + call, action="pause", log=log)
        child = runs.start(folder, env=environment)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (log.exists() and log.read_bytes().count(b"\n") >= 99 + call):
            time.sleep(0.02)
        begin = time.monotonic()
        child.send_signal(signal.SIGINT)
        time.sleep(0.3)
        alive = child.poll() is None
        child.send_signal(signal.SIGTERM)
        ended = runs.wait(child)
        runs.harness.check(alive and ended == 143 and time.monotonic() - begin < 8, f"a second signal gives {ended} ({alive})")
        runs.finish(folder, "left at the second signal")


def fail_writes(harness):
    """A disk that fills or fails during a run: exit 5, and the run goes on when the disk is mended."""
    runs, refused = Runs(harness), 0
    for _ in range(100 if harness.full else 15):
        error, folder = runs.random.choice(("ENOSPC", "EIO", "EDQUOT")), runs.fresh()
        number = int(2 ** runs.random.uniform(0, 14))
        environment = harness.environment(folder, at=number, action=error, persist=1)
        run = runs.train(folder, env=environment)
        refused += run.returncode == 5
        # Before the loop the driver reads the run's own files; those failures are of files, not of the disk.
        harness.check(run.returncode in (0, 2, 3, 5), f"{error} from call {number}: exit {run.returncode}: {run.stderr}")
        runs.finish(folder, f"{error} from call {number} on")
    half = runs.fresh()
    runs.train(half, "--steps", "300")
    for number in range(1, 60) if harness.full else range(1, 16):
        folder = runs.folder / "half"
        shutil.copytree(half, folder)
        run = runs.train(folder, "--steps", "303", env=harness.environment(folder, at=number, action="EIO"))
        newest = (folder / "checkpoints" / "LATEST").read_text(encoding="ascii").strip()
        # What cannot be read now must not count as absent.
        harness.check((run.returncode == 0) == (newest == "step-303") and newest in ("step-300", "step-303") and
                      "resume at step 0" not in run.stderr, f"EIO at call {number} of a resumed run: exit {run.returncode}, "
                      f"{newest}, {run.stderr[-300:]}")
        shutil.rmtree(folder)
    folder = runs.fresh()
    run = runs.train(folder, env=harness.environment(folder, free=100000))
    said = re.search(r"2 checkpoints take (\d+) bytes, (\d+) are free: (\d+) are missing", run.stderr)
    steps = read_losses(folder / "metrics.jsonl")
    harness.check(run.returncode == 5 and said and int(said[1]) - int(said[2]) == int(said[3]) and not steps,
                  f"a disk without room for two saves: exit {run.returncode}: {run.stderr}")
    return f"{refused} runs ended with exit 5"


def change_text(harness):
    """The text is cut, replaced, lengthened or removed while a run reads it: exit 3, never a signal."""
    runs, noticed, original = Runs(harness), 0, None
    original = runs.text.read_bytes()
    changes = {
        "cut": lambda: os.truncate(runs.text, 100),
        "emptied": lambda: os.truncate(runs.text, 0),
        "replaced": lambda: runs.text.write_bytes(original[::-1]),
        "lengthened": lambda: runs.text.write_bytes(original + b"more"),
        "removed": runs.text.unlink,
    }
    for trial in range(50 if harness.full else 10):
        how, folder = list(changes)[trial % len(changes)], runs.fresh()
        child = runs.start(folder)
        time.sleep(runs.random.uniform(0, runs.seconds * 0.8))
        changes[how]()
        ended = runs.wait(child)
        noticed += ended == 3
        # A run that had not opened it yet takes the path for a wrong one, and has made nothing.
        early = how == "removed" and ended == 2 and not (folder / "checkpoints").exists()
        harness.check(ended in (0, 3) or early, f"text {how}: exit {ended}")
        refused = runs.train(folder)
        finished = "stands at step" in refused.stderr
        # A text that is not there is a wrong path (2), another text a wrong file (3).
        wanted = 2 if how == "removed" else 3
        harness.check(refused.returncode == wanted or finished, f"text {how}: resuming gives exit {refused.returncode}: {refused.stderr}")
        runs.text.write_bytes(original)
        runs.finish(folder, f"text {how} and put back")
    return f"{noticed} changes noticed during the run"


def change_threads(harness):
    runs = Runs(harness)
    repeats = 20 if harness.full else 3
    for threads in (1, 2, 3, 5, 8):
        for _ in range(repeats):
            folder = runs.fresh()
            run = runs.train(folder, "--threads", str(threads))
            difference = runs.compare(folder) if run.returncode == 0 else run.stderr
            harness.check(not difference, f"{threads} threads: {difference}")
            shutil.rmtree(folder)
    return f"5 counts of threads x {repeats} runs of {STEPS} steps"


def change_surroundings(harness):
    """An artifact depends on nothing around the compiler."""
    places = [("/", "C", "UTC"), ("/usr", "C.UTF-8", "Asia/Kathmandu"), (str(harness.folder), "POSIX", "America/St_Johns")]
    count = 10 if harness.full else 3
    artifacts = []
    for i in range(count):
        place, language, zone = places[i % len(places)]
        output = harness.folder / f"artifact{i}.weft"
        env = dict(os.environ, LC_ALL=language, LANG=language, TZ=zone, WEFT_THREADS=str(i + 1), HOME=place,
                   XDG_CACHE_HOME=str(harness.folder / f"cache{i}"))
        command = [harness.weft, "compile", "adaptive-span", "--config", "tiny", "--optimizer", "adam", "-q", "-o", output]
        cores = sorted(os.sched_getaffinity(0))
        run = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, timeout=120, check=False,
                             preexec_fn=lambda: os.sched_setaffinity(0, cores[: 1 + i % 2]))
        artifacts.append(output.read_bytes() if run.returncode == 0 else run.stderr)
        harness.check(artifacts[i] == artifacts[0] and isinstance(artifacts[0], bytes), f"artifact in {place}, {language}, {zone}")
    other = harness.folder / "other.weft"
    command = [harness.weft, "compile", "adaptive-span", "--config", "tiny", "--optimizer", "sgd", "-q", "-o", other]
    subprocess.run(command, check=True)
    harness.check(other.read_bytes() != artifacts[0], "another optimizer gives another artifact")
    return f"{count} compilations"
