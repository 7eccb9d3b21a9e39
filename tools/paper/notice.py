"""The notice of results: title, 主送, body, table, 署名 and date by GB/T 9704-2012, compat profile."""

from __future__ import annotations

from paper.package import TYPE_AREA, docx
from paper.parts import Box, loop, paragraph, row, table, text
from paper.styles import BODY_FACE, HEAD_FACE, SONG_FACE, TITLE_FACE, Style

_RULE = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="FF0000"/></w:pBdr>'

STYLES = [
    Style("OrganMark", "发文机关标志", TITLE_FACE, 36, 60, "center", before=72, color="FF0000"),
    Style("DocNumber", "发文字号", BODY_FACE, 16, 28.95, "center", before=58, after=11, extra=_RULE),
    Style("DocTitle", "公文标题", TITLE_FACE, 22, 33, "center", outline=0),
    Style("MainTo", "主送机关", BODY_FACE, 16, 28.95, before=28.95, spread=-5),
    Style("BodyText", "公文正文", BODY_FACE, 16, 28.95, "both", first=2, spread=-5),
    Style(
        "BodyTextAfter", "表后正文", BODY_FACE, 16, 28.95, "both", first=2, before=14, spread=-5, extra="<w:keepNext/>"
    ),
    Style("Signature", "署名", BODY_FACE, 16, 28.95, "right", before=58, extra="<w:keepNext/>"),
    Style("IssueDate", "成文日期", BODY_FACE, 16, 28.95, "right"),
    Style("TableHead", "表头", HEAD_FACE, 14, 22, "center"),
    Style("TableText", "表格正文", BODY_FACE, 14, 22),
    Style("TableCentred", "表格居中", BODY_FACE, 14, 22, "center"),
    Style("TableGap", "表前间距", BODY_FACE, 8, 10),
    Style("PageNumberLine", "页码", SONG_FACE, 14, 18),
    Style("Draft", "草稿标记", HEAD_FACE, 12, 16, "center", color="C00000"),
]

#: Head as the template writes it, width, and the cell.
_COLUMNS = (
    ("序号", 700, text("TableCentred", "{{ row.no }}")),
    ("村", 1250, text("TableCentred", "{{ row.village }}")),
    ('{{ "派出单位"|only_if(has_team) }}', 1450, text("TableCentred", "{{ row.team }}")),
    ('{{ "姓名"|only_if(has_name) }}', 1250, text("TableCentred", "{{ row.name }}")),
    ('{{ "得分"|only_if(has_score) }}', 850, text("TableCentred", "{{ row.score }}")),
    ("等次", 1250, text("TableCentred", "{{ row.grade }}")),
    ('{{ "补贴增减（元）"|break_before("（")|only_if(has_money) }}', 1250, text("TableCentred", "{{ row.money }}")),
    ('{{ "备注"|only_if(has_note) }}', 844, text("TableCentred", "{{ row.note }}")),
)
#: The same for what follows for whom.
_FOLLOWING = (
    ("序号", 700, text("TableCentred", "{{ row.no }}")),
    ("村", 1500, text("TableCentred", "{{ row.village }}")),
    ('{{ "派出单位"|only_if(has_team) }}', 1400, text("TableCentred", "{{ row.team }}")),
    ('{{ "姓名"|only_if(has_name) }}', 1250, text("TableCentred", "{{ row.name }}")),
    ("考核结果运用", 2594, text("TableText", "{{ row.label }}{{ row.note }}")),
    ("依据", 1400, text("TableCentred", "{{ row.article }}")),
)


def _listing(columns: tuple[tuple[str, int, str], ...], rows_: str) -> str:
    widths = [width for _, width, _ in columns]
    assert sum(widths) == TYPE_AREA, sum(widths)
    rows = [
        row([Box(text("TableHead", head)) for head, _, _ in columns], head=True, height=560),
        loop("{%tr for row in " + rows_ + " %}", len(widths)),
        row([Box(cell) for _, _, cell in columns], height=520),
        loop("{%tr endfor %}", len(widths)),
    ]
    return table(widths, rows)


def results_docx() -> bytes:
    """The template of the notice."""
    body = (
        text("OrganMark", "{%p if number %}")
        + text("OrganMark", "{{ organ }}文件")
        + text("DocNumber", "{{ number }}")
        + paragraph("BodyText") * 2
        + text("OrganMark", "{%p endif %}")
        + text("DocTitle", "{{ organ }}")
        + text("DocTitle", "{{ title|break_after(period_text) }}")
        + text("MainTo", "{%p if to %}")
        + text("MainTo", "{{ to }}：")
        + text("MainTo", "{%p endif %}")
        + text("BodyText", "{%p for words in paragraphs %}")
        + text("BodyText", "{{ words }}")
        + text("BodyText", "{%p endfor %}")
        + paragraph("TableGap")
        + _listing(_COLUMNS, "rows")
        + text("BodyText", "{%p if consequences %}")
        + text("BodyTextAfter", "依照上述办法，考核结果作如下运用：")
        + _listing(_FOLLOWING, "consequences")
        + text("BodyText", "{%p endif %}")
        + text("Signature", "{{ organ }}")
        + text("IssueDate", "{%p if date %}")
        + text("IssueDate", "{{ date }}")
        + text("IssueDate", "{%p endif %}")
    )
    return docx(body, STYLES, title="考核结果通报", duplex=True, grid=True)
