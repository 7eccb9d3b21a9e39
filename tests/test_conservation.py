"""Every visible character is a field, printed by the form, or reported."""

from __future__ import annotations

import pytest
from grids import DAYANG, DAYANG_HEADER, NO_HINTS, Entry, codes, document, form, forms, grid, item_rows

from formgen.model import Issue, IssueCode, Locator, Severity
from formgen.parsing import Extraction
from parsers.forms.conservation import is_printed, unexpected
from parsers.forms.score_sheet import ScoreSheetParser
from parsers.grid import Document, Paragraph

SHEET = form("dayang-monthly")
ROWS = item_rows(SHEET, DAYANG, merged=False)


def read(*blocks: str | list[list[Entry]] | Paragraph, issues: tuple[Issue, ...] = ()) -> Extraction:
    paper = document(SHEET.title, "（2023年3月）", DAYANG_HEADER, *blocks)
    paper = Document(paper.kind, paper.blocks, issues)
    return ScoreSheetParser().extract(paper, forms(), NO_HINTS)


@pytest.mark.parametrize(
    "text", ["附件2", "第1页 共2页", "- 1 -", "9324-9331", "（2023年3月）", "2023年3月", "单位：分", "", "　"]
)
def test_the_furniture_of_a_page_is_no_news(text: str) -> None:
    assert read(ROWS, text).issues == ()


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("本表由村委会填报", Severity.INFO),
        ("考核人签字：王五   2023年3月31日", Severity.INFO),
        ("填表人：赵六  联系电话：13800000000", Severity.INFO),
        ("更正：第6项应为8分", Severity.WARNING),
        ("此表作废", Severity.WARNING),
        ("第6项八分", Severity.WARNING),
        ("走访12户", Severity.WARNING),
    ],
)
def test_words_below_the_table_are_reported(text: str, severity: Severity) -> None:
    issues = read(ROWS, text).issues

    assert {issue.code for issue in issues} == {IssueCode.UNEXPECTED_TEXT}
    assert max(issues, key=lambda issue: issue.severity is Severity.WARNING).severity is severity
    assert all(issue.where.part == "paragraph 4" for issue in issues)


def test_words_in_the_table_ask_for_a_person() -> None:
    table = [*ROWS[:4], ["", "", "以上已核实", "", "", ""], *ROWS[4:]]

    issues = read(table).issues

    assert [(issue.code, issue.needs_person) for issue in issues] == [(IssueCode.EXTRA_ROW, True)]


def test_a_column_that_was_added_is_reported_once_with_what_it_holds() -> None:
    table = [[*row, "责任人" if not number else "赵六"] for number, row in enumerate(ROWS)]

    (issue,) = read(table).issues

    assert issue.code is IssueCode.UNEXPECTED_TEXT
    assert "责任人" in issue.message
    assert "赵六" in issue.message


def test_a_second_table_is_said_to_be_unread() -> None:
    other: list[list[Entry]] = [["品名", "数量", "单价"], *[["纸", "2", "3"]] * 9]

    (issue,) = read(ROWS, other).issues

    assert issue.code is IssueCode.UNEXPECTED_TEXT
    assert "没有读取" in issue.message


@pytest.mark.parametrize("where", [Locator("footer", "line 1"), Locator("header"), Locator("sheet 表", "footer")])
def test_a_bare_figure_is_a_page_number_in_a_margin_only(where: Locator) -> None:
    assert is_printed("8", SHEET, where=where)
    assert not is_printed("8", SHEET, where=Locator("paragraph 4"))
    assert not is_printed("8", SHEET, in_table=True)


@pytest.mark.parametrize("text", ["9", "17", "8.5", "9/10", "九", "满分", "/", "——", "√", "×"])
@pytest.mark.parametrize("where", [Locator("paragraph 9"), Locator("text box 1", "line 1")])
def test_a_lone_figure_outside_the_table_is_never_dropped(text: str, where: Locator) -> None:
    (issue,) = read(ROWS, Paragraph(text, where)).issues

    assert (issue.code, issue.needs_person, issue.where) == (IssueCode.UNEXPECTED_TEXT, True, where)
    assert text in issue.message


@pytest.mark.parametrize("text", ["________", "——————", "（      ）", "……", "□"])
def test_a_line_drawn_with_marks_is_no_news(text: str) -> None:
    assert read(ROWS, text).issues == ()


def pdf(*edges: tuple[str, int]) -> Extraction:
    """A sheet in a PDF with these lines, (text, page), below its table."""
    around = [
        Paragraph(text, Locator("page 1", f"line {n}")) for n, text in enumerate((SHEET.title, "（2023年3月）"), 1)
    ]
    below = [Paragraph(text, Locator(f"page {page}", "line 9")) for text, page in edges]
    header = Paragraph(DAYANG_HEADER, Locator("page 1", "line 3"))
    paper = Document("pdf", (*around, header, grid(ROWS, "page 1, table 1"), *below))
    return ScoreSheetParser().extract(paper, forms(), NO_HINTS)


@pytest.mark.parametrize("edges", [[("1", 1)], [("1/2", 1), ("2/2", 2)], [("17", 1), ("18", 2)], [("- 17 -", 1)]])
def test_the_page_numbers_of_a_pdf_are_no_news(edges: list[tuple[str, int]]) -> None:
    assert pdf(*edges).issues == ()


@pytest.mark.parametrize("edges", [[("9", 1)], [("9", 1), ("1", 1)], [("1", 1), ("17", 2)]])
def test_another_figure_at_the_edge_of_a_pdf_page_is_reported(edges: list[tuple[str, int]]) -> None:
    assert [issue.code for issue in pdf(*edges).issues] == [IssueCode.UNEXPECTED_TEXT]


def test_the_footnote_of_the_form_is_printed() -> None:
    sheet = form("ningxia-team-annual")

    assert is_printed(sheet.footnote, sheet)
    assert not is_printed(sheet.footnote.replace("细化", "8"), sheet)


def test_an_issue_names_the_place_and_the_field() -> None:
    issue = unexpected("走访8户", Locator("table 1", "row 3, column 5"), SHEET, 0, in_table=True, field="2.1")

    assert issue is not None
    assert (issue.field, issue.record, str(issue.where)) == ("2.1", 0, "table 1, row 3, column 5")


def test_what_the_decoder_saw_in_a_score_cell_is_said_of_its_field() -> None:
    where = Locator("table 1", "row 7, column 5")
    seen = Issue(IssueCode.TRACKED_CHANGE, Severity.WARNING, "有修订痕迹", where)

    assert codes(read(ROWS, issues=(seen,)), "2.1") == ["tracked-change"]


def commented(message: str, spot: str, part: str = "table 1") -> Extraction:
    seen = Issue(IssueCode.UNEXPECTED_TEXT, Severity.INFO, message, Locator(part, spot))
    return read(ROWS, issues=(seen,))


@pytest.mark.parametrize("words", ["此分有误，应为3分", "已核"])
@pytest.mark.parametrize("pattern", ["批注（王五）：“{}”。", "单元格有批注，未作为填写内容读取：{}"])
def test_a_comment_on_a_score_is_a_warning_on_it(pattern: str, words: str) -> None:
    (issue,) = commented(pattern.format(words), "row 7, column 5").issues

    assert (issue.field, issue.record, issue.severity) == ("2.1", 0, Severity.WARNING)


def test_a_comment_that_corrects_a_figure_is_a_warning_on_the_score_of_its_row() -> None:
    (issue,) = commented("批注（王五）：“此项应为8分”。", "row 7, column 3").issues

    assert (issue.field, issue.severity) == ("2.1", Severity.WARNING)


def test_a_comment_that_strikes_the_paper_out_asks_for_a_person() -> None:
    (issue,) = commented("批注（王五）：“此表作废”。", "", "paragraph 1").issues

    assert (issue.field, issue.record, issue.severity) == (None, 0, Severity.WARNING)


@pytest.mark.parametrize(
    ("message", "spot"),
    [
        ("批注（王五）：“请看这里”。", "row 7, column 3"),
        ("批注（formgen）：“得分99超过本项满分10分。 请改为实得分。”。", "row 7, column 5"),
        ("单元格有批注，未作为填写内容读取：得分99超过本项满分10分。\n请改为实得分。", "row 7, column 5"),
    ],
)
def test_a_harmless_comment_and_our_own_note_are_for_the_record(message: str, spot: str) -> None:
    assert commented(message, spot).issues == ()
