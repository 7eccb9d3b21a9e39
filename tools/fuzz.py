"""``make fuzz``: mutants of our own files without number through every reader, and a table of what was tried and found.

``tools/fuzz.py --mutations 20000 --seed 1``, ``--kinds docx,xlsx``, ``--seconds 600``; one mutant again, by its name:
``tools/fuzz.py --replay docx:1:4711 --keep FOLDER``. Exit code 0: no traceback, no hang, no growth, nothing that does
not hold. What it does is told in ``docs/reliability.md``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fuzzed import campaign, readers
from fuzzed.afterwards import rendered
from fuzzed.corpus import KINDS
from fuzzed.findings import Finding
from fuzzed.mutation import Mutant, mutant


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mutations", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--seconds", type=float, default=0.0, help="stop after so long; what was not tried is said")
    options.add_argument("--kinds", default="", help=f"some of {','.join(KINDS)}; all without it")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--plain", action="store_true", help="no mutants of mutants that reached new lines")
    options.add_argument("--replay", default="", metavar="KIND:SEED:NUMBER", help="one mutant alone")
    options.add_argument(
        "--keep", type=Path, help="folder for the mutants that something was found in, or the replayed one"
    )
    given = options.parse_args()
    kinds = [kind for kind in given.kinds.split(",") if kind]
    if unknown := set(kinds) - set(KINDS):
        options.error(f"no such kinds: {', '.join(sorted(unknown))}")
    if given.replay:
        return replay(given.replay, given.keep)
    plan = campaign.shares(given.mutations, kinds)
    result = campaign.run(
        plan,
        given.seed,
        seconds=given.seconds,
        workers=given.workers,
        guided=not given.plain,
        say=lambda words: print(words, flush=True),
    )
    print(*campaign.table(result), sep="\n")
    for signature, found in sorted(result.findings.items(), key=lambda entry: -len(entry[1])):
        print(f"\n{len(found)} × {signature}\n   {' '.join(name for name, _ in found[:4])}\n{found[0][1][-1_500:]}")
        if given.keep:
            kept(mutant(found[0][0]), given.keep)
    return 0 if result.clean else 1


def replay(name: str, folder: Path | None) -> int:
    """Read one mutant here, and say what becomes of it."""
    made = mutant(name)
    if folder:
        print(kept(made, folder))
    planted = f", with “{made.planted}” in it" if made.planted else ""
    print(f"{name}: {len(made.data):,} bytes, made of {made.seed}{planted}")
    try:
        found = readers.probe(made)
        if found.reading is not None:
            rendered(found.reading)
            print(*(f"  {issue.code.value}: {issue.message}" for issue in found.reading.issues), sep="\n")
    except Finding as fault:
        print(f"{fault.signature}\n{fault.story}")
        return 1
    print(found.outcome)
    return 0


def kept(made: Mutant, folder: Path) -> Path:
    """The mutant as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made.name.replace(':', '-')}-{made.seed.replace('/', '-')}"
    path.write_bytes(made.data)
    return path


if __name__ == "__main__":
    sys.exit(main())
