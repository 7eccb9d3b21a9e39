"""The picture of a page with what was read on it: boxes, values, confidence, and the doubts written out below."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image as Picture

from formgen.cli import formgen
from formgen.model import Issue, IssueCode, Locator, Reading, Severity
from parsers.scan import overlay

np = pytest.importorskip("numpy")

SAMPLES = Path(__file__).parent.parent / "samples" / "dayang-2023-03" / "收件箱"
PAGE = np.full((1000, 700, 3), 255, np.uint8)
BOX = (100, 100, 300, 100, 300, 200, 100, 200)
READ = (0, "1.1", Reading("2", Decimal(2), Locator("page 1", box=BOX), 0.998))
DOUBT = Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, "读作“2”，看不准（把握 99.8%）", READ[2].where, "1.1", 0)


def opened(png: bytes) -> Picture.Image:
    return Picture.open(io.BytesIO(png)).convert("RGB")


def test_a_sure_value_has_a_green_box_and_no_words_below_the_page() -> None:
    picture = opened(overlay.drawn(PAGE, [READ], {}))

    assert picture.size == (700, 1000)
    assert picture.getpixel((200, 100)) == (0, 128, 0)


def test_a_doubtful_value_has_a_red_box_and_its_reason_below_the_page() -> None:
    picture = opened(overlay.drawn(PAGE, [READ], {(0, "1.1"): [DOUBT]}))

    below = picture.crop((0, 1010, 700, picture.height))
    assert picture.getpixel((200, 100)) == (200, 30, 30)
    assert picture.height > 1000
    assert below.convert("L").getextrema()[0] < 150


def test_a_reason_names_the_field_by_its_printed_words(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(overlay, "_with_legend", lambda picture, lines, size: said.extend(lines) or picture)

    overlay.drawn(PAGE, [READ], {(0, "1.1"): [DOUBT]}, names={(0, "1.1"): "　到户基本信息维护"})

    assert len(said) == 1
    assert said[0].startswith("到户基本信息维护（1.1）：")


def test_what_is_doubtful_of_the_page_itself_stands_below_it() -> None:
    lost = Issue(IssueCode.MISSING_PAGE, Severity.ERROR, "表共2页，缺第2页", Locator("page 1"), record=0)

    picture = opened(overlay.drawn(PAGE, [READ], {}, [lost]))

    assert picture.height > 1000


def test_a_label_stands_where_it_covers_no_writing() -> None:
    written = PAGE.copy()
    written[105:150, 105:200] = 0  # in the upper left corner

    picture = opened(overlay.drawn(written, [READ], {}))

    assert picture.crop((105, 105, 200, 150)).getcolors() == [(95 * 45, (0, 0, 0))]


def test_without_a_chinese_face_the_page_is_drawn_with_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay, "_FOLDERS", ())
    overlay._font.cache_clear()
    try:
        picture = opened(overlay.drawn(PAGE, [READ], {(0, "1.1"): [DOUBT]}))
    finally:
        overlay._font.cache_clear()

    assert picture.height > 1000


def test_a_long_reason_is_broken_into_lines() -> None:
    long = Issue(IssueCode.LOW_CONFIDENCE, Severity.WARNING, "看不准" * 100, READ[2].where, "1.1", 0)

    short_one = opened(overlay.drawn(PAGE, [READ], {(0, "1.1"): [DOUBT]}))
    long_one = opened(overlay.drawn(PAGE, [READ], {(0, "1.1"): [long]}))

    assert long_one.width == 700
    assert long_one.height > short_one.height


def test_a_word_file_is_not_drawn_and_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = SAMPLES / "刘桥村-冯守信.docx"

    code = formgen.main(["read", str(file), "--overlay", str(tmp_path / "看图")], standalone_mode=False)

    assert code == 0
    assert "没有画" in capsys.readouterr().err
    assert list((tmp_path / "看图").iterdir()) == []
