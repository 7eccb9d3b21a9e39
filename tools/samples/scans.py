"""What came back on paper and was scanned or photographed: our own blanks filled in by hand, a picture.

The paper is printed by LibreOffice and written on by the simulator in ``tests/scans``; nothing of it is foreign.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tools.samples.dayang_people import FORM, PERIOD, STAFF, leader
from tools.samples.maker import Maker
from tools.samples.truth import Fill, w

if TYPE_CHECKING:
    from scans.blanks import Blank
    from scans.degrading import Scan

_HOW = b"4"  #: Changed when the way the pictures are made changes: they are then made anew.
_PICTURES = {"pdf", "tif", "jpg", "png"}


def scans(maker: Maker, inbox: str) -> None:
    """Make the scans of the demo office."""
    tian = leader("刘桥村", "田犇", "2 2 2 4 - 10 17 28 30 -", total=w("95", "95"))
    _own(maker, f"{inbox}/刘桥村-田犇（扫描）.pdf", tian, _office, 11, shows="our own blank, by hand, scanned askew")

    blurred = {"i2_1": w("9", "9", may=True), "i2_2": w("18", "18", may=True)}
    meng = leader("刘桥村", "孟春来", "2 1.5 2 4 - 9 18 - - -", **blurred)
    meng.only = tuple(key for key in meng.answers() if key.split(".")[0] not in ("3", "4", "5", "total"))
    meng.must = ("missing-page",)
    meng.may = ("missing-row",)
    _own(
        maker,
        f"{inbox}/刘桥村-孟春来（手机拍照）.jpg",
        meng,
        _telephone,
        12,
        pages=1,
        shows="our own blank photographed with a telephone, its first page alone",
    )

    wrong = {"1.1": "2", "1.2": "2", "1.3": "1", "1.4": "4", "2.1": "10", "2.2": "18", "3.1": "26", "4.1": "30"}
    doubted = {f"i{key.replace('.', '_')}": w(mark, mark, "low-confidence") for key, mark in wrong.items()}
    wang = leader("赵圩村", "汪秀兰", "2 2 1 4 - 10 18 26 30 -", **doubted, total=w("96", "96", "*"))
    _own(
        maker,
        f"{inbox}/赵圩村-汪秀兰（扫描）.tif",
        wang,
        _fax,
        13,
        shows="a black-and-white scan whose written total (96) is not the sum (93): every score to a person",
    )

    unlisted = {
        key: w(said, said, may=True) for key, said in (("village", "刘桥村"), ("name", "蒋水生"), ("group", "蒋庄"))
    }
    one = w("1", "1", may=True)
    jiang = leader("刘桥村", "蒋水生", "2 2 1 4 - 9 18 27 29 -", i1_3=one, total=w("92", "92"), written=unlisted)
    _typed_by_others(
        maker,
        f"{inbox}/刘桥村-蒋水生（自己排的表，扫描）.pdf",
        jiang,
        22,
        shows="a form that the village typed itself, without marks or code, filled in by hand and scanned",
    )

    _kept(
        maker,
        f"{inbox}/入户走访照片.jpg",
        b"cat",
        _photograph_of_a_cat,
        issues=("not-a-form",),
        shows="a photograph that is no form (drawn)",
    )


def _own(
    maker: Maker,
    path: str,
    paper: Fill,
    damage: Callable[[Scan, int], Scan],
    seed: int,
    pages: int | None = None,
    shows: str = "",
) -> None:
    """A blank of ours for the person of a paper, filled in as the paper says."""
    from formgen.resources import find_template

    said = repr((path, seed, pages, paper.subject(), [(key, one.text) for key, one in paper.answers().items()]))
    source = said.encode() + find_template(f"docx/{FORM}.docx").read_bytes()
    _kept(maker, path, source, lambda: _filled(path, paper, damage, seed, pages), paper, shows=shows)


def _typed_by_others(maker: Maker, path: str, paper: Fill, seed: int, shows: str) -> None:
    """The form as the village typed it, filled in as the paper says."""
    said = repr((path, seed, paper.subject(), [(key, one.text) for key, one in paper.answers().items()]))
    _kept(maker, path, said.encode(), lambda: _typed(path, paper, seed), paper, shows=shows)


def _typed(path: str, paper: Fill, seed: int) -> bytes:
    from paper import all_forms
    from scans.blanks import DPI
    from scans.degrading import scanned
    from scans.foreign import typed_sheet
    from scans.values import Entries, Entry

    from formgen.model import Subject

    fields = {key: Entry(one.text, Decimal(one.value)) for key, one in paper.answers().items() if _written(key, one)}
    _, form = all_forms()[FORM]
    columns = ("考核指标", "具体内容", "得分", "备注")
    folder = Path(tempfile.mkdtemp())
    sheet = typed_sheet(folder, form, Subject(**paper.subject()), Entries(fields), seed, columns)
    pages = range(1, len(sheet.printed) + 1)
    return _file(path.rpartition(".")[2], [_office(scanned(sheet.page(page), DPI), seed + page) for page in pages])


def _kept(maker: Maker, path: str, source: bytes, make: Callable[[], bytes], *papers: Fill, **rest: object) -> None:
    maker.kept(path, source + _HOW, make, "LibreOffice 7.4, OpenCV", *papers, kind="scan", **rest)


def _filled(path: str, paper: Fill, damage: Callable[[Scan, int], Scan], seed: int, pages: int | None) -> bytes:
    from scans.blanks import DPI
    from scans.degrading import scanned
    from scans.filling import fill
    from scans.values import Entries, Entry

    header = paper.subject()
    blank = _blanks()[header["village"], header["name"]]
    fields = {key: Entry(one.text, Decimal(one.value)) for key, one in paper.answers().items() if _written(key, one)}
    sheet = fill(blank, seed, kind="drawn", made=Entries(fields))
    wanted = range(1, len(blank.layouts) + 1)[:pages]
    return _file(
        path.rpartition(".")[2], [damage(scanned(sheet.page(number), DPI), seed + number) for number in wanted]
    )


def _written(key: str, one: object) -> bool:
    return (key[:1].isdigit() or key == "total") and bool(getattr(one, "value", None)) and not key.endswith(".remark")


@cache
def _blanks() -> dict[tuple[str, str], Blank]:
    """The blanks of those who return a scan, printed once."""
    from paper import all_forms
    from scans.blanks import Blank

    from formgen.generate.forms import blank as make_blank
    from formgen.libreoffice import convert_many
    from formgen.model import RosterEntry, Subject
    from formgen.rendering.layout import page_layouts
    from formgen.rendering.press import Output

    scheme, form = all_forms()[FORM]
    wanted = [
        Subject(village, name, group) for village, name, group, _ in STAFF if name in ("田犇", "孟春来", "汪秀兰")
    ]
    folder = Path(tempfile.mkdtemp())  # read as long as this runs
    papers = [
        path.path for path in make_blank(scheme, form, [RosterEntry(one) for one in wanted], PERIOD, Output(folder))
    ]
    pdfs = convert_many(papers, "pdf", folder)
    return {
        (one.village, one.name): Blank(
            form, scheme, one, PERIOD, docx, pdf, page_layouts(docx.read_bytes(), form.id, "")
        )
        for one, docx, pdf in zip(wanted, papers, pdfs, strict=True)
    }


def _office(scan: Scan, seed: int) -> Scan:
    """A flatbed scanner of an office: 200 dots an inch, a little askew, grey."""
    from scans import degrading as d

    scan = d.skew(d.at_resolution(scan, 200), 0.35, seed)
    return d.noise(d.grey(scan, 1.0, seed), 0.03, seed)


def _telephone(scan: Scan, seed: int) -> Scan:
    """A telephone held over a table."""
    from scans import degrading as d

    scan = d.perspective(d.at_resolution(scan, 170), 0.5, seed)
    return d.blur(d.shadow(scan, 0.6, seed), 0.1, seed)


def _fax(scan: Scan, seed: int) -> Scan:
    """Black and white."""
    from scans import degrading as d

    return d.fax(d.skew(d.at_resolution(scan, 204), 0.2, seed), 0.3, seed)


def _file(kind: str, pages: Sequence[Scan]) -> bytes:
    from scans.files import pdf, picture, tiff

    assert kind in _PICTURES
    if kind == "pdf":
        return pdf(pages, 35)
    return tiff(pages) if kind == "tif" else picture(pages[0], kind, 60)


def _photograph_of_a_cat() -> bytes:
    """A cat on a wall, drawn."""
    import cv2
    import numpy as np

    wide, high = 960, 720
    picture = np.zeros((high, wide, 3), np.uint8)
    picture[:] = np.linspace(235, 180, high)[:, None, None].astype(np.uint8)
    picture[500:] = (70, 110, 150)
    for row in range(500, high, 45):
        cv2.line(picture, (0, row), (wide, row), (50, 85, 120), 2)
    body, fur = (480, 400), (60, 70, 80)
    cv2.ellipse(picture, body, (120, 160), 0, 0, 360, fur, -1, cv2.LINE_AA)
    cv2.circle(picture, (480, 210), 90, fur, -1, cv2.LINE_AA)
    for side in (-1, 1):
        ear = np.array([(480 + side * 85, 190), (480 + side * 70, 80), (480 + side * 20, 135)], np.int32)
        cv2.fillPoly(picture, [ear], fur, cv2.LINE_AA)
        cv2.circle(picture, (480 + side * 35, 200), 14, (90, 220, 200), -1, cv2.LINE_AA)
        cv2.circle(picture, (480 + side * 35, 200), 5, (10, 10, 10), -1, cv2.LINE_AA)
        for angle in (-8, 0, 8):
            cv2.line(
                picture, (480 + side * 20, 240), (480 + side * 150, 240 + 3 * angle), (220, 220, 220), 1, cv2.LINE_AA
            )
    cv2.ellipse(picture, (600, 520), (110, 40), 20, 180, 360, fur, 22, cv2.LINE_AA)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes())
