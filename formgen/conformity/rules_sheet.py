"""Clauses 5, 6.3 and 7.5: paper, margins, lines and characters, page numbers, as the XML gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from formgen.conformity.case import ZI_TOLERANCE, Case, plain
from formgen.conformity.document import Paragraph, Section
from formgen.conformity.faces import family, size_name
from formgen.conformity.measures import mm, pitch, section_of
from formgen.conformity.model import Finding, Place, Severity
from formgen.conformity.reading import PAGE_FIELD

_SIDES = (("top", "天头（上边距）"), ("bottom", "下边距"), ("left", "订口（左边距）"), ("right", "右边距"))
_NUMBER = re.compile(rf"^(?P<left>\S?)\s*{PAGE_FIELD}\s*\d*\s*(?P<right>\S?)$")
#: What is used for 一字线; the hyphen is not one.
_DASHES = "—－―–─"


def check(case: Case) -> Iterator[Finding]:
    """All findings on the sheet."""
    for index, section in enumerate(case.document.sections):
        where = f"第{index + 1}节" if len(case.document.sections) > 1 else "页面"
        yield from _paper(section, where)
        if not section.landscape:
            yield from _margins(case, section, where)
    yield from _lines(case)
    yield from _both_sides(case)
    if case.profile.numbers != "none" and case.elements.is_paper:
        yield from _page_numbers(case)


def _paper(section: Section, where: str) -> Iterator[Finding]:
    short, long = sorted((mm(section.width), mm(section.height)))
    if abs(short - 210) > 1 or abs(long - 297) > 1:
        found = f"{mm(section.width)} mm × {mm(section.height)} mm"
        yield Finding("paper-size", "5.1", f"{where}的纸张应为 A4", found, "210 mm × 297 mm")
    if section.columns > 1:
        yield Finding("columns", "5.2.3", f"{where}不应分栏", f"{section.columns} 栏", "1 栏")


def _margins(case: Case, section: Section, where: str) -> Iterator[Finding]:
    profile = case.profile
    held = {
        "top": section.top,
        "bottom": section.bottom,
        "left": section.left + section.gutter,
        "right": section.right,
    }
    for side, name in _SIDES:
        found, wanted = mm(abs(held[side])), getattr(profile, side)
        if abs(found - wanted) > profile.tolerance:
            yield Finding(
                f"margin-{side}",
                "5.2.1",
                f"{where}的{name}应为 {wanted} mm",
                f"{found} mm",
                f"{wanted} mm ±{profile.tolerance} mm",
                Severity.ERROR if side in {"top", "left"} else Severity.WARNING,
            )


def _lines(case: Case) -> Iterator[Finding]:
    """22 lines of body text a page (5.2.3): the pitch of each paragraph, space between paragraphs, 28 characters."""
    for paragraph in case.elements.body:
        if paragraph.table or paragraph.floating or not paragraph.text:
            continue
        section = section_of(case.document, paragraph)
        if section.landscape:
            continue
        height = Decimal(section.height - section.top - section.bottom)
        one = pitch(paragraph, section)
        lines = int(height // one) if one else 0
        spot = Place(paragraph.number, paragraph.words)
        if lines != case.profile.lines:
            exact = paragraph.shape.rule == "exact"
            found = f"行距 {plain(one / 20)} 磅，每面{'' if exact else '约'} {lines} 行"
            wanted = f"每面 {case.profile.lines} 行（固定值 {case.profile.pitch} 磅）"
            weight = Severity.ERROR if exact else Severity.WARNING
            yield Finding("line-pitch", "5.2.3", f"正文一般每面排 {case.profile.lines} 行", found, wanted, weight, spot)
        shape = paragraph.shape
        if shape.before > 40 or shape.after > 40 or shape.before_auto:
            if paragraph is case.elements.body[0] and case.elements.to is None:
                continue
            found = f"段前 {plain(Decimal(shape.before) / 20)} 磅、段后 {plain(Decimal(shape.after) / 20)} 磅"
            yield Finding("paragraph-space", "3.2", "正文段与段之间不另加间距", found, "段前 0、段后 0", place=spot)
        size = paragraph.size
        spacing = min((run.face.spacing for run in paragraph.runs if run.text.strip()), default=0)
        room = Decimal(section.width - section.left - section.right - section.gutter)
        if size == 16 and size * 20 + spacing > 0:
            count = int((room + abs(spacing)) // (size * 20 + spacing))
            if count != 28 and (spacing or count not in {27, 28}):
                yield Finding(
                    "line-characters",
                    "5.2.3",
                    "正文一般每行排 28 字",
                    f"每行 {count} 字",
                    "每行 28 字",
                    Severity.WARNING,
                    spot,
                )


def _both_sides(case: Case) -> Iterator[Finding]:
    document = case.document
    if any(abs(one.left - one.right) > 57 for one in document.sections if not one.landscape) and not document.mirror:
        yield Finding(
            "mirror-margins", "6.3", "双面印刷、左侧装订：应设“对称页边距”，否则双数页的订口在外侧",
            "未设对称页边距", "对称页边距", Severity.WARNING,
        )  # fmt: skip


def _page_numbers(case: Case) -> Iterator[Finding]:
    document, centre = case.document, case.profile.numbers == "centre"
    section = next((one for one in document.sections if one.footers), None)
    odd = _numbered(section, "default") if section else None
    if section is None or odd is None:
        if case.elements.kind == "信函" and section is None:
            return
        yield Finding("page-number-missing", "7.5", "没有页码", "页脚里没有页码", "— 1 —")
        return
    yield from _number(odd, "right" if not centre else "center", "单页码")
    if centre or (odd.outer and not document.even_odd):
        return
    if not document.even_odd:
        yield Finding(
            "page-number-sides",
            "7.5",
            "单页码居右空一字，双页码居左空一字：页脚应设“奇偶页不同”",
            "奇偶页相同",
            "奇偶页不同",
        )
        return
    even = _numbered(section, "even")
    if even is None:
        yield Finding("page-number-even", "7.5", "双数页没有页码", "双数页页脚里没有页码", "— 2 —，居左空一字")
    else:
        yield from _number(even, "left", "双页码")


def _numbered(section: Section, kind: str) -> Paragraph | None:
    return next((one for one in section.footers.get(kind, ()) if PAGE_FIELD in one.raw), None)


def _number(paragraph: Paragraph, side: str, what: str) -> Iterator[Finding]:
    spot = Place(None, "")
    runs = [run for run in paragraph.runs if run.text.strip(" \u3000\t")]
    for size in {run.face.size for run in runs if run.face.size != 14}:
        yield Finding("page-number-size", "7.5", f"{what}应为四号", size_name(size), size_name(Decimal(14)), place=spot)
    for run in runs:
        figure = PAGE_FIELD in run.text or run.text.strip().isdigit()
        name = run.face.ascii if figure else run.face.east
        if family(name) != "宋体":
            yield Finding("page-number-face", "7.5", f"{what}应为宋体", name or "未指定字体", "宋体", place=spot)
            break
    match = _NUMBER.match(paragraph.text)
    if (
        not match
        or match["left"] not in _DASHES
        or match["right"] not in _DASHES
        or not match["left"]
        or not match["right"]
    ):
        shown = paragraph.text.replace(PAGE_FIELD, "")
        shown = shown if any(character.isdigit() for character in shown) else paragraph.text.replace(PAGE_FIELD, "1")
        yield Finding("page-number-dashes", "7.5", f"{what}左右应各放一条一字线", shown, "— 1 —", place=spot)
    align = paragraph.shape.align
    names = {"left": "居左", "right": "居右", "center": "居中"}
    if paragraph.floating:
        return
    if align != side:
        yield Finding(
            "page-number-place", "7.5", f"{what}的位置不对", names.get(align, align),
            "居中" if side == "center" else f"{names[side]}空一字", place=spot,
        )  # fmt: skip
    elif side != "center":
        raw = paragraph.raw.replace(PAGE_FIELD, "")
        lead = len(raw) - len(raw.lstrip("\u3000")) if side == "left" else len(raw) - len(raw.rstrip("\u3000"))
        inset = (paragraph.shape.left + paragraph.shape.first if side == "left" else paragraph.shape.right) + lead
        if abs(inset - 1) > ZI_TOLERANCE:
            yield Finding(
                "page-number-inset",
                "7.5",
                f"{what}应{names[side]}空一字",
                f"空 {plain(inset)} 字",
                "空 1 字",
                place=spot,
            )
