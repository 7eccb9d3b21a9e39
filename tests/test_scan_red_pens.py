"""Red on paper: a seal is no writing, and writing in red is never passed over in silence."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from paper import all_forms

from parsers.scan import red_pens
from parsers.scan.allowed import merged
from parsers.scan.ink import red_mask
from parsers.scan.red_pens import inked_red, red_pen
from parsers.scan.settling import Seen, settle

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

DENSITY = 8.0  #: Pixels a millimetre.
RED, BLACK = (40, 40, 205), (30, 30, 30)


def paper() -> Image:
    return np.full((int(297 * DENSITY), int(210 * DENSITY), 3), 250, np.uint8)


def box(x: float, y: float, width: float = 20, height: float = 10) -> Points:
    """Corners in pixels of a box in millimetres."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return np.array(corners, np.float64) * DENSITY


def write(page: Image, text: str, x: float, y: float, colour: tuple[int, int, int]) -> None:
    place = (int(x * DENSITY), int(y * DENSITY))
    cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, 2.0, colour, 5, cv2.LINE_AA)


def seal(page: Image, x: float, y: float, across: float = 40) -> None:
    middle = (int(x * DENSITY), int(y * DENSITY))
    cv2.circle(page, middle, int(across / 2 * DENSITY), RED, int(1.2 * DENSITY), cv2.LINE_AA)
    cv2.circle(page, middle, int(5 * DENSITY), RED, -1, cv2.LINE_AA)


def holds_red(page: Image, place: Points) -> bool:
    found = red_pen(page, DENSITY)
    return found is not None and inked_red(found, place, 20.0)


def test_a_figure_in_red_is_seen_in_its_box_alone() -> None:
    page = paper()
    write(page, "8", 53, 68, RED)

    assert holds_red(page, box(50, 60))
    assert not holds_red(page, box(50, 75))
    assert not holds_red(page, box(75, 60))


@pytest.mark.parametrize("place", [(85, 95), (95, 100), (100, 110), (80, 120)])
def test_a_seal_over_a_box_is_no_writing(place: tuple[float, float]) -> None:
    page = paper()
    seal(page, 100, 110)

    assert not holds_red(page, box(*place))


def test_writing_in_red_is_seen_on_a_desk_of_red_wood() -> None:
    page = paper()
    rim = int(10 * DENSITY)
    for part in (page[:rim], page[-rim:], page[:, :rim], page[:, -rim:]):
        part[:] = (60, 90, 150)
    write(page, "8", 53, 68, RED)

    assert holds_red(page, box(50, 60))
    assert not holds_red(page, box(0, 60))


def test_lines_of_writing_in_red_are_no_seal_and_seals_that_overlap_are() -> None:
    page = paper()
    for line in (68, 77, 86):
        write(page, "88888888", 53, line, RED)
    seal(page, 100, 200)
    seal(page, 128, 205)

    assert holds_red(page, box(50, 60))
    assert holds_red(page, box(80, 72))
    assert not holds_red(page, box(95, 190))
    assert not holds_red(page, box(122, 195))


def test_a_square_seal_with_a_name_is_no_writing() -> None:
    page = paper()
    corner, opposite = (int(54 * DENSITY), int(61 * DENSITY)), (int(65 * DENSITY), int(72 * DENSITY))
    cv2.rectangle(page, corner, opposite, RED, 9)
    for line in (66, 71):
        cv2.putText(page, "AB", (int(55.5 * DENSITY), int(line * DENSITY)), cv2.FONT_HERSHEY_SIMPLEX, 1.3, RED, 4)

    assert not holds_red(page, box(50, 60, height=14))


def test_red_that_is_writing_alone_is_told_from_writing_under_a_seal() -> None:
    page = paper()
    write(page, "8", 53, 68, RED)
    write(page, "8", 103, 68, RED)
    cv2.line(page, (int(100 * DENSITY), int(62 * DENSITY)), (int(160 * DENSITY), int(62 * DENSITY)), RED, 12)
    seal(page, 140, 62)
    found = red_pen(page, DENSITY)

    assert found is not None
    assert red_pens.alone(found, red_mask(page), box(50, 60), 20.0)
    assert not red_pens.alone(found, red_mask(page), box(118, 60), 20.0)


def test_black_writing_and_grey_scans_hold_no_red() -> None:
    page = paper()
    write(page, "8", 53, 68, BLACK)

    assert not holds_red(page, box(50, 60))
    assert red_pen(np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8), DENSITY) is None


def test_a_blank_cell_with_red_writing_is_doubtful() -> None:
    form = all_forms()["village-cadre-quarterly"][1]
    bonus = next(item for item in form.items if item.bonus)

    said, _ = settle(form, [Seen(bonus.id, filled=False, red=True)])

    assert said[bonus.id].confidence < 0.5
    assert "红色" in said[bonus.id].doubt


def test_a_score_with_red_writing_beside_it_is_doubtful_though_the_total_agrees() -> None:
    form = all_forms()["village-cadre-quarterly"][1]
    first = form.items[0]
    ranking, total = merged({"30": 1.0, "20": 1e-9}, 1e-9), merged({"30": 1.0, "20": 1e-9}, 1e-9)

    said, agrees = settle(
        form, [Seen(first.id, True, "30", 1.0, ranking, red=True), Seen("total", True, "30", 1.0, total)]
    )

    assert agrees
    assert Decimal(said[first.id].text) == 30
    assert said[first.id].confidence < 0.5
    assert said["total"].confidence > 0.99
