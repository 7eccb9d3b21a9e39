"""What only the rendered page shows: distances, rules and page numbers in millimetres, lines and characters a page.

The page is LibreOffice's: where a face is missing here, another stands in for it, and Word may break lines otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from formgen.conformity.case import Case
from formgen.conformity.ink import PAGES, Band, Glyphs, Page, pages
from formgen.conformity.measures import mm, opens_page, section_of, width
from formgen.conformity.model import Finding, Place, Severity
from formgen.conformity.page_letter import PAPER, TOLERANCE, in_mm, letter, spot_on

_TYPE_TOP, _TYPE_BOTTOM = 37.0, 262.0
_MARK = {
    "文件": (72.0, "7.2.4"),
    "上行文": (72.0, "7.2.4"),
    "纪要": (72.0, "10.3"),
    "命令": (57.0, "10.2"),
    "信函": (30.0, "10.1"),
}
_ANNEXES = 100  #: More are not looked for on the pages.
_ZI4 = 4.94  #: 一字 of 4号.
_ZI3 = 5.56  #: 一字 of 3号, 28 of them in 156 mm.
_NUMBER = re.compile(r"^[—－―–─\-]?\s*(\d{1,4})\s*[—－―–─\-]?$")


def measure(pdf: bytes, case: Case) -> tuple[list[Finding], list[str]]:
    """Findings on the rendered document, and what could not be measured. Raises UnreadableInputError."""
    seen, count = pages(pdf)
    silent = [f"共 {count} 页，只测量了前 {PAGES} 页"] if count > PAGES else []
    findings: list[Finding] = []
    if not seen:
        return findings, silent
    portrait = [page for page in seen if page.width < page.height]
    if case.elements.official and portrait and portrait[0].number == 1:
        findings += _head(portrait[0], case)
        findings += _first_page(portrait[0], case)
        if case.elements.kind == "信函":
            findings += letter(portrait[0])
    for page in portrait:
        findings += _edges(page, case)
        if case.elements.is_paper and case.profile.numbers == "outer":
            findings += _number(page, case)
    findings += _lines(portrait, case)
    findings += _annexes(portrait, case)
    last = seen[-1]
    if case.elements.imprint is not None and case.elements.imprint.floating:
        silent.append("版记是浮动的表格，LibreOffice 不一定照 Word 的位置排，末条分隔线的位置没有测量")
    elif count <= PAGES and last.width < last.height and case.elements.kind != "信函":
        findings += _imprint(last, case)
    return findings, silent


def _sides(page: Page, case: Case) -> tuple[float, float]:
    """Left and right edge of the type area on this page, by the margins of the document's first section."""
    section = case.document.sections[0]
    left, right = float(mm(section.left + section.gutter)), float(mm(section.right))
    if case.document.mirror and page.number % 2 == 0:
        left, right = right, left
    return left, 210 - right


def _head(page: Page, case: Case) -> Iterator[Finding]:
    """The mark's upper edge, the red rule: its place, width and distance from the 发文字号."""
    elements = case.elements
    wanted, clause = _MARK.get(elements.kind, (72.0, "7.2.4"))
    first = elements.mark[0] if elements.mark else None
    if page.red and elements.mark:
        top = page.red[0].top
        if abs(top - wanted) > TOLERANCE:
            below = "纸上边缘" if elements.kind == "信函" else "版心上边缘"
            base = 0.0 if elements.kind == "信函" else _TYPE_TOP
            yield Finding(
                "mark-top", clause, f"发文机关标志上边缘至{below}应为 {wanted - base:g} mm", f"{in_mm(top - base)} mm",
                f"{wanted - base:g} mm ±1 mm", place=spot_on(page, top, first),
            )  # fmt: skip
        left, right = _sides(page, case)
        ink_left, ink_right = min(band.left for band in page.red), max(band.right for band in page.red)
        off = (ink_left + ink_right) / 2 - (left + right) / 2
        if abs(off) > 2.5:
            yield Finding(
                "mark-centre",
                clause,
                "发文机关标志应居中",
                f"偏{'右' if off > 0 else '左'} {in_mm(abs(off))} mm",
                "居中",
                place=spot_on(page, top, first),
            )
    if elements.kind in {"文件", "上行文"} and page.red_rules:
        yield from _rule(page, case, page.red_rules[0])


def _rule(page: Page, case: Case, rule: Band) -> Iterator[Finding]:
    spot = spot_on(page, rule.top)
    if abs(rule.width - 156) > 1.5:
        yield Finding("rule-width", "7.2.7", "红色分隔线应与版心等宽", f"{in_mm(rule.width)} mm", "156 mm", place=spot)
    elif abs(rule.left - _sides(page, case)[0]) > 1.5:
        yield Finding(
            "rule-centre",
            "7.2.7",
            "红色分隔线应居中",
            f"左端距纸边 {in_mm(rule.left)} mm",
            f"{_sides(page, case)[0]:g} mm",
            place=spot,
        )
    above = [band for band in page.black if band.bottom <= rule.top + 0.3]
    if case.elements.number is not None and above:
        distance = rule.top - above[-1].bottom
        if abs(distance - 4) > TOLERANCE:
            yield Finding(
                "rule-distance",
                "7.2.7",
                "红色分隔线应在发文字号之下 4 mm 处",
                f"{in_mm(distance)} mm",
                "4 mm ±1 mm",
                place=spot,
            )


def _first_page(page: Page, case: Case) -> Iterator[Finding]:
    """Page 1 must show body text (7.3.3)."""
    body = [one for one in case.elements.body if len(one.text) > 4 and not one.table]
    if not body:
        return
    words = "".join(body[0].text.split())[:8]
    if words not in page.text and not any(words[:5] in line.text for line in page.lines):
        yield Finding(
            "first-page-body",
            "7.3.3",
            "公文首页必须显示正文",
            "首页没有正文",
            "首页有正文（主送机关过多时移至版记）",
            place=spot_on(page, 0, body[0]),
        )


def _edges(page: Page, case: Case) -> Iterator[Finding]:
    """Ink of the text beyond the type area (5.2.1)."""
    left, right = _sides(page, case)
    bottom = max(_TYPE_BOTTOM, PAPER - float(mm(case.document.sections[0].bottom)))
    for line in page.lines:
        if line.bottom > bottom + 1 or _NUMBER.match(line.text) or (line.top < 60 and case.elements.kind == "信函"):
            continue
        hung = _ZI3 if line.text[-1:] in "，。、；：）”》！？" else 0
        if line.left < left - 1.2 or line.right > right + 1.2 + hung:
            found = f"左端 {in_mm(line.left)} mm、右端 {in_mm(line.right)} mm"
            yield Finding(
                "type-area",
                "5.2.1",
                "文字超出版心",
                found,
                f"{left:g}—{right:g} mm",
                place=Place(None, line.text[:12], page.number, in_mm(line.top)),
            )
            return


def _number(page: Page, case: Case) -> Iterator[Finding]:
    """The page number: 7 mm under the type area, one 字 from the outer edge (7.5)."""
    foot = max(_TYPE_BOTTOM, PAPER - float(mm(case.document.sections[0].bottom)))
    line = next((one for one in reversed(page.lines) if one.top > foot - 1 and _NUMBER.match(one.text)), None)
    if line is None:
        if page.number == 1 and case.elements.kind != "信函" and not _has_rules(page, case):
            yield Finding("page-number-missing", "7.5", "页面上没有页码", "无", "— 1 —", place=spot_on(page, foot))
        return
    if page.number == 1 and case.elements.kind == "信函":
        yield Finding(
            "letter-page-number", "10.1", "信函首页不显示页码", line.text, "无", place=spot_on(page, line.top)
        )
        return
    band = next((one for one in page.black if one.top < line.bottom and one.bottom > line.top and one.top > foot), None)
    if band is not None:
        from_nominal = band.middle - _TYPE_BOTTOM
        if abs(from_nominal - 7) > 1.2 and abs(band.middle - foot - 7) > 1.2:
            yield Finding(
                "page-number-height",
                "7.5",
                "页码的一字线上距版心下边缘 7 mm",
                f"{in_mm(from_nominal)} mm",
                "7 mm ±1 mm",
                place=spot_on(page, band.middle),
            )
    left, right = _sides(page, case)
    odd = page.number % 2 == 1
    inset = right - line.right if odd else line.left - left
    if abs(inset - _ZI4) > 1.5:
        side = "居右" if odd else "居左"
        yield Finding(
            "page-number-side",
            "7.5",
            f"{'单' if odd else '双'}页码应{side}空一字",
            f"距版心{'右' if odd else '左'}边 {in_mm(inset)} mm",
            f"{side}空一字（{_ZI4:.1f} mm）",
            place=spot_on(page, line.top),
        )


def _has_rules(page: Page, case: Case) -> bool:
    """Whether this page has the 版记: the page of the 版记 after a blank one has no number."""
    return any("印发" in line.text for line in page.lines[-4:]) and page.number > 1


def _lines(seen: Sequence[Page], case: Case) -> Iterator[Finding]:
    """Lines a page and characters a line, on pages full of body text (5.2.3)."""
    body = "".join("".join(one.text.split()) for one in case.elements.body)
    for page in seen[1:]:
        rows = [line for line in page.lines if abs(line.size - 16) < 0.6 and line.bottom < _TYPE_BOTTOM + 3]
        full = [line for line in rows if line.text[:6] in body]
        if len(full) < 14 or len(full) < len(page.lines) - 1 or rows[0].top > 48 or rows[-1].bottom < 246:
            continue
        steps = sorted(b.bottom - a.bottom for a, b in pairwise(rows))
        step = steps[len(steps) // 2]
        slots = round((rows[-1].bottom - rows[0].bottom) / step) + 1
        if rows[-1].bottom + step < _TYPE_BOTTOM + 1:
            slots += int((_TYPE_BOTTOM + 1 - rows[-1].bottom) / step)
        if slots != case.profile.lines:
            yield Finding(
                "page-lines",
                "5.2.3",
                f"一般每面排 {case.profile.lines} 行",
                f"{slots} 行",
                f"{case.profile.lines} 行",
                Severity.WARNING,
                spot_on(page, rows[0].top),
            )
            break
    wide = [
        _count(line) for page in seen for line in page.lines if abs(line.size - 16) < 0.6 and _full(line, page, case)
    ]
    if len(wide) >= 3 and max(wide) != 28:
        yield Finding(
            "page-characters",
            "5.2.3",
            "一般每行排 28 字",
            f"{max(wide)} 字",
            "28 字",
            Severity.WARNING,
            Place(None, "", 1),
        )


def _full(line: Glyphs, page: Page, case: Case) -> bool:
    left, right = _sides(page, case)
    return (
        line.left < left + 1
        and line.right > right - 4
        and not re.search(r"[\x00-\x7f“”‘’，。、；：（）《》—…]", line.text)
    )


def _count(line: Glyphs) -> int:
    return int(width(line.text))


def _annexes(seen: Sequence[Page], case: Case) -> Iterator[Finding]:
    """The label of an 附件 on the first line of a page (7.3.7)."""
    top = float(mm(case.document.sections[0].top))
    for piece in case.elements.attachments[:_ANNEXES]:
        label = piece.label
        if label is None or section_of(case.document, label).landscape or not opens_page(case.document, label):
            continue
        words = "".join(label.text.split())
        for page in seen:
            line = next((one for one in page.lines if one.text == words), None)
            if line is not None:
                if line.top > top + 7:
                    yield Finding(
                        "annex-first-line",
                        "7.3.7",
                        "“附件”二字及顺序号编排在版心左上角第一行",
                        f"距版心上边缘 {in_mm(line.top - top)} mm",
                        "第一行",
                        place=spot_on(page, line.top, label),
                    )
                break


def _imprint(page: Page, case: Case) -> Iterator[Finding]:
    """The last line of the 版记 on the lower edge of the type area of the last page; lines as wide as it (7.4.1)."""
    elements = case.elements
    if not (elements.copies or elements.issued or elements.to_end):
        return
    first = min(elements.imprint_paragraphs, key=lambda one: one.number)
    words = "".join(elements.imprint_paragraphs[-1].text.split())[-4:]
    if not page.black_rules:
        if words in page.text:
            yield Finding(
                "imprint-lines",
                "7.4.1",
                "版记没有分隔线",
                "页面上没有",
                "首末各一条粗线，与版心等宽",
                place=spot_on(page, 0, first),
            )
        return
    last = page.black_rules[-1]
    edge = PAPER - float(mm(section_of(case.document, first).bottom))
    if min(abs(last.bottom - _TYPE_BOTTOM), abs(last.bottom - edge)) > 1.2:
        found = f"距版心下边缘 {in_mm(_TYPE_BOTTOM - last.bottom)} mm"
        spot = spot_on(page, last.bottom, first)
        yield Finding("imprint-foot", "7.4.1", "版记末条分隔线应与末面版心下边缘重合", found, "0 mm ±1 mm", place=spot)
    for rule in (page.black_rules[-1], page.black_rules[0]):
        if abs(rule.width - 156) > 1.5:
            yield Finding(
                "imprint-width",
                "7.4.1",
                "版记的分隔线应与版心等宽",
                f"{in_mm(rule.width)} mm",
                "156 mm",
                place=spot_on(page, rule.top, first),
            )
            break
    right = last.right  # the lines are as wide as the 版心, wherever LibreOffice lays them
    issued = next((line for line in page.lines if line.text.endswith("印发") and line.top < edge), None)
    if elements.issued and issued is not None and abs(right - issued.right - _ZI4) > 1.5:
        yield Finding(
            "issued-right",
            "7.4.3",
            "印发日期右空一字",
            f"距版心右边 {in_mm(right - issued.right)} mm",
            f"{_ZI4:.1f} mm",
            place=spot_on(page, issued.top, elements.issued[-1]),
        )
    if elements.issued and "印发" not in "".join(line.text[-2:] for line in page.lines):
        yield Finding(
            "issued-wrapped",
            "7.4.3",
            "印发日期应在一行之内",
            "折成两行",
            "一行",
            place=spot_on(page, last.top, elements.issued[-1]),
        )
