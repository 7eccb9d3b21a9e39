"""Letters to one subject, and the 退改通知: title, 主送, body, a table, 署名 and date by GB/T 9704, compat profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paper.notice import STYLES
from paper.package import TYPE_AREA, docx
from paper.parts import Box, loop, paragraph, row, table, text
from paper.styles import BODY_FACE, Style

Columns = Sequence[tuple[str, int, str]]

#: Body text that keeps company with what follows: a heading with its table, a closing with the signature.
_KEPT = Style("BodyTextKept", "同页正文", BODY_FACE, 16, 28.95, "both", first=2, spread=-5, extra="<w:keepNext/>")
_STYLES = [*STYLES, _KEPT]

_FAULTS: Columns = (
    ("序号", 700, text("TableCentred", "{{ row.no }}")),
    ('{{ "对象"|only_if(has_whom) }}', 1300, text("TableCentred", "{{ row.whom }}")),
    ("项目", 1700, text("TableText", "{{ row.item }}")),
    ("位置", 1300, text("TableText", "{{ row.place }}")),
    ("查出的问题", 2144, text("TableText", "{{ row.found }}")),
    ("应当怎样改", 1700, text("TableText", "{{ row.wanted }}")),
)
_LOST: Columns = (
    ("序号", 700, text("TableCentred", "{{ row.no }}")),
    ("考核内容", 2944, text("TableText", "{{ row.item }}")),
    ("分值", 900, text("TableCentred", "{{ row.full }}")),
    ("得分", 900, text("TableCentred", "{{ row.score }}")),
    ("计算", 1900, text("TableText", "{{ row.steps }}")),
    ("依据", 1500, text("TableCentred", "{{ row.article }}")),
)

#: Kind of letter → lines that an office fills in by hand.
LETTERS: Mapping[str, tuple[str, ...]] = {
    "incompetent": (),
    "criticism": (),
    "admonition": (
        "谈话时间：　　　　年　　月　　日　　时",
        "谈话地点：　　　　　　　　　　　　　　",
        "谈话人：　　　　　　　　　　　　　　　",
    ),
    "replacement": (),
}


def _listing(columns: Columns, gap: bool = True) -> str:
    widths = [width for _, width, _ in columns]
    assert sum(widths) == TYPE_AREA, sum(widths)
    rows = [
        row([Box(text("TableHead", head)) for head, _, _ in columns], head=True, height=560),
        loop("{%tr for row in rows %}", len(widths)),
        row([Box(cell) for _, _, cell in columns], height=520),
        loop("{%tr endfor %}", len(widths)),
    ]
    return (paragraph("TableGap") if gap else "") + table(widths, rows)


def _head() -> str:
    return (
        text("OrganMark", "{%p if number %}")
        + text("OrganMark", "{{ organ }}")
        + text("DocNumber", "{{ number }}")
        + paragraph("BodyText") * 2
        + text("OrganMark", "{%p endif %}")
        + text("DocTitle", "{{ title }}")
        + text("MainTo", "{%p if to %}")
        + text("MainTo", "{{ to }}：")
        + text("MainTo", "{%p endif %}")
    )


def _each(style: str, name: str, first: str = "") -> str:
    return (
        text(style, "{%p for words in " + name + " %}")
        + text(style, first + "{{ words }}")
        + text(style, "{%p endfor %}")
    )


def _closing() -> str:
    return (
        text("Signature", "{{ organ }}")
        + text("IssueDate", "{%p if date %}")
        + text("IssueDate", "{{ date }}")
        + text("IssueDate", "{%p endif %}")
    )


def return_notice_docx() -> bytes:
    """The template of the 退改通知: what came, each fault with place, found and wanted, by when."""
    body = (
        _head()
        + _each("BodyText", "paragraphs")
        + _listing(_FAULTS)
        + paragraph("TableGap")
        + _each("BodyTextKept", "closing")
        + _closing()
    )
    return docx(body, _STYLES, title="退改通知", duplex=True, grid=True)


def letter_docx(kind: str) -> bytes:
    """The template of a letter: result, articles in their own words, what follows, the points lost, how to object."""
    body = (
        _head()
        + _each("BodyText", "paragraphs")
        + _each("BodyText", "measures")
        + "".join(text("BodyText", line) for line in LETTERS[kind])
        + text("BodyText", "{%p if rows %}")
        + text("BodyTextKept", "失分和扣分的项目：")
        + _listing(_LOST, gap=False)
        + text("BodyText", "{%p endif %}")
        + text("BodyText", "{%p if objection %}")
        + paragraph("TableGap")
        + text("BodyText", "{%p endif %}")
        + _each("BodyTextKept", "objection")
        + _closing()
    )
    return docx(body, _STYLES, title="告知书", duplex=True, grid=True)
