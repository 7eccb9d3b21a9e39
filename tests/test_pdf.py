"""PDF to grids: ruled tables with their spans, tables over several pages, form fields; scans are set aside."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from sheets import cell_at

from formgen.errors import EncryptedInputError, UnreadableInputError
from formgen.model import IssueCode, Severity
from formgen.parsing import Limits
from parsers import pdf
from parsers.pdf_table import PageTable, joined_grid
from parsers.pdf_text import Glyph, TextLine, joined, text_lines

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
HEIGHT = A4[1]
LIMITS = Limits()


class Paper:
    """A PDF in the making; places are in points from the upper left corner."""

    def __init__(self, **options: object) -> None:
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=A4, **options)
        self.canvas.setFont(FONT, 12)

    def write(self, x: float, top: float, text: str, size: float = 12) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, HEIGHT - top - size, text)

    def table(
        self, left: float, top: float, widths: list[float], rows: list[list[str | None]], height: float = 30
    ) -> float:
        """Rule and fill a table; None belongs to the cell above, ``<`` to the one on the left. Gives its lower edge."""
        edges = [left + sum(widths[:index]) for index in range(len(widths) + 1)]
        for number, row in enumerate(rows):
            y = top + number * height
            for column, text in enumerate(row):
                if text is None or text == "<":
                    continue
                right = column + 1
                while right < len(row) and row[right] == "<":
                    right += 1
                bottom = number + 1
                while bottom < len(rows) and rows[bottom][column] is None:
                    bottom += 1
                self.canvas.rect(
                    edges[column],
                    HEIGHT - top - bottom * height,
                    edges[right] - edges[column],
                    (bottom - number) * height,
                )
                for line, words in enumerate(text.split("\n")):
                    self.write(edges[column] + 4, y + 4 + 14 * line, words)
        return top + len(rows) * height

    def new_page(self) -> None:
        self.canvas.showPage()
        self.canvas.setFont(FONT, 12)

    def bytes(self) -> bytes:
        self.canvas.save()
        return self.file.getvalue()


def decode(paper: Paper):
    return pdf.decode(paper.bytes(), LIMITS)


def texts(grid):
    return [[cell.text if cell else None for cell in row] for row in grid.matrix()]


# --- one page --------------------------------------------------------------------------------------------------


def test_lines_above_a_table_are_paragraphs_and_the_table_is_a_grid():
    paper = Paper()
    paper.write(200, 40, "月度考核评价表", 22)
    paper.write(60, 80, "行政村：张庄村")
    paper.table(60, 110, [60, 200, 60], [["序号", "具体内容", "得分"], ["1", "户数人数了解情况", "8.5"]])

    document = decode(paper)

    assert [paragraph.text for paragraph in document.paragraphs] == ["月度考核评价表", "行政村：张庄村"]
    (grid,) = document.grids
    assert texts(grid) == [["序号", "具体内容", "得分"], ["1", "户数人数了解情况", "8.5"]]
    assert str(cell_at(grid, "row 2, column 3").where) == "page 1, table 1, row 2, column 3"


def test_cells_that_reach_over_rows_and_columns_stand_once():
    paper = Paper()
    paper.table(60, 60, [80, 100, 60], [["业务能力", "甲", "1"], [None, "乙", "2"], ["合计", "<", "3"]])

    (grid,) = decode(paper).grids

    assert (grid.rows, grid.columns) == (3, 3)
    assert [
        (cell.text, cell.rowspan, cell.colspan) for cell in grid.cells if (cell.rowspan, cell.colspan) != (1, 1)
    ] == [
        ("业务能力", 2, 1),
        ("合计", 1, 2),
    ]


def test_an_empty_cell_is_there_and_blank():
    paper = Paper()
    paper.table(60, 60, [80, 60], [["甲", "乙"], ["丙", ""]])

    assert cell_at(next(decode(paper).grids), "row 2, column 2").text == ""


def test_chinese_is_joined_without_spaces_and_words_set_apart_keep_one():
    paper = Paper()
    for index, character in enumerate("行政村"):
        paper.write(60 + 13 * index, 40, character)
    paper.write(160, 40, "姓名")
    paper.write(60, 80, "Level")
    paper.write(100, 80, "two")

    assert [paragraph.text for paragraph in decode(paper).paragraphs] == ["行政村 姓名", "Level two"]


def test_spaces_that_are_characters_are_kept():
    paper = Paper()
    paper.write(60, 40, "姓名：李  四")

    assert next(decode(paper).paragraphs).text == "姓名：李  四"


def test_a_line_that_the_margin_broke_is_one_line():
    paper = Paper()
    paper.write(60, 40, "行政村：王集村    乡村振兴小组长（姓名）：欧阳")
    right = 60 + pdfmetrics.stringWidth("行政村：王集村    乡村振兴小组长（姓名）：欧阳", FONT, 12)
    paper.write(60, 58, "建国")
    paper.table(60, 90, [(right - 60) / 2, (right - 60) / 2], [["甲", "乙"], ["丙", "丁"]])

    assert [paragraph.text for paragraph in decode(paper).paragraphs] == [
        "行政村：王集村    乡村振兴小组长（姓名）：欧阳建国"
    ]


def test_a_short_line_is_not_joined_to_the_next():
    paper = Paper()
    paper.write(60, 40, "村：张庄村")
    paper.write(60, 58, "姓名：李四")
    paper.table(60, 90, [200, 200], [["甲", "乙"], ["丙", "丁"]])

    assert [paragraph.text for paragraph in decode(paper).paragraphs] == ["村：张庄村", "姓名：李四"]


def test_a_vertical_label_is_one_word():
    paper = Paper()
    paper.table(60, 60, [24, 200], [["季\n度\n工\n作", "内容"], ["意\n见", "同意"]], height=70)

    assert cell_at(next(decode(paper).grids), "row 1, column 1").text == "季度工作"


def test_two_figures_over_each_other_are_not_one():
    paper = Paper()
    paper.table(60, 60, [24, 100], [["8\n5", "甲"], ["3", "乙"]], height=40)

    assert cell_at(next(decode(paper).grids), "row 1, column 1").text == "8\n5"


def test_type_that_is_drawn_twice_to_be_bold_is_read_once():
    paper = Paper()
    paper.write(60, 40, "合计")
    paper.write(60.3, 40, "合计")

    assert next(decode(paper).paragraphs).text == "合计"


def test_print_over_print_is_reported():
    paper = Paper()
    paper.table(60, 60, [100, 60], [["内容", "得分"], ["甲乙丙", "8"]])
    paper.write(64, 94.5, "丁戊己")

    (issue,) = decode(paper).issues

    assert (issue.code, str(issue.where)) == (IssueCode.LOW_CONFIDENCE, "page 1, table 1, row 2, column 1")


def test_a_frame_around_the_page_is_no_table():
    paper = Paper()
    paper.canvas.rect(30, 30, A4[0] - 60, HEIGHT - 60)
    paper.table(60, 60, [80, 60], [["甲", "乙"], ["丙", "8"]])
    paper.write(60, 200, "落款")

    document = decode(paper)

    assert [texts(grid) for grid in document.grids] == [[["甲", "乙"], ["丙", "8"]]]
    assert [paragraph.text for paragraph in document.paragraphs] == ["落款"]


def test_a_turned_page_is_read_upright():
    paper = Paper()
    paper.canvas.setPageRotation(90)
    paper.canvas.saveState()
    paper.canvas.rotate(90)
    paper.canvas.translate(0, -A4[0])
    paper.canvas.setFont(FONT, 12)
    paper.canvas.drawString(60, A4[0] - 60, "行政村：张庄村")
    for x in (60, 160, 260):
        paper.canvas.line(x, 300, x, 400)
    for y in (300, 350, 400):
        paper.canvas.line(60, y, 260, y)
    paper.canvas.drawString(64, 380, "序号")
    paper.canvas.drawString(164, 330, "8.5")
    paper.canvas.restoreState()

    document = decode(paper)

    assert [paragraph.text for paragraph in document.paragraphs] == ["行政村：张庄村"]
    assert texts(next(document.grids)) == [["序号", ""], ["", "8.5"]]


# --- several pages ---------------------------------------------------------------------------------------------

HEAD = ["序号", "内容", "得分"]
WIDTHS = [50.0, 200.0, 60.0]


def test_a_table_goes_on_on_the_next_page_and_its_head_is_said_once():
    paper = Paper()
    paper.table(60, 700, WIDTHS, [HEAD, ["1", "甲。", "8"]])
    paper.write(290, 810, "- 1 -")
    paper.new_page()
    paper.table(60, 40, WIDTHS, [HEAD, ["2", "乙。", "9"]])
    paper.write(290, 810, "第 2 页 共 2 页")

    document = decode(paper)

    (grid,) = document.grids
    assert texts(grid) == [HEAD, ["1", "甲。", "8"], ["2", "乙。", "9"]]
    assert str(grid.cells[-1].where) == "page 2, table 1, row 2, column 3"


def test_a_table_under_a_title_on_the_next_page_is_another_table():
    paper = Paper()
    paper.table(60, 700, WIDTHS, [HEAD, ["1", "甲", "8"]])
    paper.new_page()
    paper.write(60, 40, "姓名：王五")
    paper.table(60, 80, WIDTHS, [HEAD, ["1", "甲", "9"]])

    document = decode(paper)

    assert [texts(grid)[1] for grid in document.grids] == [["1", "甲", "8"], ["1", "甲", "9"]]
    assert document.pages == (0, 1)


def test_tables_with_other_columns_are_not_joined():
    paper = Paper()
    paper.table(60, 700, WIDTHS, [HEAD, ["1", "甲", "8"]])
    paper.new_page()
    paper.table(60, 40, [100.0, 80.0], [["姓名", "张三"], ["性别", "男"]])

    assert [grid.columns for grid in decode(paper).grids] == [3, 2]


def full(words: str) -> str:
    return words[: 200 // 12]


def test_a_row_that_the_page_break_cuts_is_one_row():
    upper = full("月度内是否开展上门走访政策宣传信息采集或防贫监测")
    paper = Paper()
    paper.table(60, 700, WIDTHS, [HEAD, ["6", upper, "10"]])
    paper.new_page()
    paper.table(60, 40, WIDTHS, [["", "排查等工作。", ""], ["7", "协助。", "20"]])

    (grid,) = decode(paper).grids

    assert texts(grid) == [HEAD, ["6", upper + "排查等工作。", "10"], ["7", "协助。", "20"]]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["6", "月度内是否开展上门走访政策宣传信", "10"], ["", "排查等工作。", "5"]),
        (["6", "月度内是否开展上门走访政策宣传信", "10"], ["7", "排查等工作。", ""]),
        (["6", "月度内是否开展上门走访政策宣传信", "10"], ["", "7、排查等工作。", ""]),
        (["6", "走访。", "10"], ["", "排查等工作。", ""]),
    ],
    ids=["two figures", "a number of its own", "an item of its own", "a sentence that had ended"],
)
def test_a_row_of_its_own_is_not_joined_to_the_one_above_the_break(upper, lower):
    paper = Paper()
    paper.table(60, 700, WIDTHS, [HEAD, upper])
    paper.new_page()
    paper.table(60, 40, WIDTHS, [lower, ["8", "协助。", "20"]])

    (grid,) = decode(paper).grids

    assert texts(grid)[2] == lower


# --- form fields and annotations -------------------------------------------------------------------------------


def test_form_fields_are_read_where_they_stand():
    paper = Paper()
    paper.table(60, 60, [80, 100], [["得分", ""], ["备注", ""]])
    form = paper.canvas.acroForm
    form.textfield(name="2.1", value="8.5", x=144, y=HEIGHT - 86, width=80, height=20, fontName="Helvetica")
    form.textfield(name="village", value="Zhang", x=60, y=HEIGHT - 300, width=80, height=20, fontName="Helvetica")
    form.checkbox(name="done", checked=True, x=150, y=HEIGHT - 112, size=14)
    form.checkbox(name="other", checked=False, x=200, y=HEIGHT - 112, size=14)

    document = decode(paper)

    (grid,) = document.grids
    score, remark = cell_at(grid, "row 1, column 2"), cell_at(grid, "row 2, column 2")
    (paragraph,) = document.paragraphs
    assert (score.text, score.tags) == ("8.5", ("2.1",))
    assert (remark.text, remark.tags) == ("√", ("done",))
    assert (paragraph.text, paragraph.tags) == ("Zhang", (("village", "Zhang"),))


def test_words_typed_as_a_note_on_the_page_are_read_and_reported():
    paper = Paper()
    paper.table(60, 60, [80, 100], [["得分", ""], ["备注", ""]])
    paper.canvas.freeTextAnnotation("9", "/Helv 10 Tf", Rect=(150, HEIGHT - 84, 170, HEIGHT - 66))
    paper.canvas.textAnnotation("look again", Rect=(300, 300, 320, 320))

    document = decode(paper)

    assert cell_at(next(document.grids), "row 1, column 2").text == "9"
    assert [(issue.code, issue.severity) for issue in document.issues] == [
        (IssueCode.UNEXPECTED_TEXT, Severity.INFO)
    ] * 2
    assert "look again" in document.issues[0].message


# --- what cannot be read ---------------------------------------------------------------------------------------


def picture():
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    return ImageReader(Image.new("L", (60, 80), 200))


def test_a_scan_is_unsupported_and_says_so():
    paper = Paper()
    paper.canvas.drawImage(picture(), 0, 0, A4[0], HEIGHT)

    with pytest.raises(UnreadableInputError) as raised:
        decode(paper)

    assert raised.value.code == "unsupported"
    assert "扫描件" in str(raised.value)


def test_scanned_pages_among_others_are_named():
    paper = Paper()
    paper.write(60, 40, "行政村：张庄村，乡村振兴小组长考核")
    paper.new_page()
    paper.canvas.drawImage(picture(), 0, 0, A4[0], HEIGHT)

    (issue,) = decode(paper).issues

    assert (issue.code, issue.severity) == (IssueCode.UNSUPPORTED, Severity.WARNING)
    assert "第 2 页" in issue.message


def test_words_that_a_program_recognised_over_a_scan_are_doubtful():
    paper = Paper()
    paper.canvas.drawImage(picture(), 0, 0, A4[0], HEIGHT)
    paper.write(60, 40, "行政村：张庄村，乡村振兴小组长考核")

    (issue,) = decode(paper).issues

    assert (issue.code, issue.severity) == (IssueCode.LOW_CONFIDENCE, Severity.WARNING)


def test_a_seal_on_the_page_is_no_scan():
    paper = Paper()
    paper.write(60, 40, "行政村：张庄村，乡村振兴小组长考核")
    paper.canvas.drawImage(picture(), 300, 300, 120, 120)

    assert decode(paper).issues == ()


def test_a_pdf_without_any_words_is_unsupported():
    paper = Paper()
    paper.canvas.showPage()

    with pytest.raises(UnreadableInputError) as raised:
        decode(paper)

    assert raised.value.code == "unsupported"


def test_a_password_is_encrypted_and_an_empty_one_is_none():
    from reportlab.lib.pdfencrypt import StandardEncryption

    def paper(password):
        made = Paper(encrypt=StandardEncryption(password, ownerPassword="owner"))
        made.canvas.setFont("Helvetica", 12)  # reportlab spoils Chinese when it encrypts
        made.canvas.drawString(60, 700, "a form with a password")
        return made

    with pytest.raises(EncryptedInputError):
        decode(paper("secret"))
    assert next(decode(paper("")).paragraphs).text == "a form with a password"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\nnothing", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF"]
)
def test_a_broken_pdf_is_unreadable(data):
    with pytest.raises(UnreadableInputError):
        pdf.decode(data, LIMITS)


def test_a_truncated_pdf_is_read_or_unreadable_and_nothing_else():
    paper = Paper()
    paper.table(60, 60, WIDTHS, [HEAD, ["1", "甲", "8"]])
    data = paper.bytes()

    for share in range(1, 10):
        try:
            pdf.decode(data[: len(data) * share // 10], LIMITS)
        except UnreadableInputError as fault:
            assert str(fault)


def test_too_many_pages_are_too_large():
    paper = Paper()
    for _ in range(pdf.MOST_PAGES + 1):
        paper.write(60, 40, "页")
        paper.new_page()

    with pytest.raises(UnreadableInputError) as raised:
        decode(paper)

    assert raised.value.code == "too-large"


def test_too_much_on_a_page_is_too_large(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_OBJECTS", 3)
    paper = Paper()
    paper.write(60, 40, "行政村：张庄村")

    with pytest.raises(UnreadableInputError) as raised:
        decode(paper)

    assert raised.value.code == "too-large"


def test_the_time_limit_is_kept_between_pages():
    paper = Paper()
    paper.write(60, 40, "行政村：张庄村")

    with pytest.raises(UnreadableInputError) as raised:
        pdf.decode(paper.bytes(), Limits(seconds=-1))

    assert raised.value.code == "too-slow"


# --- geometry alone --------------------------------------------------------------------------------------------


def test_lines_that_nearly_meet_are_one_edge():
    table = PageTable(1, [(0, 0, 50, 20), (50.8, 0, 100, 20), (0, 20.5, 100, 40)])
    table.number = 1

    grid = joined_grid([table])

    assert [(cell.row, cell.column, cell.colspan) for cell in grid.cells] == [(0, 0, 1), (0, 1, 1), (1, 0, 2)]


def test_superscripts_stay_in_their_line():
    glyphs = [Glyph("8", 0, 6, 10, 22), Glyph("分", 6, 18, 10, 22), Glyph("注", 18, 24, 9, 15)]

    assert [line.text for line in text_lines(glyphs)] == ["8分注"]


def test_a_full_line_of_figures_is_not_joined():
    lines = [TextLine("12", 0, 12, 0, 12), TextLine("34", 0, 12, 14, 26)]

    assert joined(lines, 14) == "12\n34"
