"""``make faults``: kills and failing system calls without number, and a table of what was tried and what was lost."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "faults"))

from injection import campaign, compiler

SAID = {
    "order": "power cut: files that left 收件箱 with every byte and name synced before",
    "kills": "kills during intake of 200 files (every other round by the watcher)",
    "calls": "faults at system calls that write, during intake",
    "papers": "faults at system calls that write, during documents, backup, restore",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=300, help="how often an intake of 200 files is killed")
    options.add_argument("--step", type=int, default=2, help="each kind of fault at every STEP-th such call")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    if compiler() is None:
        sys.exit("no C compiler for the fault-injecting shim on this machine (Linux only)")
    parts = campaign(
        "--order", "--kills", str(given.kills), "--step", str(given.step), "--papers", str(given.step),
        "--seed", str(given.seed),
    )  # fmt: skip
    wrong = 0
    print(
        "| what | tried | of these killed | ended with words for the clerk | lost, doubled, half, or a traceback | s |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    for part in parts:
        tried = part.get("faults", part.get("kills", part.get("removed")))
        killed, said = part.get("killed", part.get("kills", "")), part.get("said", "")
        print(f"| {SAID[part['part']]} | {tried} | {killed} | {said} | {len(part['wrong'])} | {part['seconds']} |")
        wrong += len(part["wrong"])
    for part in parts:
        for one in part["wrong"]:
            print(f"{part['part']}: {one}", file=sys.stderr)
    details = {part["part"]: part for part in parts}
    kills, calls, papers = details["kills"], details["calls"], details["papers"]
    print(f"{kills['starts']} starts in {kills['rounds']} rounds of {kills['files']} files; seed {given.seed}.")
    print(f"{calls['calls']} writing calls in one intake, {papers['calls']} for documents, backup and restore.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
