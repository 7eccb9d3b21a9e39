"""The shim that makes system calls fail: compiled, preloaded into a process of its own, armed from within it."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("shim.c")
NOWHERE = 1 << 40  #: A call number that is never reached.


def compiler() -> str | None:
    """A C compiler of this machine, None if there is none or if the platform knows no preloading."""
    return (shutil.which("cc") or shutil.which("gcc")) if sys.platform == "linux" else None


def compiled(folder: Path) -> Path:
    """The shim, compiled into ``folder``."""
    target = folder / "shim.so"
    found = compiler()
    assert found is not None, "no C compiler"
    command = [found, "-shared", "-fPIC", "-O1", "-o", str(target), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return target


def campaign(*options: str) -> list[dict[str, Any]]:
    """What ``campaign.py`` finds with these options, part by part.

    Its offices lie in memory where the machine has such a folder: a kill does not ask whether the disk is slow.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as room:
        here = SOURCE.parent
        paths = os.pathsep.join(map(str, (here, here.parent, here.parents[1])))
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        environment["LD_PRELOAD"] = str(compiled(Path(room)))
        command = [sys.executable, str(here / "campaign.py"), "--room", room, *options]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


class Shim:
    """The shim in this process, which was started with it preloaded."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.formgen_count.restype = ctypes.c_long

    def arm(self, root: Path, kind: str = "N", number: int = NOWHERE, error: int = 0) -> None:
        """Count the calls that write below ``root`` from now on; ``kind`` as in shim.c."""
        self._library.formgen_arm(
            os.fsencode(root), ctypes.c_char(kind.encode()), ctypes.c_long(number), ctypes.c_int(error)
        )

    def count(self) -> int:
        """How many calls there were since ``arm``."""
        return int(self._library.formgen_count())

    def log(self, path: Path) -> None:
        """Write each call as a line into a file."""
        self._library.formgen_log(os.fsencode(path))
