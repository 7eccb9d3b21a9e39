"""What ``check`` measures on the rendered page: nothing on our own papers, and each fault that only a page can show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from check_papers import NOTICE, PAPERS, blank_before, changed, find, in_section, put, shape, written
from fault_plants import DOCUMENT, W
from lxml import etree

from formgen.conformity.checking import judge
from formgen.conformity.model import PROFILES
from formgen.libreoffice import convert_many
from formgen.rendering.official import profile as official
from formgen.rendering.official.elements import Cell, Paper, Piece, Table
from formgen.rendering.official.writer import write

pytestmark = pytest.mark.libreoffice


def _box(name: str, part: str, by: int) -> Callable[[etree._Element], None]:
    """Move or stretch a box by so many EMU (36000 a millimetre)."""

    def plant(root: etree._Element) -> None:
        anchor = next(
            one for one in root.iter("{*}anchor") if any(item.get("name") == name for item in one.iter("{*}docPr"))
        )
        if part == "wider":
            for item in anchor.iter("{*}extent", "{*}ext"):
                item.set("cx", str(int(item.get("cx", "0")) + by))
            return
        offset = next(anchor.iter("{*}positionV" if part == "lower" else "{*}positionH"))[0]
        offset.text = str(int(offset.text or "0") + by)

    return plant


def _one_line(root: etree._Element) -> None:
    """The lower double line of a 信函 with the thick line above."""
    lines = [line for owner in root.iter(f"{W}pBdr") for line in owner]
    thick = [line for line in lines if line.get(f"{W}color") == "FF0000"][-2:]
    sizes = [line.get(f"{W}sz", "") for line in thick]
    for line, size in zip(thick, reversed(sizes), strict=True):
        line.set(f"{W}sz", size)


def _no_second(root: etree._Element) -> None:
    lines = [line for owner in root.iter(f"{W}pBdr") for line in owner if line.get(f"{W}color") == "FF0000"]
    for line in lines[-2:]:
        line.set(f"{W}val", "nil")


def _wide() -> Paper:
    """A notice whose 附件 is a table on landscape pages."""
    cells = tuple(Cell(words) for words in ("序号", "姓名", "得分", "备注"))
    rows = (cells, *((Cell(str(n)), Cell("王田"), Cell("95"), Cell("")) for n in range(1, 4)))
    table = Table(rows, (1, 3, 2, 4))
    return replace(NOTICE, pieces=(Piece("考核得分表", (table,), "考核得分表", "附件", wide=True),))


def _signed_apart(root: etree._Element) -> None:
    """The 抄送 line pushed beyond the right edge of the type area."""
    put(find(root, "为加强"), "ind", "pPr", right=-900)


#: name → (paper, plant, code, clause, other codes that are the same fault in the XML)
FAULTS: Mapping[str, tuple[str, Callable[[etree._Element], None], str, str, tuple[str, ...]]] = {
    "mark 8 mm too low": ("notice", shape("青禾镇人民政府文件", "spacing", before=454), "mark-top", "7.2.4", ()),
    "mark of a 令 too low": ("order", shape("青禾县人民政府令", "spacing", before=454), "mark-top", "10.2", ()),
    "mark of 纪要 too low": ("minutes", shape("青禾镇人民政府会议纪要", "spacing", before=454), "mark-top", "10.3", ()),
    "mark of a 信函 too low": (
        "letter",
        _box("发文机关标志", "lower", 180000),
        "mark-top",
        "10.1",
        ("letter-first-line",),
    ),
    "no body on page 1": ("request", blank_before("为加强", 12), "first-page-body", "7.3.3", ()),
    "double line not at 20 mm": ("letter", _box("第二条红色双线", "lower", -180000), "letter-rule-foot", "10.1", ()),
    "double line upside down": ("letter", _one_line, "letter-rule-form", "10.1", ()),
    "double line of 150 mm": ("letter", _box("第二条红色双线", "wider", -720000), "letter-rule-width", "10.1", ()),
    "no second double line": ("letter", _no_second, "letter-rules", "10.1", ()),
    "page number too low": ("notice", in_section("pgMar", footer=500), "page-number-height", "7.5", ()),
    "版记 above the foot": ("sealed", _box("版记", "lower", -360000), "imprint-foot", "7.4.1", ()),
    "版记 narrower than the type area": (
        "sealed",
        _box("版记", "wider", -720000),
        "imprint-width",
        "7.4.1",
        ("issued-right", "issued-wrapped"),
    ),
    "附件 label below line 1": ("notice", shape("附件2", "spacing", before=1158), "annex-first-line", "7.3.7", ()),
    "text past the right edge": ("notice", _signed_apart, "type-area", "5.2.1", ("body-right", "page-characters")),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes]]:
    """Every paper and every fault as (docx, pdf), in one start of LibreOffice."""
    room = tmp_path_factory.mktemp("pages")
    files = {f"{name}-{profile}": written(name, profile) for name in PAPERS for profile in PROFILES}
    files["preprinted"] = write(NOTICE, official.COMPAT, preprinted=True)
    files["overleaf"] = write(NOTICE, official.COMPAT, place="overleaf")
    files["landscape"] = write(_wide(), official.COMPAT)
    for name, (paper, plant, *_) in FAULTS.items():
        files[name] = changed(written(paper), DOCUMENT, plant)
    sources = []
    for number, data in enumerate(files.values()):
        sources.append(room / f"{number}.docx")
        sources[-1].write_bytes(data)
    made = convert_many(sources, "pdf", room / "pdf", seconds=400)
    return {name: (data, Path(pdf).read_bytes()) for (name, data), pdf in zip(files.items(), made, strict=True)}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", PAPERS)
def test_nothing_is_measured_wrong_on_our_own_paper(
    pages: dict[str, tuple[bytes, bytes]], name: str, profile: str
) -> None:
    data, pdf = pages[f"{name}-{profile}"]

    report = judge(data, PROFILES[profile], pdf)

    assert report.findings == ()
    assert report.unchecked == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_page_is_measured(pages: dict[str, tuple[bytes, bytes]], name: str) -> None:
    _, _, code, clause, also = FAULTS[name]
    data, pdf = pages[name]

    findings = judge(data, PROFILES["compat"], pdf).findings

    codes = {finding.code for finding in findings}
    assert code in codes
    assert codes <= {code, *also}
    found = next(finding for finding in findings if finding.code == code and finding.place.page)
    assert found.clause == clause
    assert found.place.mm is not None


@pytest.mark.parametrize("name", ["overleaf", "landscape"])
def test_an_imprint_on_a_side_of_its_own_and_a_wide_annex_are_in_order(
    pages: dict[str, tuple[bytes, bytes]], name: str
) -> None:
    data, pdf = pages[name]

    assert judge(data, PROFILES["compat"], pdf).findings == ()


def test_paper_with_the_red_printed_on_it_is_no_error(pages: dict[str, tuple[bytes, bytes]]) -> None:
    data, pdf = pages["preprinted"]

    findings = judge(data, PROFILES["compat"], pdf).findings

    assert {finding.code for finding in findings} == {"mark-missing", "rule-missing"}
    assert {str(finding.severity) for finding in findings} == {"warning"}
