"""Sections of an official paper: margins, grid, page numbers at the outer edge, landscape pages (5.2, 7.5, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from formgen.rendering.official.boxes import Box, box
from formgen.rendering.official.geometry import points
from formgen.rendering.official.markup import Element, R, indent, node, page_field, paragraph, runs
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
    return node(
        "pgMar",
        top=twips(profile.top),
        right=twips(profile.outer),
        bottom=twips(profile.bottom),
        left=twips(profile.inner),
        header=850,
        footer=FOOTER,
        gutter=0,
    )


def grid(part: Section, profile: Profile) -> int:
    """The pitch of the grid in twips: 22 lines fill the page, for LibreOffice puts half of what is left above them."""
    if part.wide:
        return round(profile.pitch * 20)
    high = 16838 - twips(profile.top) - twips(profile.bottom)
    lines = max(1, int(high / (profile.pitch * 20)))
    return high // lines


def wide_width() -> int:
    """The type area of a landscape page across, in twips."""
    return 16838 - 2 * twips(_WIDE_SIDE)


def _footer(part: Section, side: str, profile: Profile) -> list[Element]:
    if not part.numbered or profile.page_numbers == "none":
        return [_empty()]
    if part.wide:
        return [_turned(side, profile)]
    return [_number(side, profile)]


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
