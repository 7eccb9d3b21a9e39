"""Forms as others type them, scanned: all cells found, their words read, and what is taken is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import scan_drawn as drawing
from paper import all_forms
from scans.blanks import DPI
from scans.damage import damaged
from scans.degrading import Scan, scanned
from scans.foreign import ForeignSheet, foreign_sheets
from scans.foreign_benching import ForeignTally, judge_booking, judge_cells
from scans.printing import printed
from scans.values import Odds

from formgen.model import Locator
from formgen.parsing import FileReading, Scanning
from formgen.rendering.layout import layouts
from parsers.grid import Cell, Grid
from parsers.reading import read_file
from parsers.scan.foreign import look_at_foreign
from parsers.scan.foreign_records import joined
from parsers.scan.known_words import corrected, passages
from parsers.scan.lines import lines_of
from parsers.scan.page import see
from parsers.scan.pages import PageImage
from parsers.scan.recogniser import Recogniser
from parsers.scan.rules import SCALE
from parsers.scan.seen import ForeignPage
from parsers.scan.sheets import Sheet, on_whole_image, parted_by_marks

FORMS = [form for _, form in all_forms().values()]
SCANNING = Scanning(layouts(None, FORMS))


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> tuple[ForeignSheet, ...]:
    """Three forms of one page each, typed by others, filled in by hand without any fault."""
    made = foreign_sheets(tmp_path_factory.mktemp("foreign"), 60, 5, Odds(0, 0, 0, blank=0, beyond=0, remark=0))
    return tuple(sheet for sheet in made if len(sheet.printed) == 1)[:3]


def scan_of(sheet: ForeignSheet, how: str, seed: int = 3) -> Scan:
    return damaged(scanned(sheet.page(1), DPI), how, seed)


def read(folder: Path, pixels: np.ndarray) -> FileReading:
    path = folder / "扫描.png"
    cv2.imwrite(str(path), pixels[:, :, ::-1])
    return read_file(path, FORMS, scanning=lambda: SCANNING)


# --- a page ----------------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize(("number", "how"), [(0, "noise"), (1, "office"), (2, "skew-4")])
def test_all_cells_are_found_and_their_words_read(
    number: int, how: str, sheets: Sequence[ForeignSheet], recogniser: Recogniser
) -> None:
    scan, tally = scan_of(sheets[number], how), ForeignTally()
    page = look_at_foreign(see(PageImage(1, scan.image[:, :, ::-1].copy())), recogniser, FORMS)
    assert isinstance(page, ForeignPage)
    cells = [(cell.where.box, cell.text) for grid in page.blocks if isinstance(grid, Grid) for cell in grid.cells]

    judge_cells(tally, sheets[number], 1, sheets[number].printed[0], scan, cells, how)

    assert (tally.found, tally.stray) == (tally.cells, 0), tally.failures
    assert tally.wrong <= 0.005 * tally.characters, tally.failures


@pytest.mark.libreoffice
def test_what_is_taken_of_a_foreign_form_is_right(sheets: Sequence[ForeignSheet], tmp_path: Path) -> None:
    tally = ForeignTally()

    for sheet in sheets:
        judge_booking(
            tally, sheet, read(tmp_path, scan_of(sheet, "clean-200").image), SCANNING.threshold, sheet.form.id
        )

    assert (tally.read, tally.misbooked) == (len(sheets), 0), tally.failures
    assert tally.taken == tally.right > 0, tally.failures


# --- two sheets on one image -----------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("turns", [0, 1], ids=["as it lies", "sideways"])
def test_two_foreign_sheets_on_one_image_are_read_each_as_itself(
    turns: int, sheets: Sequence[ForeignSheet], tmp_path: Path
) -> None:
    both = [scan_of(sheet, "clean-150").image for sheet in sheets if sheet.printed[0].height > sheet.printed[0].width]
    wanted = [sheet for sheet in sheets if sheet.printed[0].height > sheet.printed[0].width][:2]
    assert len(wanted) == 2
    image = np.ascontiguousarray(np.rot90(np.hstack(both[:2]), turns))

    reading = read(tmp_path, image)

    found = {record.form: (record.subject.village, record.period) for record in reading.records}
    assert found == {sheet.form.id: (sheet.subject.village, sheet.period) for sheet in wanted}
    places = [one.where.box for record in reading.records for one in record.readings.values() if one.where.box]
    along = 1 if turns else 0
    assert min(box[along] for box in places) < image.shape[1 - along] / 2 < max(box[along] for box in places)


# --- words -----------------------------------------------------------------------------------------------------


def line(words: str) -> np.ndarray:
    """A printed line on white, at the scale of the straight views."""
    cover = printed(words, "song", 3.9, SCALE)
    return np.pad(((1 - cover) * 255).astype(np.uint8), 6, constant_values=255)


@pytest.mark.libreoffice  # for its faces
@pytest.mark.parametrize(
    "words",
    [
        "对到户帮扶措施政策不了解情况",
        "户下享受政策未落实情况",
        "工作总结报送工作计划",
        "月度内是否开展上门收费、政策宣传",
    ],
)
def test_another_wording_is_not_painted_over(words: str, recogniser: Recogniser) -> None:
    view = line(words)

    (text,) = corrected(recogniser.free([view]), [view], passages(FORMS), recogniser)

    assert text.text == words


def test_the_full_form_of_a_character_is_read_as_the_form_prints_it(recogniser: Recogniser) -> None:
    from parsers.scan.recogniser import Text

    blank = np.full((40, 200), 255, np.uint8)
    read_as = [Text("对到户帮扶措施政策了解情況", 0.98), Text("張國樑", 0.98)]

    texts = corrected(read_as, [blank, blank], passages(FORMS), recogniser)

    assert [text.text for text in texts] == ["对到户帮扶措施政策了解情况", "張國樑"]


def test_grain_is_no_line() -> None:
    chance = np.random.default_rng(3)
    grain = np.clip(255 + chance.normal(0, 20, (400, 300)), 0, 255).astype(np.uint8)
    cv2.putText(grain, "35", (40, 210), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)

    assert len(lines_of(grain, SCALE)) == 1


# --- a table that goes on overleaf -----------------------------------------------------------------------------


def sheet_of(number: int, rows: Sequence[Sequence[str]], edges: tuple[float, ...]) -> ForeignPage:
    part = f"page {number}, table 1"
    cells = tuple(
        Cell(r, c, text, Locator(part, f"row {r + 1}, column {c + 1}"))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    return ForeignPage(number, (Grid(part, len(rows), len(edges) - 1, cells),), edges={part: edges})


def test_a_table_that_goes_on_overleaf_is_one_and_its_head_counts_once() -> None:
    pages = [
        sheet_of(1, [["指标", "分值", "得分"], ["甲", "5", "4"]], (0.0, 0.5, 0.75, 1.0)),
        sheet_of(2, [["指标", "分值", "得分"], ["乙", "5", "3"]], (0.0, 0.505, 0.75, 1.0)),
        sheet_of(3, [["合计", "7"]], (0.0, 0.75, 1.0)),
    ]

    (grid,) = joined(pages)

    assert isinstance(grid, Grid)
    assert [(cell.row, cell.column, cell.colspan, cell.text) for cell in grid.cells][3:] == [
        (1, 0, 1, "甲"),
        (1, 1, 1, "5"),
        (1, 2, 1, "4"),
        (2, 0, 1, "乙"),
        (2, 1, 1, "5"),
        (2, 2, 1, "3"),
        (3, 0, 2, "合计"),
        (3, 2, 1, "7"),
    ]


def test_another_table_overleaf_is_another_table() -> None:
    pages = [sheet_of(1, [["指标", "得分"]], (0.0, 0.5, 1.0)), sheet_of(2, [["姓名", "等次"]], (0.0, 0.3, 1.0))]

    assert len(joined(pages)) == 2


@pytest.mark.parametrize("upside_down", [False, True], ids=["alike", "one-upside-down"])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_two_sheets_of_ours_are_parted_by_their_marks(turns: int, upside_down: bool) -> None:
    one = drawing.drawn(drawing.layout())
    pair = np.hstack([one, one[::-1, ::-1] if upside_down else one])
    page = see(PageImage(4, np.ascontiguousarray(np.rot90(pair, turns))))

    sheets = parted_by_marks(page)

    wide = one.shape[1]
    assert len(sheets) == 2
    places = sorted(max(sheet.left, sheet.top) for sheet in sheets)
    assert places[0] == 0
    assert abs(places[1] - wide) < 0.06 * wide
    assert all({mark.id for mark in see(sheet.image).marks} == {0, 1, 2, 3} for sheet in sheets)


def test_one_sheet_is_not_parted() -> None:
    page = see(PageImage(1, drawing.drawn(drawing.layout())))

    assert page.repeated == ()


def test_what_lies_on_the_second_sheet_has_its_place_on_the_whole_image() -> None:
    cell = Cell(0, 0, "8", Locator("page 1, table 1", "row 1, column 1", box=(1, 2, 3, 2, 3, 4, 1, 4)))
    found = ForeignPage(1, (Grid("page 1, table 1", 1, 1, (cell,)),))
    sheet = Sheet(PageImage(1, np.zeros((9, 9), np.uint8)), 100, 0)

    moved = on_whole_image(found, sheet, tables=1)

    assert isinstance(moved, ForeignPage)
    (grid,) = moved.blocks
    assert isinstance(grid, Grid)
    assert grid.cells[0].where.box == (101, 2, 103, 2, 103, 4, 101, 4)
    assert grid.part == grid.cells[0].where.part == "page 1, table 2"
