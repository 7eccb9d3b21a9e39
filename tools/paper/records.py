"""Papers on their side that go over many periods: the personal record, and the table made public each month."""

from __future__ import annotations

from paper.package import WIDE_AREA, docx
from paper.parts import Box, loop, row, table, text
from paper.styles import BODY_FACE, HEAD_FACE, KAI_FACE, SONG_FACE, TITLE_FACE, Style

_STYLES = [
    Style("FormTitle", "表标题", TITLE_FACE, 22, 33, "center", after=6, outline=0),
    Style("FormSubtitle", "表副题", KAI_FACE, 14, 22, "center"),
    Style("SectionHead", "小标题", HEAD_FACE, 14, 24, before=10, after=4, extra="<w:keepNext/>"),
    Style("FormNote", "表注", BODY_FACE, 12, 20, "both", first=2, before=4, after=6),
    Style("TableHead", "表头", HEAD_FACE, 11, 16, "center"),
    Style("TableText", "表格正文", BODY_FACE, 10.5, 15),
    Style("TableCentred", "表格居中", BODY_FACE, 10.5, 15, "center"),
    Style("TableFigure", "表格数字", BODY_FACE, 10, 13, "center"),
    Style("Signature", "署名", BODY_FACE, 14, 26, "right", before=20, extra="<w:keepNext/>"),
    Style("IssueDate", "成文日期", BODY_FACE, 14, 26, "right"),
    Style("PageNumberLine", "页码", SONG_FACE, 14, 18, latin=SONG_FACE),  # 4号 half-width 宋体 (7.5)
    Style("Draft", "草稿标记", HEAD_FACE, 12, 16, "center", color="C00000"),
]


def _listing(columns: tuple[tuple[str, int, str], ...], rows_: str) -> str:
    """A table with a head that is repeated on each page and one row for each of ``rows_``."""
    widths = [width for _, width, _ in columns]
    assert sum(widths) == WIDE_AREA, sum(widths)
    rows = [
        row([Box(text("TableHead", head)) for head, _, _ in columns], head=True, height=520),
        loop("{%tr for row in " + rows_ + " %}", len(widths)),
        row([Box(cell) for _, _, cell in columns], height=460),
        loop("{%tr endfor %}", len(widths)),
    ]
    return table(widths, rows)


def _closing() -> str:
    return (
        text("Signature", "{{ organ }}")
        + text("IssueDate", "{%p if date %}")
        + text("IssueDate", "{{ date }}")
        + text("IssueDate", "{%p endif %}")
    )


def _known(label: str, tag: str, span: int = 1) -> list[Box]:
    return [Box(text("TableHead", label)), Box(text("TableCentred", tag), span=span)]


def personal_archive_docx() -> bytes:
    """The template of the personal record: who it is, a row for each period, a line for each year."""
    widths = [1500, 2752, 1500, 2752, 1500, 2752]
    person = [
        row(
            [*_known("姓名", "{{ name }}"), *_known("村", "{{ village }}"), *_known("自然庄（组）", "{{ group }}")],
            height=480,
        ),
        row(
            [*_known("职务", "{{ post }}"), *_known("序列", "{{ series }}"), *_known("派出单位", "{{ team }}")],
            height=480,
        ),
        row(
            [
                *_known("补贴标准（元）", "{{ base_pay }}"),
                *_known("到任日期", "{{ since }}"),
                *_known("建档依据", "《{{ scheme_title }}》"),
            ],
            height=480,
        ),
    ]
    periods = (
        ("时段", 1450, text("TableCentred", "{{ row.period }}")),
        ("得分", 700, text("TableCentred", "{{ row.score }}")),
        ("等次", 950, text("TableCentred", "{{ row.grade }}")),
        ("补贴增减\n（元）", 1010, text("TableCentred", "{{ row.money }}")),
        ("考核结果运用", 1750, text("TableText", "{{ row.consequences }}")),
        ("事项记录", 2100, text("TableText", "{{ row.facts }}")),
        ("更正记录", 2000, text("TableText", "{{ row.corrections }}")),
        ("依据的文件", 2040, text("TableText", "{{ row.files }}")),
        ("备注", 756, text("TableCentred", "{{ row.note }}")),
    )
    years = (
        ("年度", 2000, text("TableCentred", "{{ row.year }}年")),
        ("各次考核等次", 7756, text("TableText", "{{ row.grades }}")),
        ("补贴增减合计（元）", 3000, text("TableCentred", "{{ row.money }}")),
    )
    body = (
        text("FormTitle", "{{ title }}")
        + text("SectionHead", "一、基本情况")
        + table(widths, person)
        + text("SectionHead", "二、历次考核")
        + _listing(periods, "rows")
        + text("SectionHead", "三、分年汇总")
        + _listing(years, "years")
        + _closing()
    )
    return docx(body, _STYLES, title="个人档案", wide=True)


def public_table_docx() -> bytes:
    """The template of the public table: running totals and ranks by month, then what each village lost and why."""
    months = tuple(
        (f"{number}月", 670, text("TableFigure", f"{{{{ row.months[{number - 1}] }}}}")) for number in range(1, 13)
    )
    totals = (
        ("名次", 650, text("TableCentred", "{{ row.rank }}")),
        ("村", 1700, text("TableCentred", "{{ row.village }}")),
        *months,
        ("累计得分", 1026, text("TableCentred", "{{ row.total }}")),
        ("备注", 1340, text("TableCentred", "{{ row.note }}")),
    )
    changes = (
        ("村", 1700, text("TableCentred", "{{ row.village|merge_down(row.first, row.span) }}")),
        ("考核内容", 3000, text("TableText", "{{ row.item }}")),
        ("增减分", 1000, text("TableCentred", "{{ row.points }}")),
        ("计算", 4856, text("TableText", "{{ row.steps }}")),
        ("依据", 2200, text("TableCentred", "{{ row.article }}")),
    )
    body = (
        text("FormTitle", "{{ title }}")
        + text("FormNote", "{%p for words in paragraphs %}")
        + text("FormNote", "{{ words }}")
        + text("FormNote", "{%p endfor %}")
        + _listing(totals, "rows")
        + text("SectionHead", "{%p if changes %}")
        + text("SectionHead", "增减分明细（年初至{{ period_text }}）")
        + _listing(changes, "changes")
        + text("SectionHead", "{%p endif %}")
        + _closing()
    )
    return docx(body, _STYLES, title="考核情况公开表", wide=True)
