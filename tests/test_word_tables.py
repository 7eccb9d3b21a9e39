"""Word documents: the layout grid of tables, tracked changes in them, and what they may cost."""

from __future__ import annotations

import time

import pytest
from ooxml_builder import cell, docx_bytes, par, row, run, table
from word_reading import codes, lines, read

from formgen.errors import UnreadableInputError
from formgen.model import IssueCode
from formgen.parsing import Limits
from parsers.grid import Grid
from parsers.word import decode

RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
BY = 'w:id="1" w:author="王五" w:date="2023-03-01T00:00:00Z"'


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


def only_grid(body: str) -> Grid:
    (grid,) = read(body).grids
    return grid


def places(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(found.row, found.column, found.rowspan, found.colspan, found.text) for found in grid.cells]


# --- the layout grid -------------------------------------------------------------------------------------------


def test_cells_stand_at_their_layout_grid_columns():
    grid = only_grid(table(row("序号", "指标", "得分"), row(cell("合计", span(2)), "88")))

    assert (grid.rows, grid.columns) == (2, 3)
    assert places(grid)[3:] == [(1, 0, 1, 2, "合计"), (1, 2, 1, 1, "88")]
    assert str(grid.cells[4].where) == "table 1, row 2, column 3"


def test_a_merged_cell_covers_the_rows_below():
    grid = only_grid(
        table(row(cell("业务", RESTART), "一"), row(cell("", CONTINUE), "二"), row(cell("落实", RESTART), "三"))
    )

    assert places(grid) == [
        (0, 0, 2, 1, "业务"),
        (0, 1, 1, 1, "一"),
        (1, 1, 1, 1, "二"),
        (2, 0, 1, 1, "落实"),
        (2, 1, 1, 1, "三"),
    ]
    assert [cells[0].text for cells in grid.matrix()] == ["业务", "业务", "落实"]


def test_a_continued_merge_that_nobody_began_shows_its_words():
    grid = only_grid(table(row("甲", "乙"), row(cell("丙", CONTINUE), "丁"), row(cell("", CONTINUE), "戊")))

    assert places(grid)[2] == (1, 0, 2, 1, "丙")


def test_a_continued_merge_of_another_width_shows_its_words():
    grid = only_grid(table(row(cell("甲", RESTART), "乙"), row(cell("丙", span(2) + CONTINUE))))

    assert places(grid) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 0, 1, 2, "丙")]


def test_words_under_a_merge_are_reported():
    document = read(table(row(cell("甲", RESTART), "乙"), row(cell("密", CONTINUE), "丁")))

    (issue,) = document.issues
    assert (issue.code, str(issue.where)) == (IssueCode.HIDDEN_CONTENT, "table 1, row 2, column 1")
    assert "密" in issue.message


def test_a_legacy_horizontal_merge_widens_the_cell_on_its_left():
    begin, go_on = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    grid = only_grid(
        table(
            row(cell("甲", begin + RESTART), cell("", go_on + RESTART), "乙"),
            row(cell("", begin + CONTINUE), cell("", go_on + CONTINUE), "丙"),
        )
    )

    assert places(grid) == [(0, 0, 2, 2, "甲"), (0, 2, 1, 1, "乙"), (1, 2, 1, 1, "丙")]


def test_gaps_before_and_after_a_row_are_kept():
    grid = only_grid(
        table(
            row("一", "二", "三", "四"),
            row("中", "右", marks='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
            row("短"),
        )
    )

    assert places(grid)[4:] == [(1, 1, 1, 1, "中"), (1, 2, 1, 1, "右"), (2, 0, 1, 1, "短")]
    assert grid.columns == 4
    assert [found and found.text for found in grid.matrix()[1]] == [None, "中", "右", None]


def test_former_spans_in_tracked_marks_do_not_count():
    was = f"<w:tcPrChange {BY}><w:tcPr>{span(3)}{CONTINUE}</w:tcPr></w:tcPrChange>"

    assert places(only_grid(table(row(cell("甲", was), "乙")))) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙")]


def test_a_nested_table_is_a_table_of_its_own():
    inner = table(row("内一", cell(table(row("最内")) + par(""))), row("内二"))

    document = read(table(row("外", cell(par("前") + inner + par("后")))) + table(row("次")))

    grids = list(document.grids)
    assert [grid.part for grid in grids] == ["table 1", "table 1.1", "table 1.1.1", "table 2"]
    assert [[found.text for found in grid.cells] for grid in grids] == [
        ["外", "前\n后"], ["内一", "", "内二"], ["最内"], ["次"],
    ]  # fmt: skip


def test_a_table_inside_custom_xml_and_alternatives_is_read():
    body = (
        f'<w:tbl><w:customXml w:element="x">{row("甲")}</w:customXml><mc:AlternateContent>'
        f'<mc:Choice Requires="w14">{row("乙")}</mc:Choice><mc:Fallback>{row("丙")}</mc:Fallback>'
        "</mc:AlternateContent></w:tbl>"
    )

    assert [found.text for found in only_grid(body).cells] == ["甲", "乙"]


def test_paragraphs_count_on_over_tables():
    document = read(par("一") + "<w:p/>" + table(row("表")) + par("四"))

    assert [str(paragraph.where) for paragraph in document.paragraphs] == ["paragraph 1", "paragraph 3"]


# --- tracked changes -------------------------------------------------------------------------------------------


def inserted(content: str) -> str:
    return f"<w:ins {BY}>{content}</w:ins>"


def deleted(text: str) -> str:
    return f"<w:del {BY}><w:r><w:delText>{text}</w:delText></w:r></w:del>"


def test_inserted_text_counts_and_deleted_text_does_not():
    document = read(table(row("得分", cell(par(deleted("8"), inserted(run("9")), "分")))))

    (issue,) = document.issues
    assert next(document.grids).cells[1].text == "9分"
    assert (issue.code, str(issue.where)) == (IssueCode.TRACKED_CHANGE, "table 1, row 1, column 2")
    assert "“8分”" in issue.message
    assert "“9分”" in issue.message


def test_changes_of_looks_only_are_not_reported():
    marks = f"<w:b/><w:rPrChange {BY}><w:rPr/></w:rPrChange>"

    document = read(par(run("8", marks), marks=f"<w:pPrChange {BY}><w:pPr/></w:pPrChange>"))

    assert (lines(document), document.issues) == (["8"], ())


def test_moved_text_counts_where_it_went():
    body = par(f"<w:moveFrom {BY}>{run('甲')}</w:moveFrom>", "乙") + par(f"<w:moveTo {BY}>{run('甲')}</w:moveTo>")

    document = read(body)

    assert lines(document) == ["乙", "甲"]
    assert codes(document) == [IssueCode.TRACKED_CHANGE] * 2


def test_what_was_inserted_and_deleted_again_was_never_there():
    document = read(par("8", inserted(deleted("5"))))

    assert (lines(document), document.issues) == (["8"], ())


def test_a_deleted_paragraph_end_joins_the_lines():
    gone = f"<w:rPr><w:del {BY}/></w:rPr>"

    document = read(par("1", marks=gone) + par("0") + table(row(cell(par("2", marks=gone) + par("0")))))

    assert lines(document) == ["10"]
    assert next(document.grids).cells[0].text == "20"
    assert codes(document)[-1] is IssueCode.TRACKED_CHANGE
    assert "“2 0”" in document.issues[-1].message


def test_a_change_without_content_changes_nothing():
    document = read(par("1", f"<w:del {BY}/>") + par("0", f"<w:ins {BY}/>") + par("2"))

    assert (lines(document), document.issues) == (["1", "0", "2"], ())


def test_a_change_in_one_cell_is_not_told_of_the_next():
    document = read(table(row(cell(par(inserted(run("9"))) + par("分")), "8", cell(par("7", deleted("1"))))))

    assert [found.text for found in next(document.grids).cells] == ["9\n分", "8", "7"]
    assert [issue.where.spot for issue in document.issues] == ["row 1, column 1", "row 1, column 3"]
    assert "“71”，改为“7”" in document.issues[1].message


def test_a_deleted_row_is_left_out_and_an_inserted_one_counts():
    body = table(
        row("一", "1"),
        row("二", cell(par(deleted("2"))), marks=f"<w:del {BY}/>"),
        row("三", cell(par(inserted(run("3")))), marks=f"<w:ins {BY}/>"),
    )

    document = read(body)

    assert places(next(document.grids)) == [
        (0, 0, 1, 1, "一"),
        (0, 1, 1, 1, "1"),
        (1, 0, 1, 1, "三"),
        (1, 1, 1, 1, "3"),
    ]
    said = [issue.message for issue in document.issues if issue.code is IssueCode.TRACKED_CHANGE]
    assert any("删去了一行“二 2”" in message for message in said)
    assert any("插入了一行“三 3”" in message for message in said)


def test_a_deleted_cell_is_blank_and_reported():
    document = read(table(row("甲", cell("8", f"<w:cellDel {BY}/>"), "丙")))

    assert [found.text for found in next(document.grids).cells] == ["甲", "", "丙"]
    assert codes(document) == [IssueCode.TRACKED_CHANGE]
    assert "8" in document.issues[0].message


def test_a_hidden_row_is_left_out_and_reported():
    document = read(table(row("一"), row("密", marks="<w:hidden/>"), row("三")))

    assert [found.text for found in next(document.grids).cells] == ["一", "三"]
    assert codes(document) == [IssueCode.HIDDEN_CONTENT]


def test_a_flood_of_changes_is_summed_up():
    document = read(table(*(row(cell(par(inserted(run("9"))))) for _ in range(500))))

    assert len(document.issues) == 201
    assert "500" in document.issues[-1].message


# --- limits ----------------------------------------------------------------------------------------------------


def refused(body: str, limits: Limits = Limits()) -> str:  # noqa: B008
    with pytest.raises(UnreadableInputError) as caught:
        decode(docx_bytes(body), limits)
    return caught.value.code


def test_too_many_rows_are_refused_over_all_tables():
    body = table(*[row("甲")] * 60) + table(*[row("乙")] * 60)

    assert refused(body, Limits(rows=119)) == "too-large"
    assert len(list(decode(docx_bytes(body), Limits(rows=120)).grids)) == 2


def test_a_monstrous_span_costs_nothing():
    started = time.perf_counter()

    grid = only_grid(table(row(cell("甲", span(10**9)), "乙"), row("丙", marks='<w:gridBefore w:val="999999999"/>')))

    assert grid.columns < 200
    assert [found.text for found in grid.cells] == ["甲", "乙", "丙"]
    assert len(grid.matrix()) == 2
    assert time.perf_counter() - started < 1


def test_a_span_that_is_no_number_is_one_column():
    assert places(only_grid(table(row(cell("甲", '<w:gridSpan w:val="x"/>'), "乙"))))[1][1] == 1


def test_too_many_columns_are_refused():
    assert refused(table(row(*["甲"] * 600))) == "too-large"


def test_tables_nested_too_deep_are_refused():
    body = table(row("底"))
    for _ in range(20):
        body = table(row(cell(body + par(""))))

    assert refused(body) == "too-large"


@pytest.mark.parametrize("wrapper", ["<w:ins>{}</w:ins>", "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"])
def test_controls_and_changes_nested_too_deep_are_refused(wrapper: str):
    body = run("底")
    for _ in range(60):
        body = wrapper.format(body)

    assert refused(par(body)) == "too-large"
    assert refused(table(row(cell(par(body))))) == "too-large"


def test_xml_nested_without_end_is_refused():
    assert refused("<w:p>" + "<w:customXml>" * 300 + "</w:customXml>" * 300 + "</w:p>") == "too-large"
