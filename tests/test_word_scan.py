"""Plain Word documents: what is scanned without a tree is what the walk reads, whole, and no fault slips through."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

import pytest
from filling import FORMS, answers_of
from ooxml_builder import DECLARATIONS, cell, control, docx_bytes, par, row, run, table
from test_round_trip_word import blank_of, filled
from test_word_shortcuts import CELL_MARKS, LINES, ROW_MARKS, STYLES, Mixture, outcome

from formgen.model import Form
from formgen.parsing import Limits
from parsers import word, word_runs, word_scan, word_steps, word_tags, word_walk
from parsers.grid import Document, Grid
from tools.bench_word import python_docx_forms

SAMPLES = Path(__file__).parent.parent / "samples"
SEEDS = 1_200


def scanned(data: bytes) -> bool:
    """Whether the main part of a document is plain."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return word_scan.scan(archive.read("word/document.xml"), word_scan.DOCUMENT) is not None


def scanned_or_walked(data: bytes) -> bool:
    """Whether a file can be read at all."""
    return isinstance(outcome(data, Limits()), Document)


def walked(data: bytes, limits: Limits) -> Document | str:
    """What the walk alone reads, or why it reads nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word, "scan", lambda *_: None)
        return outcome(data, limits)


def check(data: bytes, limits: Limits = Limits()) -> Document | str:  # noqa: B008
    """Read a file with and without the scan: document, issues, places, tags, properties and errors are the same."""
    read = outcome(data, limits)

    assert read == walked(data, limits)
    return read


def with_main(main: str | bytes) -> bytes:
    """A .docx with just this main part."""
    return docx_bytes("", word__document_xml=main if isinstance(main, bytes) else main.encode())


def main_part(body: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document {DECLARATIONS}>'
        f"<w:body>{body}</w:body></w:document>"
    )


# --- real papers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.docx")), ids=lambda path: path.stem)
def test_a_sample_is_scanned_as_it_is_walked(path: Path):
    check(path.read_bytes())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_our_own_papers_are_scanned_as_they_are_walked(form: Form):
    chance = random.Random(f"scan {form.id}")
    blank = blank_of(form)

    for data in (blank, *(filled(blank, answers_of(form, chance)[0]) for _ in range(10))):
        assert scanned(data)
        check(data)


@pytest.mark.parametrize("name", python_docx_forms())
def test_what_python_docx_writes_is_scanned_as_it_is_walked(name: str):
    data = python_docx_forms()[name]

    assert scanned(data)
    check(data)


@pytest.mark.libreoffice
def test_what_libreoffice_writes_is_scanned_as_it_is_walked(tmp_path: Path):
    from formgen.libreoffice import convert_many

    sources = [path for path in sorted(SAMPLES.rglob("*.docx")) if scanned_or_walked(path.read_bytes())][:6]
    for form in FORMS:
        (tmp_path / f"{form.id}.docx").write_bytes(blank_of(form))
        sources.append(tmp_path / f"{form.id}.docx")
    (tmp_path / "out").mkdir()

    for path in convert_many(sources, "docx", tmp_path / "out"):
        check(path.read_bytes())


# --- made documents --------------------------------------------------------------------------------------------

WORDS = (
    "甲", " 8.5 ", "", "a &amp; b &lt;c&gt; &quot;&apos;", "&#22823;&#x5927;", "一>二", "\t\n x ", "a\r\nb\rc", "&#13;",
    "10", "缺席一次扣0.5分", "🙂", "\u00a0", "]] >", "�",
)  # fmt: skip
MARKS = (
    "", "", "<w:b/><w:sz w:val='21'/>", '<w:rFonts w:ascii="宋体" w:hint="eastAsia"/><w:vertAlign w:val="baseline"/>',
    '<w:color w:val="000000"/><w:highlight w:val="yellow"/><w:lang w:val="en-US"/>', '<w:rStyle w:val="Own"/>',
)  # fmt: skip
PARAGRAPH_MARKS = (
    "", "", '<w:pStyle w:val="Own"/><w:jc w:val="center"/>', '<w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs>',
    '<w:rPr><w:sz w:val="21"/></w:rPr>', '<w:sectPr><w:pgSz w:w="1"/></w:sectPr>',
)  # fmt: skip
PLAIN_LINES = (
    "<w:r/>", "<w:r></w:r>", "<w:r><w:t/></w:r>", "<w:r><w:t></w:t></w:r>", '<w:r><w:t xml:space="preserve"/></w:r>',
    "<w:r><w:tab/><w:t>甲</w:t><w:br/><w:cr></w:cr><w:noBreakHyphen/><w:t>乙</w:t></w:r>",
    '<w:bookmarkStart w:id="1" w:name="x"/>', '<w:proofErr w:type="spellStart"/>',
    f'<w:hyperlink r:id="rId9">{run("链")}</w:hyperlink>', "<w:hyperlink/>", "<w:r><w:t>外</w:t><w:t>外</w:t></w:r>",
    f'<w:hyperlink w:anchor="x">{control(run("联"), "7.2")}</w:hyperlink>', "<w:r ><w:br /></w:r >",
)  # fmt: skip
CONTROL_MARKS = (
    "", "", "<w:showingPlcHdr/>", '<w:showingPlcHdr w:val="0"/>', '<w:alias w:val="甲"/><w:id w:val="3"/><w:text/>',
    '<w:placeholder><w:docPart w:val="x"/></w:placeholder><w:rPr><w:rStyle w:val="Secret"/></w:rPr>',
    '<w:tag w:val="9.9"/>', '<w:dropDownList><w:listItem w:displayText="好" w:value="1"/></w:dropDownList>',
)  # fmt: skip
PLAIN_CELL_MARKS = (
    "", "", "", '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="x"/>', "<w:gridSpan/>", '<w:vMerge w:val="restart"/>',
    "<w:vMerge/>", '<w:vMerge w:val="continue"/>', '<w:gridSpan w:val="2"/><w:vMerge/>',
    '<w:tcW w:w="90"/><w:tcBorders><w:top w:val="single"/></w:tcBorders><w:shd w:fill="FF0000"/>',
)  # fmt: skip
PLAIN_ROW_MARKS = (
    "", "", '<w:gridBefore w:val="1"/>', '<w:gridAfter w:val="2"/>', "<w:trHeight w:val='9'/>",
    '<w:cantSplit/><w:tblHeader/>',
)  # fmt: skip


SAVED = re.compile(r"<w:(p|r|tr)(?=[ />])")


class PlainMixture(Mixture):
    """A document of plain features, now and then with one that is not."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.oddity = self.chance.choice((0.0, 0.0, 0.0, 0.01))

    def line(self) -> str:
        pick = self.chance.choice
        if self.odd():
            return pick(LINES)
        kind = self.chance.random()
        if kind < 0.5:
            return run(pick(WORDS), pick(MARKS)).replace("'", '"')
        if kind < 0.75:
            inner = "".join(run(pick(WORDS), pick(MARKS)).replace("'", '"') for _ in self.some(2))
            inner += pick(("", "", "", PLAIN_LINES[5], PLAIN_LINES[12], '<w:bookmarkStart w:id="1" w:name="x"/>'))
            return control(inner, pick(("", "2.1", "3.1.remark")), pick(CONTROL_MARKS))
        return pick(PLAIN_LINES)

    def paragraph(self) -> str:
        marks = self.chance.choice(PARAGRAPH_MARKS)
        return f"<w:p>{f'<w:pPr>{marks}</w:pPr>' if marks else ''}{''.join(self.line() for _ in self.some(3))}</w:p>"

    def cell(self, depth: int) -> str:
        marks = self.chance.choice(CELL_MARKS if self.odd() else PLAIN_CELL_MARKS)
        blocks = "".join(self.paragraph() for _ in self.some(2))
        return self.wrapped(f"<w:tc>{f'<w:tcPr>{marks}</w:tcPr>' if marks else ''}{blocks}</w:tc>")

    def row(self, depth: int) -> str:
        marks = self.chance.choice(ROW_MARKS if self.odd() else PLAIN_ROW_MARKS).replace("'", '"')
        cells = "".join(self.cell(depth) for _ in self.some(4))
        return self.wrapped(f"<w:tr>{f'<w:trPr>{marks}</w:trPr>' if marks else ''}{cells}</w:tr>")

    def section(self) -> str:
        pick = self.chance.choice
        marks = pick(("", '<w:headerReference w:type="first" r:id="rIdheader1"/>'))
        marks += pick(("", "", '<w:headerReference r:id="rIdheader1"/><w:footerReference r:id="rIdfooter1"/>'))
        marks += pick(("", "<w:titlePg/>", '<w:titlePg w:val="off"/>')) + '<w:pgSz w:w="11906"/>'
        marks += pick(("", "", '<w:footerReference w:type="even" r:id="rIdfooter1"/>'))
        return f"<w:sectPr>{marks}</w:sectPr>"

    def body(self) -> str:
        blocks = "".join(self.block() for _ in range(self.chance.randint(1, 5)))
        if not self.oddity:
            blocks = blocks.replace("='0'", '="0"')
        if self.chance.random() < 0.3:
            blocks = SAVED.sub(lambda match: match[0] + self.saved(match[1]), blocks)
        return blocks + self.section()

    def saved(self, name: str) -> str:
        """Attributes as Word writes them at every saving."""
        pick = self.chance.choice
        numbers = f' w14:paraId="{self.chance.getrandbits(32):08X}" w14:textId="77777777"'
        first = pick(("", ' w:rsidR="00A77B3E"'))
        if name != "r":
            first = pick((first + numbers, numbers + first, first))
        others = pick(("", f' w:rsid{"Tr" if name == "tr" else "RDefault"}="00000000"'))
        return (
            first
            + pick(("", ' w:rsidRPr="00B12C3D"'))
            + others
            + pick(("", ' w:rsidP="00A77B3E"', ' w:rsidDel="00A77B3E"'))
        )

    def parts(self) -> dict[str, str]:
        script = self.chance.choice(("", "", run("2", '<w:vertAlign w:val="superscript"/>')))
        found = {"header1": self.paragraph() + self.block(), "footer1": f"<w:p>{script}{run('script')}</w:p>"}
        if self.chance.random() < 0.5:
            found["styles"] = self.chance.choice(STYLES).format("Secret")
        if self.chance.random() < 0.3:
            found["settings"] = "<w:evenAndOddHeaders/>"
        return found


@pytest.mark.parametrize("first", range(0, SEEDS, 100))
def test_a_plain_mixture_is_scanned_as_it_is_walked(first: int):
    plain = 0
    for seed in range(first, first + 100):
        mixture = PlainMixture(seed)
        data = docx_bytes(mixture.body(), **mixture.parts())

        check(data, Limits(rows=mixture.chance.choice((5, 20_000, 20_000))))
        plain += scanned(data)

    assert plain >= 50  # else this would show nothing


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_any_mixture_is_read_the_same_with_and_without_the_scan(first: int):
    for seed in range(first, first + 100):
        mixture = Mixture(seed)

        check(docx_bytes(mixture.body(), header1=mixture.paragraph(), styles=STYLES[seed % 2].format("Secret")))


def test_rows_beyond_the_limit_are_refused_whichever_part_they_stand_in():
    lines = table(*(row("1") for _ in range(4)))
    section = '<w:sectPr><w:headerReference r:id="rIdheader1"/></w:sectPr>'

    read = check(docx_bytes(lines + section, header1=lines), Limits(rows=7))

    assert isinstance(read, str)
    assert isinstance(check(docx_bytes(lines + section, header1=lines), Limits(rows=8)), Document)


def test_raised_text_in_a_header_is_seen_though_the_body_is_plain():
    body = par("script") + '<w:sectPr><w:headerReference r:id="rIdheader1"/></w:sectPr>'

    read = check(docx_bytes(body, header1=par("1", run("2", '<w:vertAlign w:val="superscript"/>'))))

    assert isinstance(read, Document)
    assert [line.text for line in read.paragraphs] == ["1^2", "script"]


def test_a_style_that_hides_is_seen_though_the_markup_is_plain():
    styles = '<w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'

    read = check(docx_bytes(par(run("2", '<w:rStyle w:val="Secret"/>'), run("8")), styles=styles))

    assert isinstance(read, Document)
    assert [line.text for line in read.paragraphs] == ["8"]


# --- the lists -------------------------------------------------------------------------------------------------


def test_nothing_that_the_walk_handles_is_passed_over():
    handled = {name.rpartition("}")[2] for name in word_walk._STYLED_NAMES if "wordprocessingml" in name}

    assert not {f"w:{name}" for name in handled} & word_tags.INERT
    assert not word_tags.INERT & word_tags.PARENTS.keys()


def test_a_mark_of_a_run_that_changes_its_words_is_never_plain():
    for name in word_runs.STYLED_HANDLERS.keys() | word_runs.HANDLERS.keys():
        tag = f"w:{name.rpartition('}')[2]}"
        if tag not in ("w:color", "w:rFonts", "w:vertAlign", "w:rStyle", "w:pStyle"):
            assert tag not in word_tags.PARENTS
    for written in (b'w:color w:val="ffffFF"/', b'w:vertAlign w:val="subscript"/', b'w:rFonts w:ascii="SYMBOL"/'):
        assert word_tags.tag(written) is None


def test_known_markup_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word_steps, "_MOST_KEPT", 50_000)
    word_steps.forget()

    for seed in range(60):
        mixture = PlainMixture(seed)
        check(docx_bytes(mixture.body()))

    kept = sum(len(markup) for state in word_steps._states.values() for markup in (*state.known, *state.ends))
    assert 0 < kept <= 50_000
    word_steps.forget()


def test_the_same_markup_means_the_same_when_it_is_met_again():
    data = docx_bytes(table(row(cell("甲"), cell(par("乙", control(run("8"), "2.1"))))) + par("丙"))
    word_steps.forget()

    first, second = check(data), check(data)

    assert first == second
    assert isinstance(first, Document)
    assert isinstance(first.blocks[0], Grid)
