"""The simulator itself: what it says of a page is what is on the page, and a seed decides all of it."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pytest
from paper import all_forms
from scans.blanks import Blank, printed_blanks
from scans.damage import DAMAGES, damaged
from scans.degrading import scanned
from scans.filling import DOTS, Sheet, fill
from scans.measuring import apart
from scans.shapes import CHARACTERS, FIGURES, SHAPES, points
from scans.strokes import Hand, hand, size_of, write
from scans.values import Odds, entries

FINE = 150 / 25.4


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Blank, ...]:
    return printed_blanks(tmp_path_factory.mktemp("blanks"), each=1)


def test_every_figure_has_several_shapes_and_every_stroke_two_points() -> None:
    assert all(len(FIGURES[digit]) >= 4 for digit in "0123456789")
    assert all(len(stroke) >= 2 for shapes in SHAPES.values() for shape in shapes for stroke in points(shape))
    assert set("好一般差优秀称职不合格良") <= CHARACTERS.keys()


def test_the_same_seed_writes_the_same_ink_and_another_does_not() -> None:
    first, again, other = (write("28.5", hand(seed), random.Random(seed), FINE) for seed in (3, 3, 4))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("size", [3.0, 5.0])
def test_writing_is_as_high_as_it_was_asked_for(size: float) -> None:
    ink = write("8", Hand(size=size, weight=0.4, slant=0, wobble=0), random.Random(1), FINE)

    rows = np.flatnonzero(ink.max(axis=1) > 0.3)
    assert size_of(ink[rows[0] : rows[-1]], FINE)[1] == pytest.approx(size + 0.4, rel=0.2)


def test_a_decimal_point_is_never_swallowed_by_its_neighbours() -> None:
    for seed in range(30):
        with_point = write("8.5", hand(seed), random.Random(seed), FINE)
        parts = cv2.connectedComponents((with_point > 0.3).astype(np.uint8))[0] - 1
        assert parts >= 2, seed


@pytest.mark.parametrize("name", list(DAMAGES))
def test_a_damaged_page_shows_each_point_where_it_says(name: str) -> None:
    page = np.full((1754, 1240, 3), 255, np.uint8)
    places = np.array([(x, y) for x in (60.0, 105.0, 150.0) for y in (60.0, 150.0, 240.0)])
    for x, y in places:
        cv2.circle(page, (round(x * FINE), round(y * FINE)), round(2.5 * FINE), (0, 0, 0), -1)

    scan = damaged(scanned(page, 150), name, 5)

    grey = cv2.cvtColor(scan.image, cv2.COLOR_RGB2GRAY)
    apart_mm = []
    for x, y in scan.pixels(places):
        reach = round(3.2 * scan.dpi / 25.4)
        left, top = max(0, round(x) - reach), max(0, round(y) - reach)
        window = grey[top : round(y) + reach + 1, left : round(x) + reach + 1].astype(float)
        rows, columns = np.nonzero(window < (window.min() + np.median(window)) / 2)
        apart_mm.append(np.hypot(columns.mean() + left - x, rows.mean() + top - y) / scan.dpi * 25.4)
    assert np.median(apart_mm) < 0.25


def test_a_sheet_adds_up_unless_it_says_that_it_does_not() -> None:
    scheme, form = all_forms()["tongshi-annual"]
    tags = {item.id for item in form.items} | {"total"}
    wrong = 0
    for seed in range(60):
        made = entries(form, scheme, tags, (), seed, Odds(wrong_total=0.3))
        items = {item.id: item for item in form.items}
        scores = [entry.value for field, entry in made.fields.items() if field in items]
        said = made.fields["total"].value
        assert made.total == sum((score for score in scores if isinstance(score, Decimal)), Decimal(0))
        assert (said != made.total) == ("wrong-total" in made.faults)
        wrong += "wrong-total" in made.faults
    assert 5 <= wrong <= 35


@pytest.mark.libreoffice
def test_the_layout_of_every_form_is_where_it_was_printed(blanks: tuple[Blank, ...]) -> None:
    assert {blank.form.id for blank in blanks} == set(all_forms())
    for blank in blanks:
        assert len(blank.layouts) == len(blank.printed)
        for layout, page in zip(blank.layouts, blank.printed, strict=True):
            for slot in layout.slots:
                if slot.ruled:
                    cell = page.near(slot)
                    assert cell is not None, (blank.form.id, slot)
                    assert apart(cell, slot) <= 1.0


@pytest.mark.libreoffice
def test_a_filled_page_has_ink_in_every_answer_that_is_not_blank_and_only_there(blanks: tuple[Blank, ...]) -> None:
    for blank in blanks:
        sheet = fill(blank, 11, Odds(beyond=0, blank=0.2))
        for layout in blank.layouts:
            added = blank.page(layout.page).astype(int) - sheet.page(layout.page)
            for one in _answers(sheet, layout.page):
                slot = one.slot
                inside = added[_span(slot.y, slot.height), _span(slot.x, slot.width)]
                if one.field not in sheet.seals and not _near_a_seal(sheet):
                    assert (inside.max() > 60) == bool(one.text), (blank.form.id, one.field, one.text)


def _answers(sheet: Sheet, page: int) -> list:  # type: ignore[type-arg]
    signed = set(sheet.signatures) | set(sheet.seals)
    return [one for one in sheet.written.values() if one.page == page and not one.printed and one.field not in signed]


def _near_a_seal(sheet: Sheet) -> bool:
    return any(sheet.seals.values())


def _span(start: float, length: float) -> slice:
    return slice(round((start + 0.6) * DOTS), round((start + length - 0.6) * DOTS))


def test_no_face_and_no_picture_lies_beside_the_simulator() -> None:
    kinds = {path.suffix for path in (Path(__file__).parent / "scans").rglob("*") if path.is_file()}

    assert kinds <= {".py", ".pyc", ".toml"}
