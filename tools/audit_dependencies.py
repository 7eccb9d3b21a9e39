"""Asks whether a known weakness stands in a library of constraints.txt. Without a network it says so and is content.

Exit code 1 only where pip-audit answered and named one; never because nobody could be asked.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED, BESIDE = ROOT / "constraints.txt", ROOT / "build" / "pip-audit"
SECONDS = 90.0


def auditor() -> dict[str, str] | None:
    """The environment in which pip-audit can be run; None where it can not be had."""
    if importlib.util.find_spec("pip_audit"):
        return dict(os.environ)
    if not (BESIDE / "pip_audit").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "5"]
        done = run([*command, "--target", str(BESIDE), "pip-audit"], dict(os.environ))
        if done is None or done.returncode:
            return None
    return {**os.environ, "PYTHONPATH": str(BESIDE)}


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str] | None:
    """Run a program; None where it took too long or could not be started."""
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return None


def weaknesses(text: str) -> tuple[int, int, list[str]]:
    """How many libraries were looked up, how many could not be, and what is known of them, a line each."""
    try:
        libraries = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, 0, []
    passed = sum("skip_reason" in one for one in libraries)
    return (
        len(libraries) - passed,
        passed,
        [
            f"{one['name']} {one['version']}: {each['id']}"
            + (f", mended in {', '.join(each['fix_versions'])}" if each.get("fix_versions") else ", not mended yet")
            for one in libraries
            for each in one.get("vulns", ())
        ],
    )


def main() -> int:
    """Ask and say."""
    environment = auditor()
    if environment is None:
        print("dependencies NOT audited: pip-audit is not installed and no index can be reached")
        return 0
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--disable-pip", "--no-deps"]
    done = run([*command, "--progress-spinner", "off", "--format", "json"], environment)
    asked, passed, found = weaknesses(done.stdout if done else "")
    if not asked:
        print("dependencies NOT audited: the service that knows of weaknesses cannot be reached, or knows none of them")
        return 0
    for one in found:
        print(one)
    rest = f"; {passed} could NOT be looked up" if passed else ""
    print(f"dependencies audited: {asked} looked up, {len(found)} known weaknesses{rest}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
