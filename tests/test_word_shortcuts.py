"""Word documents: the short ways of the walk lead where the long ones do, whatever stands in the file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from filling import FORMS, answers_of
from hypothesis import HealthCheck, given, settings
from ooxml_builder import cell, control, docx_bytes, par, row, run, table
from test_round_trip_word import blank_of, filled
from test_word_conservation import bodies

from formgen.errors import UnreadableInputError
from formgen.model import Form
from formgen.parsing import Limits
from parsers import word_controls
from parsers.grid import Document
from parsers.word import decode
from parsers.word_passage import Passage

SAMPLES = Path(__file__).parent.parent / "samples"
SEEDS = 600


def outcome(data: bytes, limits: Limits) -> Document | str:
    """What is read, or why nothing is."""
    try:
        return decode(data, limits)
    except UnreadableInputError as fault:
        return str(fault)


def check_both_ways(data: bytes, monkeypatch: pytest.MonkeyPatch, limits: Limits = Limits()) -> Document | str:  # noqa: B008
    """Read a file as ever, and with every control and every cell taken the long way: the same comes out."""
    read = outcome(data, limits)
    survey = word_controls.survey
    with monkeypatch.context() as patch:
        patch.setattr(word_controls, "survey", lambda *given: survey(*given)._replace(texts=None))
        patch.setattr(Passage, "marked", True)

        walked = outcome(data, limits)

    assert read == walked
    return read


# --- real papers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.docx")), ids=lambda path: path.stem)
def test_a_sample_is_read_the_same_both_ways(path: Path, monkeypatch: pytest.MonkeyPatch):
    check_both_ways(path.read_bytes(), monkeypatch)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_our_own_papers_are_read_the_same_both_ways(form: Form, monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(f"plain {form.id}")
    blank = blank_of(form)

    for data in (blank, *(filled(blank, answers_of(form, chance)[0]) for _ in range(5))):
        check_both_ways(data, monkeypatch)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_control_of_our_own_papers_goes_the_short_way(form: Form, monkeypatch: pytest.MonkeyPatch):
    long_way: list[object] = []
    monkeypatch.setattr(word_controls, "_walk_within", lambda *given: long_way.append(given))

    decode(blank_of(form), Limits())

    assert long_way == []


# --- made documents --------------------------------------------------------------------------------------------


def field(kind: str, inner: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inner}</w:fldChar></w:r>'


CHECK_BOX = '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
PICTURE = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"

LINES = (
    run("甲"), run(" 8.5 "), run(""), run("分", "<w:b/><w:sz w:val='21'/><w:rFonts w:ascii='宋体'/>"),
    "<w:r><w:t/></w:r>", "<w:r><w:tab/><w:t>&amp;&lt;</w:t><w:br/><w:cr/><w:noBreakHyphen/><w:ptab/></w:r>",
    "<w:r><w:t>一<!-- x -->二<?y z?><![CDATA[<三>]]></w:t></w:r>", "<w:r><w:t>a\rb\r\nc</w:t></w:r>",
    "<w:bookmarkStart w:id='1'/>", "<w:proofErr w:type='x'/>", f"<w:hyperlink>{run('链')}</w:hyperlink>",
    "<w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>", "<w:r><w:t>外<w:t>内</w:t>尾</w:t></w:r>",
    control(run("8"), "2.1"), control(run("8") + run("5"), "2.1.remark"),
    control(run("　　"), "3.1", "<w:showingPlcHdr/>"),
    control(run("10"), "3.2", "<w:showingPlcHdr w:val='1'/>"), control(run("9"), "", "<w:showingPlcHdr w:val='Off'/>"),
    control("", "4.1"), control("<w:r><w:t>甲</w:t><w:br/><w:tab/></w:r>", "4.2"),
    control(control(run("里"), "5.1"), "5.2"),
    control(run("☐"), "6.1", CHECK_BOX.format(1)), control(run("☑"), "", CHECK_BOX.format(0)),
    control(run("是的"), "6.2", CHECK_BOX.format("true")),
    control(run(""), "", "<w14:checkbox><w14:checked/></w14:checkbox>"),
    control(run("x"), "6.3", CHECK_BOX.format("on") + "<w:showingPlcHdr/>"), control(par("段"), "7.1"),
    f"<w:hyperlink>{control(run('联'), '7.2')}</w:hyperlink>", "<w:sdt/>",
    "<w:sdt><w:sdtPr><w:tag/></w:sdtPr></w:sdt>",
    f'<w:ins w:author="x">{run("6")}</w:ins>', '<w:del w:author="x"><w:r><w:delText>2</w:delText></w:r></w:del>',
    control(f'<w:ins w:author="x">{run("6")}</w:ins>', "8.1"),
    run("密", "<w:vanish/>"), run("显", "<w:vanish w:val='0'/>"),
    run("2", "<w:strike/>"), run("白", '<w:color w:val="ffffff"/>'), run("黑", '<w:color w:val="000000"/>'),
    control(run("白", '<w:color w:val="FFFFFF"/>'), "8.2"), '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
    field("begin") + "<w:r><w:instrText>PAGE</w:instrText></w:r>" + field("separate") + run("3") + field("end"),
    field("begin"), field("separate"), field("end"), "<w:r><w:instrText>PAGE</w:instrText></w:r>",
    field("begin", '<w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>') + field("end"),
    PICTURE.format(par("框")), "<w:r><w:drawing/></w:r>", "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>",
    f"<mc:AlternateContent><mc:Choice Requires='wps'>{run('选')}</mc:Choice>"
    f"<mc:Fallback>{run('退')}</mc:Fallback></mc:AlternateContent>",
    "<w:r><w:commentReference w:id='1'/></w:r>", "<w:r><w:footnoteReference w:id='2'/></w:r>", par("段中段"),
    f"<w:customXml w:element='x'>{run('自')}</w:customXml>", "<w:r><w:rPr><w:t>怪</w:t></w:rPr></w:r>",
    "<w:tag w:val='x'/>",
    table(row("段内表")), "<w:tc/>", "<w:tr/>", "<w:pPr><w:rPr><w:del w:author='x'/></w:rPr></w:pPr>",
    "<w:pPr><w:pStyle w:val='Secret'/></w:pPr>", run("式", "<w:rStyle w:val='Own'/>"), "<w:pPr><w:sectPr/></w:pPr>",
)  # fmt: skip
RARE_LINES = (
    "<w:r><w:t>&#13;C&#xD;P</w:t></w:r>", run("2", '<w:vertAlign w:val="superscript"/>'),
    run("o", '<w:rFonts w:ascii="Wingdings"/>'), "<w:r><w:object><o:OLEObject ProgID='x'/></w:object></w:r>",
)  # fmt: skip
CELL_MARKS = (
    "", "", "", '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="x"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>",
    '<w:vMerge w:val="continue"/>', '<w:hMerge w:val="continue"/>', '<w:cellDel w:author="x"/>', "<w:gridBefore/>",
    '<w:tcPrChange><w:tcPr><w:gridSpan w:val="3"/></w:tcPr></w:tcPrChange>',
    "<w:tcW w:w='90'/><w:shd w:fill='FF0000'/>",
)  # fmt: skip
ROW_MARKS = (
    "", "", "", "", '<w:gridBefore w:val="1"/>', '<w:gridAfter w:val="2"/>', "<w:hidden/>", '<w:del w:author="x"/>',
    '<w:ins w:author="x"/>', "<w:trHeight w:val='9'/>",
    '<w:trPrChange><w:trPr><w:gridBefore w:val="3"/></w:trPr></w:trPrChange>',
)  # fmt: skip


class Mixture:
    """A document of many features, most of it plain, so that both ways of reading meet in it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.oddity = self.chance.choice((0.0, 0.02, 0.1, 0.4))  #: How much of it is not just words.

    def some(self, most: int) -> range:
        return range(self.chance.randint(0, most))

    def odd(self) -> bool:
        return self.chance.random() < self.oddity

    def line(self) -> str:
        if self.chance.random() < 0.002:
            return self.chance.choice(RARE_LINES)
        if self.odd():
            return self.chance.choice(LINES)
        return self.chance.choice(LINES[:16])

    def paragraph(self) -> str:
        return f"<w:p>{''.join(self.line() for _ in self.some(3))}</w:p>"

    def cell(self, depth: int) -> str:
        blocks = self.paragraph() + "".join(
            self.block(depth + 1) if self.odd() else self.paragraph() for _ in self.some(1)
        )
        marks = self.chance.choice(CELL_MARKS[: 13 if self.odd() else 8])
        made = f"<w:tc><w:tcPr>{marks}</w:tcPr>{blocks}</w:tc>"
        return self.wrapped(made)

    def row(self, depth: int) -> str:
        cells = "".join(self.cell(depth) for _ in self.some(4))
        marks = f"<w:trPr>{self.chance.choice(ROW_MARKS[: 11 if self.odd() else 6])}</w:trPr>"
        made = (
            f"<w:tr>{marks}{cells}</w:tr>" if self.chance.random() < 0.98 else f"<w:tr>{cells}{marks}{par('余')}</w:tr>"
        )
        return self.wrapped(made)

    def wrapped(self, made: str) -> str:
        if not self.odd():
            return made
        return self.chance.choice(
            (
                control(made, "9.1"),
                control(made, "9.2", "<w:showingPlcHdr/>"),
                f"<w:customXml w:element='x'>{made}</w:customXml>",
                f'<w:ins w:author="x">{made}</w:ins>',
                made + "<w:bookmarkEnd/>",
                made + par("散"),
                made + run("落"),
            )
        )

    def block(self, depth: int = 0) -> str:
        if depth < 3 and self.chance.random() < 0.5:
            rows = "".join(self.row(depth) for _ in self.some(4))
            return f"<w:tbl><w:tblPr><w:tblW w:w='0'/></w:tblPr><w:tblGrid/>{rows}</w:tbl>"
        return self.wrapped(self.paragraph())

    def body(self) -> str:
        last = "<w:sectPr><w:headerReference r:id='rIdheader1'/></w:sectPr>"
        return "".join(self.block() for _ in range(self.chance.randint(1, 5))) + last


STYLES = (
    '<w:style w:styleId="Own"/><w:style w:styleId="{}"><w:rPr><w:vanish/></w:rPr></w:style>',
    '<w:style w:styleId="Own"/><w:style w:styleId="x{}"/>',
)


@pytest.mark.parametrize("first", range(0, SEEDS, 50))
def test_a_mixture_of_features_is_read_the_same_both_ways(first: int, monkeypatch: pytest.MonkeyPatch):
    for seed in range(first, first + 50):
        mixture = Mixture(seed)
        data = docx_bytes(
            mixture.body(),
            styles=STYLES[seed % 7 > 0].format("Secret"),
            header1=mixture.paragraph(),
            comments=f'<w:comment w:id="1" w:author="王五">{par("看")}</w:comment>',
            footnotes=f'<w:footnote w:id="2">{par("注")}</w:footnote>',
        )

        check_both_ways(data, monkeypatch, Limits(rows=mixture.chance.choice((5, 20_000))))


def test_the_mixtures_have_controls_for_both_ways(monkeypatch: pytest.MonkeyPatch):
    """Else the test above would show nothing."""
    ways = []
    survey = word_controls.survey

    def noted(*given: object) -> word_controls.Survey:
        found = survey(*given)  # type: ignore[arg-type]
        ways.append(found.texts is not None)
        return found

    monkeypatch.setattr(word_controls, "survey", noted)

    for seed in range(100):
        outcome(docx_bytes(Mixture(seed).body()), Limits())

    assert min(ways.count(True), ways.count(False)) >= 20


def test_a_paragraph_control_below_an_empty_line_does_not_begin_with_the_line_break():
    (place,) = next(decode(docx_bytes(table(row(cell(par("") + control(par("8"), "2.1"))))), Limits()).grids).cells

    assert place.controls == (("2.1", "8"),)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies())
def test_whatever_is_visible_is_read_the_same_both_ways(made: tuple[str, list[str]]):
    with pytest.MonkeyPatch.context() as monkeypatch:
        check_both_ways(docx_bytes(made[0]), monkeypatch)


def test_a_field_code_that_has_not_ended_is_reported_at_the_next_paragraph_or_cell(monkeypatch: pytest.MonkeyPatch):
    broken = field("begin") + run("甲")

    read = check_both_ways(
        docx_bytes(par(broken) + par("乙") + par("丙") + table(row(cell(par(broken)), "丁", "戊"))), monkeypatch
    )

    assert isinstance(read, Document)
    assert [str(issue.where) for issue in read.issues] == ["paragraph 2", "table 1, row 1, column 2"]
