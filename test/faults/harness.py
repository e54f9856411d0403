# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the parts of check-faults share: the programs, the shim's settings, a tally."""
import os
import pathlib
import shutil
import subprocess
import tempfile


class Harness:
    def __init__(self, build, seed, full):
        self.build, self.seed, self.full = pathlib.Path(build).resolve(), seed, full
        self.passed = self.failed = 0
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weft-faults-", dir=memory))
        self.shim = self.find("lib", "weft-fault-shim.so")
        self.faults = self.find("bin", "weft-faults")
        self.weft = self.find("bin", "weft")

    def find(self, folder, name):
        path = self.build / folder / name
        for candidate in (path, path.with_name("lib" + name)):
            if candidate.exists():
                return candidate
        raise SystemExit(f"check-faults: expects {path}; build the targets weft, weft-faults and weft-fault-shim")

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, root, **settings):
        """WEFT_FAULT_<KEY> for the shim, which breaks calls below `root`."""
        result = dict(os.environ, LD_PRELOAD=str(self.shim), WEFT_FAULT_ROOT=str(root))
        return result | {f"WEFT_FAULT_{key.upper()}": str(value) for key, value in settings.items()}

    def check(self, good, text):
        """Counts a case; a failed one is told."""
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {text}", flush=True)
        return good

    def save(self, folder, *steps, **settings):
        root = pathlib.Path(folder).parent
        return subprocess.run([self.faults, "save", folder, *map(str, steps)], env=self.environment(root, **settings),
                              capture_output=True, text=True, timeout=60, check=False)

    def load(self, folders):
        """For each folder: None where it has no checkpoint, else (step, pure, warnings, whole, broken)."""
        text = "".join(f"{folder}\n" for folder in folders)
        run = subprocess.run([self.faults, "load"], input=text, capture_output=True, text=True, timeout=600, check=True)
        results = []
        for line in run.stdout.splitlines():
            step, *rest = line.split()
            results.append(None if step == "none" else (int(step), rest[0] == "pure", *map(int, rest[1:])))
        assert len(results) == len(folders), run.stdout
        return results
