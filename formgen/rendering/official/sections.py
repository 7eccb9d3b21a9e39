"""Sections of an official paper: margins, grid, page numbers at the outer edge, landscape pages (5.2, 7.5, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from formgen.rendering.official.boxes import Box, box
from formgen.rendering.official.geometry import LETTER_RULE_HIGH, SEVEN_EIGHTHS, ink_bottom, points
from formgen.rendering.official.markup import Element, R, indent, node, page_field, paragraph, runs, spacing
from formgen.rendering.official.package import Package
from formgen.rendering.official.profile import Profile, twips

_ZI = 280  #: One 字 of 4号, in twips.
_LINE = 18.0  #: Height of the line of the page number, in points.
#: The 一字线 lies 7 mm under the 版心, 28 mm above the lower edge of the paper; and over the foot of its own line.
_DASH = points(28)
_DASH_OVER_FOOT = 0.2 * _LINE + 0.36 * 14
_WIDE_SIDE = (
    36.0  #: Left and right of a landscape page: one figure, for mirrored margins change places on its even sides.
)
#: Of a 信函: the text of its first page ends 7/8 of a character above the second double line (10.1).
_LETTER_FOOT = 297 - 277 + (LETTER_RULE_HIGH / 2 + SEVEN_EIGHTHS - ink_bottom(28.95, 16)) / points(1) - 0.5
_LETTER_FOOTER = 300  #: Twips from the paper's edge to its footers, which hold spacers instead.
FOOTER = round((_DASH - _DASH_OVER_FOOT) * 20)


@dataclass(frozen=True, slots=True)
class Section:
    """What is particular about a section."""

    numbered: bool = True
    wide: bool = False
    start: str = "nextPage"  #: ``nextPage`` or ``evenPage``.
    first_numbered: bool = True  #: The first page bears a number (not that of a 信函).


def section(part: Section, package: Package, profile: Profile) -> Element:
    """``w:sectPr``. Its footers are added to the package."""
    made = node("sectPr")
    if not part.first_numbered:
        _reference(made, "header", "first", package.margin("header", [_header(package, profile)]))
        _reference(made, "footer", "first", package.margin("footer", [_empty()]))
    for side, kind in (("odd", "default"), ("even", "even")):
        _reference(made, "header", kind, package.margin("header", [_header(package, profile)]))
        _reference(made, "footer", kind, package.margin("footer", _footer(part, side, profile)))
    made.append(node("type", val=part.start))
    made.append(_size(part))
    made.append(_margins(part, profile))
    if not part.first_numbered:
        made.append(node("titlePg"))
    made.append(node("docGrid", type="lines", linePitch=grid(part, profile)))
    return made


def _reference(made: Element, part: str, kind: str, key: str) -> None:
    reference = node(f"{part}Reference", type=kind)
    reference.set(f"{{{R}}}id", key)
    made.append(reference)


def _header(package: Package, profile: Profile) -> Element:
    return paragraph("Draft", runs(package.draft, profile.faces["黑体"], profile)) if package.draft else _empty()


def _empty() -> Element:
    return paragraph("Spacer")


def _size(part: Section) -> Element:
    if part.wide:
        return node("pgSz", w=16838, h=11906, orient="landscape")
    return node("pgSz", w=11906, h=16838)


def _margins(part: Section, profile: Profile) -> Element:
    if part.wide:
        return node(
            "pgMar",
            top=twips(profile.inner),
            right=twips(_WIDE_SIDE),
            bottom=twips(profile.outer),
            left=twips(_WIDE_SIDE),
            header=567,
            footer=567,
            gutter=0,
        )
    letter = not part.first_numbered
    return node(
        "pgMar",
        top=twips(profile.top),
        right=twips(profile.outer),
        bottom=twips(_LETTER_FOOT if letter else profile.bottom),
        left=twips(profile.inner),
        header=850,
        footer=_LETTER_FOOTER if letter else FOOTER,
        gutter=0,
    )


def grid(part: Section, profile: Profile) -> int:
    """The pitch of the grid in twips: 22 lines fill the page, for LibreOffice puts half of what is left above them."""
    if part.wide:
        return round(profile.pitch * 20)
    high = 16838 - twips(profile.top) - twips(profile.bottom)
    if not part.first_numbered:  # the first side of a 信函 is higher than the others: little may be left on either
        first = 16838 - twips(profile.top) - twips(_LETTER_FOOT)
        full = round(profile.pitch * 20)
        return min(range(full, full // 2, -1), key=lambda pitch: max(high % pitch, first % pitch))
    lines = max(1, int(high / (profile.pitch * 20)))
    return high // lines


def wide_width() -> int:
    """The type area of a landscape page across, in twips."""
    return 16838 - 2 * twips(_WIDE_SIDE)


def _footer(part: Section, side: str, profile: Profile) -> list[Element]:
    if not part.numbered or profile.page_numbers == "none":
        letter = not part.first_numbered
        return [_gap((twips(profile.bottom) - _LETTER_FOOTER) / 20)] if letter else [_empty()]
    if part.wide:
        return [_turned(side, profile)]
    if not part.first_numbered:  # the spacers make the text of later pages end where it ends in any other paper
        above = twips(profile.bottom) / 20 - FOOTER / 20 - _LINE
        return [_gap(above), _number(side, profile), _gap((FOOTER - _LETTER_FOOTER) / 20)]
    return [_number(side, profile)]


def _gap(high: float) -> Element:
    return paragraph("Spacer", (), spacing(line=high))


def _number(side: str, profile: Profile) -> Element:
    """The number, one 字 from the outer edge of the 版心 (7.5), or in the middle where the profile says so."""
    field = page_field(profile.faces["宋体"], profile)
    if profile.page_numbers == "centre":
        return paragraph("PageNumber", field, node("jc", val="center"))
    if side == "odd":
        return paragraph("PageNumber", field, node("jc", val="right"), indent(right=_ZI))
    return paragraph("PageNumber", field, node("jc", val="left"), indent(left=_ZI))


def _turned(side: str, profile: Profile) -> Element:
    """The number of a landscape page where it is on every other page of the bound paper (8): turned a quarter.

    The page lies with its head at the left, so that the paper's lower edge is the page's left one.
    """
    align = "center" if profile.page_numbers == "centre" else "right" if side == "odd" else "left"
    inner, outer = profile.inner, profile.outer
    one = 14 / (72 / 25.4)
    if side == "odd":  # from the upper edge of the landscape page
        begin, end = inner, 210 - outer - one
    else:
        begin, end = outer + one, 210 - inner
    thick = 8.0
    words = paragraph("PageNumber", page_field(profile.faces["宋体"], profile), node("jc", val=align))
    name = "页码（奇数面）" if side == "odd" else "页码（偶数面）"
    place = Box(name, 28 - thick / 2, begin, thick, end - begin, turned=True, number=1 if side == "odd" else 2)
    return box(place, [words])
