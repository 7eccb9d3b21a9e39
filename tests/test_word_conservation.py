"""Word documents: every visible word is read exactly once, whoever wrote the file and however it is built."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ooxml_builder import cell, control, docx_bytes, par, row, run, table

from formgen.parsing import Limits
from parsers.grid import Document, Grid
from parsers.word import decode

WORD = re.compile(r"字\d+。")  # each is written once


def words(document: Document) -> Counter[str]:
    """Every word that was read, with how often it stands in a cell or paragraph."""
    found: Counter[str] = Counter()
    for block in document.blocks:
        for text in [one.text for one in block.cells] if isinstance(block, Grid) else [block.text]:
            found.update(WORD.findall(text))
    return found


class Writer:
    """Writes random markup and remembers which of its words are shown."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.shown: list[str] = []
        self.count = 0

    def word(self, shown: bool) -> str:
        self.count += 1
        word = f"字{self.count}。"
        if shown:
            self.shown.append(word)
        return word

    def choose(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def line(self, depth: int, shown: bool = True) -> str:
        """Something that may stand in a paragraph."""
        kind = self.choose(
            "run",
            "run",
            "run",
            "two",
            "control",
            "placeholder",
            "ins",
            "del",
            "link",
            "field",
            "box",
            "choice",
            "hidden",
            "move",
            "fallback",
        )
        if depth > 3 or kind == "run":
            return run(self.word(shown))
        if kind == "two":
            return self.line(depth + 1, shown) + self.line(depth + 1, shown)
        if kind == "control":
            return control(self.line(depth + 1, shown), self.choose("", "2.1"))
        if kind == "placeholder":
            return control(self.line(depth + 1, False), "x", "<w:showingPlcHdr/>")
        if kind == "ins":
            return f'<w:ins w:author="x">{self.line(depth + 1, shown)}</w:ins>'
        if kind == "move":
            return f'<w:moveFrom w:author="x">{self.line(depth + 1, False)}</w:moveFrom>'
        if kind == "del":
            return f'<w:del w:author="x"><w:r><w:delText>{self.word(False)}</w:delText></w:r></w:del>'
        if kind == "link":
            return f"<w:hyperlink>{self.line(depth + 1, shown)}</w:hyperlink>"
        if kind == "field":
            begin, middle, end = (
                f'<w:r><w:fldChar w:fldCharType="{name}"/></w:r>' for name in ("begin", "separate", "end")
            )
            code = self.line(depth + 1, False) if self.draw(st.booleans()) else ""
            code = f"<w:r><w:instrText>{self.word(False)}</w:instrText></w:r>{code}"
            return f"{begin}{code}{middle}{self.line(depth + 1, shown)}{end}"
        if kind == "box":
            content = f"<w:txbxContent>{self.block(depth + 1, shown)}</w:txbxContent>"
            return f"<w:r><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></w:r>"
        if kind == "hidden":
            return run(self.word(False), "<w:vanish/>")
        needs, first, second = ("wps", shown, False) if kind == "choice" else ("v", False, shown)
        return (
            f'<mc:AlternateContent><mc:Choice Requires="{needs}">{self.line(depth + 1, first)}</mc:Choice>'
            f"<mc:Fallback>{self.line(depth + 1, second)}</mc:Fallback></mc:AlternateContent>"
        )

    def paragraph(self, depth: int, shown: bool) -> str:
        return par(*(self.line(depth, shown) for _ in range(self.draw(st.integers(0, 3)))))

    def cell(self, depth: int, shown: bool) -> str:
        marks = self.choose("", '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>')
        blocks = self.block(depth + 1, shown) + par("")
        wrapped = self.choose("plain", "plain", "plain", "control")
        inner = f"<w:tc><w:tcPr>{marks}</w:tcPr>{blocks}</w:tc>"
        return control(inner, "3.1") if wrapped == "control" else inner

    def block(self, depth: int, shown: bool = True) -> str:
        """One or more paragraphs, or a table."""
        kind = self.choose("par", "par", "table", "control", "custom") if depth < 4 else "par"
        if kind == "table":
            rows = [
                row(*(self.cell(depth + 1, shown) for _ in range(self.draw(st.integers(1, 2)))))
                for _ in range(self.draw(st.integers(1, 2)))
            ]
            if self.draw(st.booleans()):
                rows.append(control(row(self.cell(depth + 1, shown))))
            if self.draw(st.booleans()):
                rows.append(row(self.cell(depth + 1, False), marks='<w:del w:author="x"/>'))
            return table(*rows)
        if kind == "control":
            return control(self.block(depth + 1, shown) + self.paragraph(depth + 1, shown), "4.1")
        if kind == "custom":
            return f'<w:customXml w:element="x">{self.block(depth + 1, shown)}</w:customXml>'
        return self.paragraph(depth + 1, shown)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, list[str]]:
    writer = Writer(draw)
    body = "".join(writer.block(0) for _ in range(draw(st.integers(1, 3))))
    return body, writer.shown


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies())
def test_every_visible_word_is_read_once_and_no_other(made: tuple[str, list[str]]):
    body, shown = made

    read = words(decode(docx_bytes(body), Limits()))

    assert read == Counter(shown)


# --- other producers -------------------------------------------------------------------------------------------


def python_docx_form() -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("月度考核评价表")
    document.add_paragraph("行政村：张庄村\t姓名：李四")
    made = document.add_table(rows=4, cols=5)
    for number, place in enumerate(one for line in made.rows for one in line.cells):
        place.text = f"字{number}。"
    made.cell(1, 1).merge(made.cell(3, 1))
    made.cell(3, 2).merge(made.cell(3, 3))
    made.cell(2, 4).add_table(1, 2).cell(0, 1).text = "字99。"
    document.sections[0].header.paragraphs[0].text = "字100。"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_form_of_python_docx_is_read_as_python_docx_reads_it():
    docx = pytest.importorskip("docx")
    data = python_docx_form()

    grid = next(decode(data, Limits()).grids)

    peer = docx.Document(io.BytesIO(data)).tables[0]
    assert [[one.text if one else None for one in line] for line in grid.matrix()] == [
        [place.text for place in line.cells] for line in peer.rows
    ]


def test_every_word_of_a_form_of_python_docx_is_read_once():
    read = words(decode(python_docx_form(), Limits()))

    assert read == Counter([f"字{number}。" for number in range(20)] + ["字99。", "字100。"])


@pytest.mark.libreoffice
def test_a_form_that_libreoffice_saved_again_reads_the_same(tmp_path: Path):
    fields = par("行政村：", control(run("张庄村"), "village"), '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>')
    changed = '<w:ins w:id="1" w:author="王五" w:date="2023-03-01T00:00:00Z">' + run("9") + "</w:ins>"
    grid = table(
        row(cell("序号", '<w:tcW w:w="900" w:type="dxa"/>'), "指标", "得分"),
        row(cell("1", '<w:vMerge w:val="restart"/>'), "业务", cell(par(control(run("8"), "1.1")))),
        row(cell("", "<w:vMerge/>"), "落实", cell(par(changed))),
        row(cell("合计", '<w:gridSpan w:val="2"/>'), "17"),
    ).replace(
        "<w:tblGrid/>", '<w:tblGrid><w:gridCol w:w="900"/><w:gridCol w:w="900"/><w:gridCol w:w="900"/></w:tblGrid>'
    )
    source = tmp_path / "form.docx"
    source.write_bytes(docx_bytes(fields + grid + par("完")))

    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to",
         "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "out"), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    before, after = (decode(path.read_bytes(), Limits()) for path in (source, tmp_path / "out" / "form.docx"))
    assert (
        [one.text for one in after.paragraphs] == [one.text for one in before.paragraphs] == ["行政村：张庄村☑", "完"]
    )
    shape = [
        [(one.row, one.column, one.rowspan, one.colspan, one.text) for one in next(made.grids).cells]
        for made in (before, after)
    ]
    assert shape[0] == shape[1]
    assert [issue.code for issue in after.issues] == [issue.code for issue in before.issues]
