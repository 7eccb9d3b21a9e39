"""The 版记 (7.4): 主送 and 抄送, 印发机关 and 印发日期, between lines, at the foot of the 版心."""

from __future__ import annotations

from formgen.rendering.official.elements import Paper
from formgen.rendering.official.geometry import length
from formgen.rendering.official.markup import Element, indent, node, paragraph, runs, tag
from formgen.rendering.official.profile import Profile, twips

_THICK, _THIN = 8, 6  #: Eighths of a point: 0.35 and 0.26 mm.
_ZI = 280  #: One 字 of 4号, in twips.
_FOOT = 35.0  #: The lower edge of the 版心 from the lower edge of the paper, in mm.


def imprint(paper: Paper, profile: Profile) -> list[Element]:
    """A floating table at the foot of the page, and the paragraph that it hangs on. A 信函 has no lines (10.1)."""
    plain = paper.kind == "信函"
    rows: list[Element] = []
    entries = []
    if paper.to_at_end and paper.to:
        entries.append(("主送：", paper.to))
    if paper.copies:
        entries.append(("抄送：", paper.copies))
    width = profile.width
    date_width = round(_ZI * (float(length(paper.printed)) + 4))  # with 印发, and one 字 in
    if entries:
        content = [_entry(label, words, profile) for label, words in entries]
        rows.append(_row([_cell(width, content, span=2, top=0 if plain else _THICK)]))
    if not plain and (paper.printer or paper.printed):
        printed = f"{paper.printed}印发" if paper.printed else ""
        top = _THIN if rows else _THICK
        rows.append(
            _row(
                [
                    _cell(width - date_width, [_line(paper.printer, profile, indent(left=_ZI))], top=top),
                    _cell(date_width, [_line(printed, profile, indent(right=_ZI), node("jc", val="right"))], top=top),
                ]
            )
        )
    if not plain:
        _set_bottom(rows[-1])
    # strict sets the margin lower than the 版心: an empty row without lines lifts the last line to its edge
    lift = round(twips(_FOOT) - twips(profile.bottom))
    if lift > 0:
        rows.append(_row([_cell(width, [paragraph("Spacer")], span=2)], height=lift))
    return [_table(rows, (width - date_width, date_width)), paragraph("Spacer")]


def _entry(label: str, words: str, profile: Profile) -> Element:
    """One 字 in on both sides; wrapped lines under the first character after the colon; a full stop at the end."""
    text = label + words.rstrip("。.；;，,") + "。"
    return _line(text, profile, indent(left=_ZI * 4, right=_ZI, hanging=_ZI * 3), node("jc", val="both"))


def _line(words: str, profile: Profile, *own: Element) -> Element:
    return paragraph("Imprint", runs(words, profile.faces["仿宋"], profile), *own)


def _cell(width: int, content: list[Element], *, span: int = 1, top: int = 0) -> Element:
    properties = node("tcPr", node("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(node("gridSpan", val=span))
    if top:
        properties.append(node("tcBorders", node("top", val="single", sz=top, space=0, color="000000")))
    properties.append(node("vAlign", val="center"))
    return node("tc", properties, *content)


def _row(cells: list[Element], height: int = 0) -> Element:
    rule = node("trHeight", val=height, hRule="exact") if height else node("trHeight", val=520, hRule="atLeast")
    return node("tr", node("trPr", node("cantSplit"), rule), *cells)


def _set_bottom(row: Element) -> None:
    for cell in row.iter(tag("tc")):
        properties = cell[0]
        borders = properties.find(tag("tcBorders"))
        assert borders is not None  # every row of a 版记 has a line above it
        borders.append(node("bottom", val="single", sz=_THICK, space=0, color="000000"))


def _table(rows: list[Element], widths: tuple[int, int]) -> Element:
    zero = [node(side, w=0, type="dxa") for side in ("top", "left", "bottom", "right")]
    return node(
        "tbl",
        node(
            "tblPr",
            node(
                "tblpPr",
                leftFromText=0,
                rightFromText=0,
                vertAnchor="margin",
                horzAnchor="margin",
                tblpX=0,
                tblpYSpec="bottom",
            ),
            node("tblOverlap", val="never"),
            node("tblW", w=sum(widths), type="dxa"),
            node("tblLayout", type="fixed"),
            node("tblCellMar", *zero),
        ),
        node("tblGrid", *(node("gridCol", w=width) for width in widths)),
        *rows,
    )
