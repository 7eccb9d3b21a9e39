"""No name of a person in any log above DEBUG: the logs of a whole demo run are read through."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LISTENING = """
import logging, os
handler = logging.FileHandler(os.environ["LISTENING"], encoding="utf-8", errors="replace")
handler.setFormatter(logging.Formatter("%(levelno)03d %(name)s %(message)s"))
handler.terminator = "\\0"
logging.getLogger().addHandler(handler)
logging.getLogger().setLevel(logging.DEBUG)
logging.captureWarnings(True)
logging.getLogger("listening").info("begun")
"""


def names() -> set[str]:
    """Everybody who stands on the papers of the sample office."""
    files = tomllib.loads((ROOT / "samples" / "truth.toml").read_text(encoding="utf-8"))["file"]
    records = [one for file in files for one in file.get("record", ())]
    return {name for one in records if (name := one.get("subject", {}).get("name", "")) and len(name) > 1}


@pytest.mark.slow
def test_no_name_is_in_the_logs_of_the_demo(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(LISTENING, encoding="utf-8")
    log = tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "LISTENING": str(log)}
    command = [sys.executable, "-c", "from formgen.cli import main; main()", "demo", "示例"]

    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, env=environment, check=False
    )

    assert done.returncode == 0, done.stderr
    lines = log.read_text(encoding="utf-8").split("\0")
    loud = [line for line in lines if line[:3].isdigit() and int(line[:3]) > 10]
    assert sum("listening begun" in line for line in loud) >= 2  # the reader's process is heard too
    known = names()
    assert len(known) > 20
    assert [line for line in loud if any(name in line for name in known)] == []
