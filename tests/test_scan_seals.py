"""Seals and signatures on paper: where a seal's middle lies, and what stands where one signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from formgen.model import PageLayout, Slot
from parsers.scan import cells, ink, red_pens, seals, signatures
from parsers.scan.pages import PageImage
from parsers.scan.snapping import Placed, Placement
from parsers.scan.washing import washed

if TYPE_CHECKING:
    from parsers.scan.pages import Image, Points

DENSITY = 8.0  #: Pixels a millimetre.
RED, BLACK = (40, 35, 200), (40, 36, 38)
PRINTED = "盖章\n负责人签字：                       年  月  日"
BOX = Slot(20, 100, 120, 24, text=PRINTED)


@dataclass(frozen=True)
class Page:
    """What is asked of a page here."""

    image: PageImage


def paper(light: float = 1.0) -> Image:
    return np.full((int(200 * DENSITY), int(170 * DENSITY), 3), int(250 * light), np.uint8)


def corners(x: float, y: float, width: float, height: float) -> Points:
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float64) * DENSITY


def press(page: Image, x: float, y: float, across: float = 40, colour: tuple[int, int, int] = RED) -> None:
    middle = (int(x * DENSITY), int(y * DENSITY))
    cv2.circle(page, middle, int(across / 2 * DENSITY), colour, int(1.1 * DENSITY), cv2.LINE_AA)
    cv2.circle(page, middle, int(4 * DENSITY), colour, -1, cv2.LINE_AA)


def seals_on(page: Image) -> seals.Seals:
    return seals.seals_of(washed(Page(PageImage(1, page))), DENSITY)  # type: ignore[arg-type]


@pytest.mark.parametrize("across", [32, 38, 42])
@pytest.mark.parametrize("light", [1.0, 0.45])
def test_a_seal_belongs_to_the_box_in_which_its_middle_lies(across: float, light: float) -> None:
    page = paper()
    press(page, 80, 112, across)
    page = (page * light).astype(np.uint8)

    found = seals_on(page)

    assert found.on(corners(20, 100, 120, 24))
    assert not found.on(corners(20, 124, 120, 24))
    assert not found.on(corners(20, 76, 120, 24))


def test_a_grey_ring_is_a_seal_and_writing_is_none() -> None:
    page = paper()
    press(page, 80, 112, colour=(120, 120, 120))
    for row in range(6):
        place = (int(25 * DENSITY), int((20 + 10 * row) * DENSITY))
        cv2.putText(page, "8888 3333 5555 6666", place, cv2.FONT_HERSHEY_SIMPLEX, 2.2, BLACK, 4, cv2.LINE_AA)

    found = seals_on(np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8))

    assert found.on(corners(20, 100, 120, 24))
    assert not found.on(corners(20, 15, 120, 60))


def test_a_seal_of_another_shape_is_one_as_well() -> None:
    page = paper()
    cv2.rectangle(page, (int(60 * DENSITY), int(104 * DENSITY)), (int(90 * DENSITY), int(120 * DENSITY)), RED, 12)

    assert seals_on(page).on(corners(20, 100, 120, 24))
    assert not seals_on(paper()).on(corners(20, 100, 120, 24))


def on_red_table(page: Image) -> tuple[Image, Points]:
    """A sheet on a table of red wood, with its corners."""
    rim = int(60 * DENSITY)
    photo = cv2.copyMakeBorder(page, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(60, 80, 170))
    high, wide = page.shape[:2]
    return np.asarray(photo, np.uint8), np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float64) + rim


def test_a_red_table_about_the_sheet_hides_no_seal_and_is_no_writing() -> None:
    page = paper()
    press(page, 80, 112)
    press(page, 80, 140)
    press(page, 76, 168)
    photo, sheet = on_red_table(page)
    seen = washed(Page(PageImage(1, photo)))  # type: ignore[arg-type]
    box = corners(20, 100, 120, 24) + sheet[0]

    on = seals.seals_of(seen, DENSITY, sheet)
    pen = red_pens.red_pen(photo, DENSITY, sheet)

    assert len(on.places) == 3
    assert on.on(box)
    assert pen is None or not red_pens.inked_red(pen, box, 120.0)


def test_the_sheet_lies_where_its_cells_tell() -> None:
    matrix = np.array([[8.1, 0.4, 300], [-0.3, 7.9, 500], [1e-5, 2e-5, 1]])
    slots = [Slot(20 + 40 * x, 60 + 50 * y, 40, 50) for x in range(4) for y in range(4)]

    def seen(places: Points) -> Points:
        return np.asarray(cv2.perspectiveTransform(places[None].astype(np.float64), matrix)[0])

    placed = tuple(Placed(s, seen(corners(s.x, s.y, s.width, s.height) / DENSITY), 0.0, True) for s in slots)
    layout = PageLayout("form", "edition", 1, 1, 210.0, 297.0, tuple(slots))
    placement = Placement(layout, placed, 1.0, 1.0, 1.0, 4, 0.0, 0)

    found = cells.paper_of(placement)

    assert found is not None
    assert np.abs(found - seen(np.array([(0, 0), (210, 0), (210, 297), (0, 297)], np.float64))).max() < 1


def is_signed(page: Image) -> bool:
    seen = Page(PageImage(1, page))
    sheet = washed(seen)  # type: ignore[arg-type]
    found = Placed(BOX, corners(BOX.x, BOX.y, BOX.width, BOX.height), 0.0, True)
    view = ink.crop(sheet.page, found, -0.25)
    red = sheet.reddened(found.corners)
    on = seals.seals_of(sheet, DENSITY)
    return signatures.signed(seen, found, view, 0.25, red=red, seen=on)  # type: ignore[arg-type]


def printed() -> Image:
    """A page with the printed line of the box: the word for a signature, and the date at the right end."""
    page = paper()
    for right, wide in ((64, 22), (17, 4), (11, 4), (4.3, 3)):
        x, y = int((BOX.x + BOX.width - right) * DENSITY), int((BOX.y + BOX.height - 6.5) * DENSITY)
        cv2.rectangle(page, (x, y), (x + int(wide * DENSITY), y + int(3.6 * DENSITY)), BLACK, 3)
    return page


def scribble(page: Image) -> None:
    x, y = int((BOX.x + BOX.width - 40) * DENSITY), int((BOX.y + BOX.height - 4) * DENSITY)
    points = [(x + step * 12, y - (20 if step % 2 else -4)) for step in range(9)]
    cv2.polylines(page, [np.array(points, np.int32)], False, (150, 58, 38), 4, cv2.LINE_AA)


def test_writing_behind_the_word_is_a_signature() -> None:
    page = printed()
    assert not is_signed(page)

    scribble(page)

    assert is_signed(page)


def test_a_seal_across_the_line_is_no_signature() -> None:
    page = printed()
    press(page, 112, 112)

    assert not is_signed(page)

    scribble(page)
    press(page, 112, 112)

    assert is_signed(page)


def test_a_square_seal_with_a_name_is_a_signature() -> None:
    page = printed()
    x, y = int((BOX.x + BOX.width - 39) * DENSITY), int((BOX.y + BOX.height - 9) * DENSITY)
    tile = cv2.boxPoints(((x + 40.0, y + 40.0), (10 * DENSITY, 10 * DENSITY), 7.0)).astype(np.int32)
    cv2.polylines(page, [tile], True, RED, 6, cv2.LINE_AA)
    cv2.putText(page, "8", (x + 20, y + 60), cv2.FONT_HERSHEY_SIMPLEX, 1.4, RED, 4, cv2.LINE_AA)

    assert is_signed(page)


def lettered(page: Image, x: float, y: float, colour: tuple[int, int, int] = RED) -> None:
    """A round seal with words along its ring."""
    press(page, x, y, colour=colour)
    for degrees in range(0, 360, 30):
        along, down = 14 * np.cos(np.radians(degrees)) - 1.5, 14 * np.sin(np.radians(degrees)) + 1.5
        place = (int((x + along) * DENSITY), int((y + down) * DENSITY))
        cv2.putText(page, "B", place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, colour, 3, cv2.LINE_AA)


@pytest.mark.parametrize("middles", [((119, 107), (109, 117)), ((110, 119), (119, 129)), ((106, 121), (117, 112))])
def test_two_round_seals_across_each_other_are_no_square_one(middles: tuple[tuple[float, float], ...]) -> None:
    page = printed()
    for x, y in middles:
        lettered(page, x, y)

    assert not is_signed(page)


def test_a_seal_on_a_grey_page_is_no_signature_and_hides_none() -> None:
    page = printed()
    press(page, 110, 102, colour=(110, 110, 110))
    signed = page.copy()
    scribble(signed)

    plain, written = (np.asarray(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), np.uint8) for one in (page, signed))

    assert not is_signed(plain)
    assert is_signed(written)


def test_the_words_of_a_seal_on_a_grey_page_are_no_signature() -> None:
    page = printed()
    lettered(page, 111, 134, (70, 70, 70))
    signed = page.copy()
    scribble(signed)

    plain, written = (np.asarray(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), np.uint8) for one in (page, signed))

    assert not is_signed(plain)
    assert is_signed(written)


def test_a_box_without_room_to_sign_is_known() -> None:
    assert signatures.has_room(PRINTED)
    assert not signatures.has_room("县（区）组织部门意见：\n\n盖章\n年  月  日")
