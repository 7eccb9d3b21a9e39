"""What the shares of the recogniser are worth: draws sheets of scores, reads them, and prints the figures behind
parsers/scan/calibration.py. Run: ``python tools/calibrate_scan.py [--sheets 150] [--family 0]``.

Family 0 of the drawn figures is for calibrating, family 1 is never looked at but for judging the outcome.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from scans.measuring import Box  # noqa: E402
from scans.values import Odds, entries  # noqa: E402
from scans.writing import Writer, put, writer  # noqa: E402

from formgen.model import Form, Item  # noqa: E402
from formgen.scheme.loading import load_schemes  # noqa: E402
from parsers.scan import answers  # noqa: E402
from parsers.scan.allowed import Ranking  # noqa: E402
from parsers.scan.calibration import calibrated  # noqa: E402
from parsers.scan.checksum import Decision, Term, decide  # noqa: E402
from parsers.scan.recogniser import Recogniser  # noqa: E402

Cell = tuple[str, int, Decimal | None, Ranking | None]  #: field, sign, truth, ranking


def answers_of(item: Item) -> tuple[answers.Candidate, ...]:
    """The answers that an item allows."""
    if item.tiers:
        return answers.scores(max(item.tiers), tiers=item.tiers, bonus=item.bonus, deduction=item.deduction)
    top = item.points if item.points is not None else Decimal(30)
    return answers.scores(top, bonus=item.bonus, deduction=item.deduction)


def crop_of(text: str, by: Writer, chance: random.Random, struck: str) -> np.ndarray:
    """A cell with the text in it, as a scanner might see it."""
    dots = chance.choice((150, 200, 200, 300)) / 25.4
    width, height = chance.uniform(13, 22), chance.uniform(8, 12)
    paper = chance.randint(215, 255)
    page = np.full((round(height * dots), round(width * dots), 3), paper, np.uint8)
    put(page, text, Box(0, 0, width, height), by, chance, dots, struck=struck)
    seen = page[:, :, ::-1].astype(np.float64)
    seen = cv2.GaussianBlur(seen, (0, 0), chance.uniform(0.3, 1.1))
    seen += np.random.default_rng(chance.randrange(2**32)).normal(0, chance.uniform(0, 9), seen.shape)
    seen = np.clip(seen, 0, 255).astype(np.uint8)
    kind = chance.random()
    if kind < 0.1:
        grey = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)
        return np.where(grey > chance.uniform(0.55, 0.75) * paper, 255, 0).astype(np.uint8)
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", seen, [1, chance.randint(40, 92)])[1], 1))


def read_sheet(form: Form, scheme: object, recogniser: Recogniser, seed: int, family: int) -> dict[str, object]:
    """One sheet: the truth and the ranking of every score, and of the total."""
    tags = {item.id for item in form.items} | {"total"}
    made = entries(form, scheme, tags, (), seed, Odds())  # type: ignore[arg-type]
    by = writer(seed, family)
    items = [item for item in form.items if not item.money_only]
    chance = random.Random(f"crop {seed}")
    crops, lists, cells = [], [], []
    for item in items:
        entry = made.fields[item.id]
        if not entry.text:
            continue
        crops.append(crop_of(entry.text, by, chance, entry.struck))
        lists.append(answers_of(item))
        cells.append(item)
    crops.append(crop_of(made.fields["total"].text, by, chance, ""))
    lists.append(answers.totals(Decimal(150)))
    started = time.process_time()
    rankings = recogniser.allowed(crops, lists)
    spent = time.process_time() - started
    found = dict(zip([item.id for item in cells], rankings, strict=False))
    return {
        "form": form.id,
        "kind": by.kind,
        "cells": [(i.id, -1 if i.deduction else 1, made.fields[i.id].value, found.get(i.id)) for i in items],
        "texts": {i.id: made.fields[i.id].text for i in items},
        "struck": {i.id for i in items if made.fields[i.id].struck},
        "total": (made.fields["total"].value, made.total, rankings[-1]),
        "seconds": spent,
        "count": len(crops),
    }


def judged(sheets: Sequence[dict[str, object]], wrong_total: float, checked: bool) -> list[tuple[float, bool, str]]:
    """Every written score: its share, whether its value is right, and what it was (struck ones left out)."""
    outcome = []
    for number, sheet in enumerate(sheets):
        cells: list[Cell] = sheet["cells"]  # type: ignore[assignment]
        terms = [Term(field, ranking, sign) for field, sign, _, ranking in cells]
        written, right_total, ranking = sheet["total"]  # type: ignore[misc]
        decision: Decision = decide(terms, ranking if checked else None, wrong_total=wrong_total)
        for (field, _, truth, own), settled in zip(cells, decision.values, strict=True):
            if own is None or field in sheet["struck"]:  # type: ignore[operator]
                continue
            said = (
                f"{number} {sheet['kind']} {field}: {sheet['texts'][field]} as {settled.value} "  # type: ignore[index]
                f"(free {own.text}, {[(v, round(s, 4)) for v, s in zip(own.values[:3], own.shares[:3], strict=False)]}"
                f" other {own.other:.4f}) total {written} {'' if written == right_total else 'WRONG'}"
            )
            outcome.append((settled.share, settled.value == truth, said))
    return outcome


def table(name: str, outcome: Sequence[tuple[float, bool, str]], has_total: bool) -> None:
    """How many are taken at each threshold, and how many of those are wrong."""
    print(f"{name}: {len(outcome)} scores, best guess right {np.mean([right for _, right, _ in outcome]):.4f}")
    for threshold in (0.9, 0.97, 0.99, 0.995, 0.999, 0.9995, 0.9999):
        raw = [right for share, right, _ in outcome if share >= threshold]
        tuned = [right for share, right, _ in outcome if calibrated(share, has_total) >= threshold]
        print(
            f"  {threshold:<7} share: taken {len(raw) / len(outcome):.3f} wrong {raw.count(False):<3d}"
            f"   calibrated: taken {len(tuned) / len(outcome):.3f} wrong {tuned.count(False)}"
        )


BINS = (0.0, 0.5, 0.9, 0.99, 0.998, 0.999, 0.9999, 1.0)


def reliability(outcome: Sequence[tuple[float, bool, str]], has_total: bool) -> None:
    """For each range of confidence, how often it said to be right, and how often it was."""
    sure = [(calibrated(share, has_total), right) for share, right, _ in outcome]
    for low, high in pairwise(BINS):
        within = [one for one in sure if low <= one[0] < high or one[0] == high == 1.0]
        if within:
            said, right = np.mean([confidence for confidence, _ in within]), sum(right for _, right in within)
            print(
                f"  confidence {low:<6} to {high:<6} {len(within):5d} scores, mean {said:.5f}, "
                f"right {right} = {right / len(within):.5f}"
            )


def logistic(outcome: Sequence[tuple[float, bool, str]]) -> tuple[float, float]:
    """Slope and intercept that turn the log-odds of a share into log-odds of being right (Newton's method)."""
    odds = np.array([np.log((min(max(s, 1e-9), 1 - 1e-9)) / (1 - min(max(s, 1e-9), 1 - 1e-9))) for s, _, _ in outcome])
    right = np.array([float(r) for _, r, _ in outcome])
    matrix = np.stack((odds, np.ones_like(odds)), axis=1)
    found = np.array([1.0, 0.0])
    prior, precision = np.array([1.0, 0.0]), np.diag([40.0, 4.0])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ found, -40, 40)))
        slope = matrix.T @ (right - chance) - precision @ (found - prior)
        bend = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + precision
        found = found + np.linalg.solve(bend, slope)
    return float(found[0]), float(found[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=150)
    parser.add_argument("--family", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="keep the rankings here, or take them from here")
    parser.add_argument("--show", type=float, default=0.99, help="name the wrong ones above this share")
    given = parser.parse_args()
    if given.keep and given.keep.exists():
        sheets = pickle.loads(given.keep.read_bytes())
    else:
        schemes = load_schemes(None)
        forms = [(form, s) for s in schemes for form in s.form if form.base_points is not None]
        recogniser = Recogniser()
        sheets = [
            read_sheet(*forms[n % len(forms)], recogniser, 1000 * given.family + n, given.family)
            for n in range(given.sheets)
        ]
        if given.keep:
            given.keep.write_bytes(pickle.dumps(sheets))
    seconds, cells = sum(s["seconds"] for s in sheets), sum(s["count"] for s in sheets)
    print(
        f"{len(sheets)} sheets; processor time {1000 * seconds / cells:.1f} ms a cell,"
        f" {seconds / len(sheets):.3f} s a sheet"
    )
    for name, checked in (("with the total", True), ("alone", False)):
        outcome = judged(sheets, 0.05, checked)
        table(name, outcome, checked)
        reliability(outcome, checked)
        print(f"  logistic: slope {logistic(outcome)[0]:.3f}, intercept {logistic(outcome)[1]:.3f}")
        for share, right, said in outcome:
            if not right and share >= given.show:
                print(f"    wrong at {share:.4f}: {said}")
    wrong = [s for s in sheets if s["total"][0] != s["total"][1]]
    print(f"{len(wrong)} sheets with a wrong total")


if __name__ == "__main__":
    main()
