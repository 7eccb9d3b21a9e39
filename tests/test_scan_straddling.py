"""A figure written exactly on the rule between two cells is a doubt; crooked rules and neighbours' writing are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from paper import all_forms

from formgen.model import Slot
from parsers.scan.pages import PageImage
from parsers.scan.seen import SeenSlot
from parsers.scan.settling import Seen, settle
from parsers.scan.snapping import Placed
from parsers.scan.straddling import DOUBT, bulges, doubted
from parsers.scan.washing import washed

if TYPE_CHECKING:
    from parsers.scan.pages import Image

DOTS = 8.0  #: Pixels a millimetre.
FORM = all_forms()["village-cadre-quarterly"][1]
FIRST, SECOND = (item.id for item in FORM.items[:2])
HIGH, WIDE = 9.0, 16.0
SLOTS = (
    Slot(20, 20, WIDE, HIGH, text="做法", row=0, column=0, table=0),
    Slot(20 + WIDE, 20, WIDE, HIGH, tags=(FIRST,), row=0, column=1, table=0),
    Slot(20, 20 + HIGH, WIDE, HIGH, text="办法", row=1, column=0, table=0),
    Slot(20 + WIDE, 20 + HIGH, WIDE, HIGH, tags=(SECOND,), row=1, column=1, table=0),
)


@dataclass(frozen=True)
class Page:
    """What is asked of a page here."""

    image: PageImage


def page(thick: int = 1) -> Image:
    """Four cells: two printed ones to the left, two blank ones for points to the right."""
    drawn = np.full((int(60 * DOTS), int(80 * DOTS)), 252, np.uint8)
    for slot in SLOTS:
        upper, lower = (slot.x, slot.y), (slot.x + slot.width, slot.y + slot.height)
        cv2.rectangle(drawn, at(*upper), at(*lower), 40, thick)
    return drawn


def at(x: float, y: float) -> tuple[int, int]:
    return round(x * DOTS), round(y * DOTS)


def line(drawn: Image, start: tuple[float, float], end: tuple[float, float], thick: int = 4) -> None:
    cv2.line(drawn, at(*start), at(*end), 50, thick, cv2.LINE_AA)


def doubts(drawn: Image, filled: tuple[str, ...] = ()) -> set[str]:
    """The fields that are doubtful; those ``filled`` were read."""
    corners = [
        np.array([(s.x, s.y), (s.x + s.width, s.y), (s.x + s.width, s.y + s.height), (s.x, s.y + s.height)]) * DOTS
        for s in SLOTS
    ]
    placed = [Placed(slot, four, 0.0, True) for slot, four in zip(SLOTS, corners, strict=True)]
    slots = [SeenSlot(slot, (), filled=bool({*slot.tags} & {*filled})) for slot in SLOTS]
    sheet = washed(Page(PageImage(1, drawn)))  # type: ignore[arg-type]
    return {slot.slot.tags[0] for slot in doubted(sheet, placed, slots, FORM) if slot.doubt == DOUBT}


@pytest.mark.parametrize("lean", [0.0, 0.25])
def test_a_one_on_the_upright_rule_is_a_doubt(lean: float) -> None:
    drawn = page()
    line(drawn, (20 + WIDE + lean, 22.4), (20 + WIDE - lean, 26.4), 6)

    assert doubts(drawn) == {FIRST}


def test_a_figure_across_the_rule_between_two_blank_cells_is_a_doubt_of_both() -> None:
    drawn = page()
    line(drawn, (44, 20 + HIGH - 1.2), (43.6, 20 + HIGH + 1.2))

    assert doubts(drawn) == {FIRST, SECOND}


def test_writing_that_reaches_over_from_a_filled_cell_is_no_doubt() -> None:
    drawn = page()
    line(drawn, (44, 20 + HIGH - 0.8), (43.5, 20 + HIGH + 3.5))

    assert doubts(drawn, filled=(SECOND,)) == set()


@pytest.mark.parametrize("thick", [1, 3, 5])
def test_bare_rules_of_any_thickness_are_no_doubt(thick: int) -> None:
    drawn = cv2.GaussianBlur(page(thick), (0, 0), 1.0)
    turn = cv2.getRotationMatrix2D((300, 200), 0.4, 1.0)
    askew = cv2.warpAffine(drawn, turn, drawn.shape[::-1], borderValue=252)

    assert doubts(np.asarray(drawn, np.uint8)) == set()
    assert doubts(np.asarray(askew, np.uint8)) == set()


def test_a_rule_that_is_thick_for_long_is_no_figure() -> None:
    strip = np.full((33, 160), 250, np.uint8)
    strip[15:17] = 30
    strip[13:19, 20:150] = 30

    assert [bulge for bulge in bulges(strip) if bulge.written] == []


def test_a_blank_cell_with_writing_on_its_rule_is_not_passed_over() -> None:
    said = settle(FORM, [Seen(FIRST, filled=False, doubt=DOUBT)])[0][FIRST]

    assert said.text == ""
    assert said.confidence < 0.5
    assert "格线" in said.doubt
