"""A reader's answers held against what the simulator knows: where things are, what is blank, what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from formgen.model import PageLayout
from scans.degrading import Points, Scan
from scans.filling import Sheet, Written
from scans.measuring import PrintedPage

NEAR = 1.0  #: Millimetres: a cell that is placed no farther off is well placed.


@dataclass
class Tally:
    """What was counted, for one kind of damage or for all."""

    pages: int = 0
    placed_pages: int = 0  #: Every cell within NEAR.
    cells: int = 0
    placed_cells: int = 0
    worst: list[float] = field(default_factory=list)  #: Millimetres, of each page the farthest cell.
    judged: int = 0  #: Answers that are filled or blank.
    judged_right: int = 0
    scores: int = 0  #: Written scores and totals.
    taken: int = 0  #: …of them taken without a person.
    taken_right: int = 0
    fair: int = 0  #: Written scores but those that must go to a person: a wrong total, out of range, crossed out.
    fair_taken: int = 0
    others: int = 0  #: Names, grades, judgements, dates: what is no score.
    others_taken: int = 0
    others_right: int = 0
    wrong_totals: int = 0  #: Sheets whose written total is not the sum.
    wrong_totals_taken: int = 0
    sheets: int = 0
    unread: int = 0  #: Sheets that were set aside, or of which no record came.
    misbooked: int = 0  #: Sheets booked for another form, person or period without a doubt.
    aside: int = 0  #: Sheets of which every score is left to a person.
    marks: int = 0  #: Signatures and seals looked for.
    marks_right: int = 0
    seconds: list[float] = field(default_factory=list)  #: A page.
    failures: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  #: Scores of fair sheets that a person is asked about, and why.

    def add(self, other: Tally) -> None:
        """Count the other's in."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def corners_of(printed: PrintedPage, layout: PageLayout, scan: Scan) -> list[tuple[int, Points]]:
    """For each ruled slot, where its corners are seen: by the PDF, through everything that was done to the page."""
    found = []
    for number, slot in enumerate(layout.slots):
        cell = printed.near(slot) if slot.ruled else None
        if cell is not None:
            right, low = cell.x + cell.width, cell.y + cell.height
            found.append(
                (number, scan.pixels(np.array([(cell.x, cell.y), (right, cell.y), (right, low), (cell.x, low)])))
            )
    return found


def judge_places(tally: Tally, printed: PrintedPage, scan: Scan, placement: Any, name: str) -> None:
    """``placement``: ``parsers.scan.snapping.Placement`` of the page's own layout."""
    apart = []
    for number, corners in corners_of(printed, placement.layout, scan):
        apart.append(float(np.abs(placement.placed[number].corners - corners).max()) / (scan.dpi / 25.4))
    tally.pages += 1
    tally.cells += len(apart)
    good = sum(distance <= NEAR for distance in apart)
    tally.placed_cells += good
    tally.placed_pages += good == len(apart)
    tally.worst.append(max(apart, default=0.0))
    if good < len(apart):
        tally.failures.append(f"{name}: {len(apart) - good} cells off, by {max(apart):.1f} mm")


def judge_blanks(tally: Tally, sheet: Sheet, filled: dict[str, bool], name: str) -> None:
    """``filled``: by field, whether the reader says that something is written there. Boxes to sign are left out."""
    for one in sheet.written.values():
        if one.field not in filled or not is_plain(sheet, one):
            continue
        tally.judged += 1
        right = filled[one.field] == bool(one.text)
        tally.judged_right += right
        if not right:
            said = "blank" if one.text else "filled"
            tally.failures.append(
                f"{name}: {one.field} “{one.text}” is called {said}{' (crosses a rule)' * one.beyond}"
            )


def is_plain(sheet: Sheet, one: Written) -> bool:
    """Whether nothing but the answer itself comes into the box: no seal, no signature, no printed value."""
    return not one.printed and not one.slot.text and one.field not in sheet.signatures and one.field not in sheet.seals
