"""A grey seal across a cell for remarks is no remark; what somebody wrote there, paler or under it, is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from formgen.model import Slot
from parsers.scan import ink, stamped
from parsers.scan.seals import Seals
from parsers.scan.snapping import Placed

if TYPE_CHECKING:
    from parsers.scan.pages import Image

DOTS = 8.0  #: Pixels of the page a millimetre.
SLOT = Slot(20, 50, 40, 10, tags=("1.1.remark",), row=0, column=0, table=0)
CORNERS = np.array([(20, 50), (60, 50), (60, 60), (20, 60)]) * DOTS
CELL = Placed(SLOT, CORNERS, 0.0, True)
SEAL = Seals(((45 * DOTS, 68 * DOTS, 19 * DOTS),), None)


def cell(words: str = "", pen: int = 60) -> Image:
    """The view of the cell with the upper part of a grey seal, and perhaps something written."""
    view = np.full((round(10 * ink.DENSITY), round(40 * ink.DENSITY)), 250, np.uint8)
    middle = (round(25 * ink.DENSITY), round(18 * ink.DENSITY))
    cv2.circle(view, middle, round(19 * ink.DENSITY), 160, round(1.1 * ink.DENSITY), cv2.LINE_AA)
    cv2.putText(view, "B", (middle[0] - 20, middle[1] - 150), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 170, 5, cv2.LINE_AA)
    cv2.putText(view, words, (40, 90), cv2.FONT_HERSHEY_SIMPLEX, 2.0, pen, 6, cv2.LINE_AA)
    return view


def rest(view: Image) -> ink.Ink:
    return ink.filled(stamped.beside(view, CELL, SEAL, 0.0))


def test_a_grey_seal_alone_is_pale_and_leaves_nothing_beside_it() -> None:
    assert ink.filled(cell()).filled
    assert stamped.is_pale(cell())
    assert not rest(cell()).filled


def test_dark_writing_is_never_taken_for_a_seal() -> None:
    assert not stamped.is_pale(cell("42"))


def test_pale_writing_beside_a_seal_stays() -> None:
    view = cell("42", pen=140)

    assert stamped.is_pale(view)
    assert rest(view).filled


def test_a_ring_as_dark_as_a_pen_is_none_and_what_is_written_beside_it_stays() -> None:
    ring, written, inside = (np.full((round(10 * ink.DENSITY), round(40 * ink.DENSITY)), 250, np.uint8) for _ in "123")
    middle = (round(25 * ink.DENSITY), round(18 * ink.DENSITY))
    for view in (ring, written):
        cv2.circle(view, middle, round(19 * ink.DENSITY), 70, round(1.1 * ink.DENSITY), cv2.LINE_AA)
    for view in (written, inside):
        cv2.putText(view, "42", (middle[0] - 20, 90), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 60, 6, cv2.LINE_AA)

    def beside(view: Image) -> ink.Ink:
        return ink.filled(stamped.beside(view, CELL, SEAL, 0.0, words=False))

    assert not stamped.is_pale(ring)
    assert [stamped.crosses(view) for view in (ring, written, inside)] == [True, True, False]
    assert [beside(view).filled for view in (ring, written)] == [False, True]
