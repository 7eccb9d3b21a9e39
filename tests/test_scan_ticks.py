"""Boxes to tick and lone ticks on scanned pages: read as the texts that the parsers of the forms understand."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from paper import all_forms
from scans.printing import printed

from formgen.model import Locator, Reading, Record, Subject
from parsers.forms.choices import GRADES, choose
from parsers.grid import Grid
from parsers.scan.foreign import look_at_foreign
from parsers.scan.foreign_records import _settled as settled
from parsers.scan.lone_ticks import lone_mark
from parsers.scan.page import see
from parsers.scan.pages import PageImage
from parsers.scan.recogniser import Recogniser
from parsers.scan.rules import SCALE
from parsers.scan.seen import ForeignPage
from parsers.scan.ticks import choice_of

FORMS = [form for _, form in all_forms().values()]
DOTS = 300 / 25.4
CHECK = ((0.1, 0.45), (0.4, 0.85), (1.15, -0.2))
CROSS = ((0.1, 0.1), (0.9, 0.9), (0.5, 0.5), (0.9, 0.1), (0.1, 0.9))
RING = tuple((0.5 + 0.45 * np.cos(turn), 0.5 + 0.45 * np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 30))
FILL = tuple((x, row) for row in np.linspace(0.15, 0.85, 9) for x in (0.15, 0.85))
DOT = ((0.45, 0.55), (0.62, 0.6))


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


def paper(width: float, height: float) -> np.ndarray:
    return np.full((round(height * DOTS), round(width * DOTS)), 255, np.uint8)


def put_words(page: np.ndarray, words: str, x: float, y: float, face: str = "song") -> float:
    """Print words with their left upper corner there; millimetres of their width."""
    cover = printed(words, face, 4.2, DOTS)
    left, top = round(x * DOTS), round(y * DOTS)
    part = page[top : top + cover.shape[0], left : left + cover.shape[1]]
    part[:] = np.minimum(part, ((1 - cover) * 255).astype(np.uint8))
    return cover.shape[1] / DOTS


def put_stroke(
    page: np.ndarray, shape: Sequence[tuple[float, float]], x: float, y: float, side: float, pen: float = 0.45
) -> None:
    places = np.array([[(x + side * a) * DOTS, (y + side * b) * DOTS] for a, b in shape])
    cv2.polylines(page, [np.round(places * 16).astype(np.int32)], False, 30, round(pen * DOTS), cv2.LINE_AA, 4)


def put_row(
    page: np.ndarray,
    row: Sequence[str | tuple[Sequence[tuple[float, float]], ...]],
    x: float,
    y: float,
    *,
    side: float = 3.6,
    face: str = "song",
) -> None:
    """Words, and boxes: each the strokes that are in it."""
    for one in row:
        if isinstance(one, str):
            x += put_words(page, one, x, y, face) + 0.6
            continue
        corners = [(round(place[0] * DOTS), round(place[1] * DOTS)) for place in ((x, y), (x + side, y + side))]
        cv2.rectangle(page, *corners, 20, round(0.2 * DOTS))
        for stroke in one:
            put_stroke(page, stroke, x, y, side)
        x += side + 2.6


def copied(page: np.ndarray, dpi: int, angle: float = 0.0, noise: float = 0.0) -> np.ndarray:
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_AREA, borderValue=255)
    small = cv2.resize(turned, None, fx=dpi / 300, fy=dpi / 300, interpolation=cv2.INTER_AREA).astype(np.float32)
    small = small * 0.85 + 25 + np.random.default_rng(3).normal(0, noise, small.shape)
    return np.clip(small, 0, 255).astype(np.uint8)


def table(rows: int, columns: Sequence[float]) -> tuple[np.ndarray, list[float], list[float]]:
    """An A4 page with a table, and where its columns and rows begin."""
    page = paper(210, 297)
    x = [15 + sum(columns[:number]) for number in range(len(columns) + 1)]
    y = [40 + 14.0 * number for number in range(rows + 1)]
    for place in x:
        cv2.line(page, (round(place * DOTS), round(y[0] * DOTS)), (round(place * DOTS), round(y[-1] * DOTS)), 0, 3)
    for place in y:
        cv2.line(page, (round(x[0] * DOTS), round(place * DOTS)), (round(x[-1] * DOTS), round(place * DOTS)), 0, 3)
    return page, x, y


def cells_of(page: np.ndarray, recogniser: Recogniser) -> tuple[dict[tuple[int, int], tuple[str, float]], ForeignPage]:
    seen = look_at_foreign(see(PageImage(1, page), 0), recogniser, FORMS)
    assert isinstance(seen, ForeignPage)
    (grid,) = [block for block in seen.blocks if isinstance(block, Grid)]
    return {(cell.row, cell.column): (cell.text, cell.confidence) for cell in grid.cells}, seen


def at_scale(page: np.ndarray, dpi: int = 300) -> np.ndarray:
    """A picture as the cells of a straight view are."""
    return cv2.resize(page, None, fx=SCALE / (dpi / 25.4), fy=SCALE / (dpi / 25.4), interpolation=cv2.INTER_AREA)


# --- boxes -----------------------------------------------------------------------------------------------------

E: tuple[Sequence[tuple[float, float]], ...] = ()


@pytest.mark.libreoffice  # for its faces
@pytest.mark.parametrize(
    ("dpi", "angle", "noise", "face"),
    [(300, 0, 0, "song"), (200, 2, 6, "hei"), (150, -2, 4, "song"), (150, 1, 8, "hei")],
)
def test_the_ticked_box_is_told_from_the_empty_ones(
    dpi: int, angle: float, noise: float, face: str, recogniser: Recogniser
) -> None:
    page, x, y = table(7, (40, 140))
    strokes = (CHECK, CROSS, FILL, RING)
    for number, stroke in enumerate(strokes):
        put_words(page, "评定等次", x[0] + 4, y[number] + 5, face)
        row = ["优秀", E, "称职", E, "基本称职", E, "不称职", E]
        row[1 + 2 * number] = (stroke,)
        put_row(page, row, x[1] + 4, y[number] + 5, face=face)
    put_row(page, ["优秀", (CHECK,), "称职", (CHECK,), "不称职", E], x[1] + 4, y[4] + 5, face=face)
    put_row(page, [E, "好", (CHECK,), "一般", E, "差"], x[1] + 4, y[5] + 5, face=face)
    put_words(page, "全村人口日均户口中国四口", x[1] + 4, y[6] + 5, face)

    cells, seen = cells_of(copied(page, dpi, angle, noise), recogniser)

    found = {row: "".join(cells[row, 1][0].split()) for row in range(7)}
    for number, word in enumerate(("优秀", "称职", "基本称职", "不称职")):
        assert choose(cells[number, 1][0], GRADES) == (word, ""), cells[number, 1]
        assert cells[number, 1][1] > 0.5
    assert choose(cells[4, 1][0], GRADES) == (None, "勾选了不止一个")
    assert choose(cells[5, 1][0], ("好", "一般", "差")) == ("一般", "")
    assert not {"□", "☑"} & set(found[6])
    assert not seen.struck


@pytest.mark.libreoffice  # for its faces
@pytest.mark.parametrize("stroke", [CHECK, CROSS, FILL, RING])
@pytest.mark.parametrize(("dpi", "side", "angle"), [(300, 2.6, 0.3), (200, 5.5, -0.4), (150, 3.0, 0.4)])
def test_boxes_of_any_usual_size_are_seen(
    dpi: int, side: float, angle: float, stroke: Sequence[tuple[float, float]]
) -> None:
    page = paper(60, 14)
    put_row(page, ["称职", (stroke,), "不称职", E, "合格"], 4, 5, side=side, face="hei")

    choice = choice_of(at_scale(copied(page, dpi, angle, 5), dpi), SCALE)

    assert choice is not None
    assert [part for part in choice.parts if isinstance(part, str) and part.strip()] == ["☑", "□"]
    assert choice.confidence > 0.9


@pytest.mark.libreoffice  # for its faces
@pytest.mark.parametrize("face", ["song", "hei", "kai"])
def test_characters_like_boxes_do_not_make_a_choice(face: str) -> None:
    page = paper(120, 14)
    put_words(page, "人口日期国家田间回访因困是否合格目由四", 4, 5, face)

    choice = choice_of(at_scale(copied(page, 200, 0.4, 4), 200), SCALE)

    assert (
        choice is None
        or choice.text(["人口日期国家"], ["人口日期国家"] * len(choice.words), frozenset(("优秀", "是", "有"))) is None
    )


@pytest.mark.libreoffice  # for its faces
def test_a_little_ink_in_a_box_is_unclear() -> None:
    page = paper(60, 14)
    put_row(page, ["称职", (DOT,), "不称职", E, "合格"], 4, 5)

    choice = choice_of(at_scale(page), SCALE)

    assert choice is not None
    assert choice.confidence < 0.5


# --- ticks that stand alone --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "mark"),
    [(CHECK, "√"), (RING, "○"), (CROSS[:2], ""), (((0.5, 0), (0.45, 1)), ""), (((0, 0), (0.5, 1), (1, 0)), "√")],
    ids=["check", "ring", "slash", "one", "vee"],
)
@pytest.mark.parametrize("dpi", [300, 150])
def test_a_lone_mark_is_known_by_its_shape(shape: Sequence[tuple[float, float]], mark: str, dpi: int) -> None:
    page = paper(14, 12)
    put_stroke(page, shape, 5, 4, 3.5)

    assert lone_mark(at_scale(copied(page, dpi, 0.5, 3), dpi), SCALE) == mark


@pytest.mark.parametrize("angle", [0.5, -0.5])
def test_two_strokes_across_each_other_are_a_cross(angle: float) -> None:
    page = paper(14, 12)
    put_stroke(page, ((0, 0), (1, 1)), 5, 4, 3.5)
    put_stroke(page, ((0, 1), (1, 0.1)), 5, 4, 3.5)

    assert lone_mark(at_scale(copied(page, 200, angle, 3), 200), SCALE) == "×"


@pytest.mark.libreoffice  # for its faces
@pytest.mark.parametrize("figure", ["好", "1", "7", "0.5", "4", "无", "/", "—"])
def test_words_and_figures_are_no_ticks(figure: str) -> None:
    page = paper(24, 12)
    put_words(page, figure, 5, 4)

    assert lone_mark(at_scale(copied(page, 200, 0.3, 3), 200), SCALE) == ""


@pytest.mark.libreoffice  # for its faces
def test_a_lone_tick_is_read_in_a_tick_column_only(recogniser: Recogniser) -> None:
    page, x, y = table(4, (60, 24, 24, 24, 40))
    for column, head in enumerate(("考核内容", "好", "一般", "差", "备注")):
        put_words(page, head, x[column] + 4, y[0] + 5)
    for row in (1, 2, 3):
        put_words(page, "完成上级工作任务", x[0] + 4, y[row] + 5)
        put_stroke(page, CHECK, x[row] + 8, y[row] + 5, 4)
    put_words(page, "已核", x[4] + 4, y[1] + 5)

    cells, seen = cells_of(copied(page, 200, 2, 4), recogniser)

    found = {(row, column): cells[row, column][0] for row in (1, 2, 3) for column in (1, 2, 3)}
    assert found == {place: "√" if place[0] == place[1] else "" for place in found}
    assert cells[1, 4][0] == "已核"
    assert not seen.struck


@pytest.mark.parametrize(("confidence", "checked"), [(0.4, True), (0.97, False)])
def test_an_unclear_box_is_for_a_person_to_look_at(confidence: float, checked: bool) -> None:
    form = next(form for form in FORMS if form.judgements)
    item, where = form.items[0].id, Locator("page 1, table 1", "row 2, column 2", box=(1, 2, 3, 2, 3, 4, 1, 4))
    record = Record(form.id, form.scheme, Subject(), None, {item: Reading("好☑ 一般□ 差□", "好", where)})

    said = settled(record, form, {}, {where.box: confidence}, (frozenset(), frozenset()), ())

    assert (said[item].confidence, said[item].checked) == (confidence, checked)
    assert bool(said[item].doubt) == checked
