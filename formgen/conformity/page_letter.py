"""The rendered first page of a 信函 (10.1): its two double lines and what lies by them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from formgen.conformity.case import place
from formgen.conformity.document import Paragraph
from formgen.conformity.ink import Band, Page
from formgen.conformity.model import Finding, Place

PAPER = 297.0  #: Height of the paper, mm.
TOLERANCE = 1.0  #: mm.
_EIGHTHS = 4.9  #: 7/8 of a 3号 character, mm.


def spot_on(page: Page, y: float, paragraph: Paragraph | None = None) -> Place:
    """A place on a page, ``y`` mm from its upper edge."""
    held = place(paragraph)
    return Place(held.paragraph, held.words, page.number, in_mm(y))


def in_mm(value: float) -> Decimal:
    """Millimetres to a tenth."""
    return Decimal(value).quantize(Decimal("0.1"))


def letter(page: Page) -> Iterator[Finding]:
    """The two double lines of a 信函 and what lies by them (10.1)."""
    groups: list[list[Band]] = []
    for rule in page.red_rules:
        if groups and rule.top - groups[-1][-1].bottom < 2:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    if len(groups) < 2:
        yield Finding(
            "letter-rules", "10.1", "信函应有上下两条红色双线", f"{len(groups)} 条", "2 条", place=spot_on(page, 0)
        )
        return
    upper, lower = groups[0], groups[-1]
    for group, name, thick_first in ((upper, "第一条", True), (lower, "第二条", False)):
        span = max(rule.width for rule in group)
        spot = spot_on(page, group[0].top)
        if abs(span - 170) > 1.5:
            yield Finding(
                "letter-rule-width", "10.1", f"{name}红色双线长 170 mm", f"{in_mm(span)} mm", "170 mm", place=spot
            )
        heights = [rule.bottom - rule.top for rule in group]
        if len(group) != 2 or (heights[0] > heights[1]) is not thick_first or abs(heights[0] - heights[1]) < 0.2:
            way = "上粗下细" if thick_first else "上细下粗"
            yield Finding(
                "letter-rule-form",
                "10.1",
                f"{name}红色双线应{way}",
                f"{len(group)} 条线，粗 {'、'.join(str(in_mm(h)) for h in heights)} mm",
                way,
                place=spot,
            )
    if page.red and abs(upper[0].top - page.red[-1].bottom - 4) > TOLERANCE:
        found = upper[0].top - page.red[-1].bottom
        yield Finding(
            "letter-rule-distance",
            "10.1",
            "第一条红色双线在发文机关标志之下 4 mm 处",
            f"{in_mm(found)} mm",
            "4 mm ±1 mm",
            place=spot_on(page, upper[0].top),
        )
    foot = PAPER - lower[-1].bottom
    if min(abs(foot - 20), abs(PAPER - lower[0].top - 20)) > TOLERANCE:
        yield Finding(
            "letter-rule-foot",
            "10.1",
            "第二条红色双线距下页边 20 mm",
            f"{in_mm(foot)} mm",
            "20 mm ±1 mm",
            place=spot_on(page, lower[0].top),
        )
    first = next((band for band in page.black if band.top > upper[-1].bottom - 0.2), None)
    if first is not None and abs(first.top - upper[-1].bottom - _EIGHTHS) > 1.5:
        found = first.top - upper[-1].bottom
        yield Finding(
            "letter-first-line",
            "10.1",
            "第一条红色双线与其下文字的距离为 3 号汉字高度的 7/8",
            f"{in_mm(found)} mm",
            f"{_EIGHTHS} mm",
            place=spot_on(page, first.top),
        )
