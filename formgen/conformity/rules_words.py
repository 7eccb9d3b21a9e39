"""What the words themselves show: clause 9 (GB/T 15834, 15835), the levels of 7.3.3, numbers and dates in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from formgen.conformity.case import Case, place
from formgen.conformity.document import Paragraph
from formgen.conformity.elements import Heading, heading
from formgen.conformity.model import Finding, Severity
from formgen.conformity.numbering import chinese

_HAN = "\u3400-\u9fff"
_HALF = re.compile(
    rf"(?<=[{_HAN}”》）])[,;:?!](?=[{_HAN}“《（]|$)|(?<=[{_HAN}”》）])\.(?=[{_HAN}]|$)|\((?=[^()]*[{_HAN}][^()]*\))"
)
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。", "(": "（）"}
_STRAIGHT = re.compile(rf"[\"'](?=[{_HAN}])|(?<=[{_HAN}。，！？])[\"']")
_WIDE_DIGITS = re.compile(r"[０-９]+")
_NUMBER_BRACKETS = re.compile(r"[\[［【（(](?:19|20)\d\d[\]］】）)]\s*(?:第\s*)?\d+\s*号")
_PADDED = re.compile(r"\d{4}年(?:0\d月(?:\d{1,2}日)?|\d{1,2}月0\d日)")
_UNFINISHED = re.compile(r"现将《[^》]+》(?:[（(][^）)]*[）)])?[。.]")
_SPACED = re.compile(rf"[{_HAN}，。、；：“”《》（）][ \u00a0]+[{_HAN}，。、；：“”《》（）]|\d[ \u00a0]+\d(?=\s*分)")
_LONG = 5000  #: Characters of a paragraph that are looked at.
_CHINESE_NUMBER = re.compile(r"^[一二三四五六七八九十]{1,3}$")


def check(case: Case) -> Iterator[Finding]:
    """All findings on the wording."""
    elements = case.elements
    texts = [*elements.title, *((elements.to,) if elements.to else ()), *elements.body, *elements.notes]
    for piece in elements.attachments:
        texts += [*piece.title, *(one for one in piece.body if not one.table)]
    for one in texts:
        yield from _punctuation(one, in_title=one in elements.title)
    for one in elements.body:
        yield from _sentences(one)
    for group in (elements.body, *(piece.body for piece in elements.attachments)):
        found = [item for one in group if not one.table and (item := heading(one))]
        yield from _labels(found)
        yield from _sequence(found)


def _punctuation(one: Paragraph, *, in_title: bool) -> Iterator[Finding]:
    text, spot = one.text[:_LONG], place(one)
    if heading(one) is not None:  # what is wrong with its own number is said elsewhere
        text = re.sub(r"^\s*([（(][^（）()]{1,3}[）)]|[\d一二三四五六七八九十]{1,3}[.．,:，：])", "", text)
    text = re.sub(r"^附\s*件?\s*[:：]|[:：]$", "", text) if not in_title else text
    if found := _HALF.search(text):
        mark = found[0][0]
        around = text[max(0, found.start() - 4) : found.end() + 4]
        yield Finding(
            "half-width",
            "9（GB/T 15834）",
            "汉字之间的标点应用全角",
            f"“{around}”中的“{mark}”",
            _FULL[mark],
            place=spot,
        )
    if found := _STRAIGHT.search(text):
        around = text[max(0, found.start() - 3) : found.end() + 4]
        yield Finding("straight-quotes", "9（GB/T 15834）", "中文引号应用“ ”", around, "“ ”", place=spot)
    if found := _WIDE_DIGITS.search(text):
        yield Finding(
            "wide-digits", "9（GB/T 15835）", "阿拉伯数字应用半角", found[0], "半角数字", Severity.WARNING, spot
        )
    if found := _NUMBER_BRACKETS.search(text):
        yield Finding(
            "cited-number",
            "7.2.5",
            "引用的发文字号应用六角括号，不加“第”",
            found[0],
            "〔年份〕序号号",
            Severity.WARNING,
            spot,
        )
    if found := _PADDED.search(text):
        yield Finding(
            "text-date-padded",
            "9（GB/T 15835）",
            "日期中的月、日不编虚位",
            found[0],
            re.sub(r"(?<=[年月])0", "", found[0]),
            Severity.WARNING,
            spot,
        )
    chapter = re.match(r"^第[一二三四五六七八九十百]+[章节条]", text) or one.shape.align == "center"
    if not chapter and (found := _SPACED.search(text)):
        yield Finding(
            "inner-space", "9（GB/T 15834）", "文字中间不应留空", f"“{found[0]}”", "不留空", Severity.WARNING, spot
        )


def _sentences(one: Paragraph) -> Iterator[Finding]:
    if found := _UNFINISHED.search(one.text[:_LONG]):
        yield Finding(
            "unfinished",
            "9（GB/T 15834）",
            "“现将《……》”后的话没有说完",
            found[0],
            "现将《……》印发给你们，请……",
            place=place(one),
        )


def _labels(found: Sequence[Heading]) -> Iterator[Finding]:
    """How the numbers of the levels are written: 一、 （一） 1. （1）."""
    for item in found:
        spot = place(item.paragraph)
        if item.level == 1 and not item.written.endswith("、"):
            yield Finding(
                "level-label", "7.3.3", "一级标题的序号后用顿号", item.written, f"{item.number}、", place=spot
            )
        elif item.level == 3 and not item.written.endswith("."):
            yield Finding(
                "level-label", "7.3.3", "三级标题的序号后用半角圆点", item.written, f"{item.number}.", place=spot
            )
        elif item.level in {2, 4}:
            if "(" in item.written or ")" in item.written:
                yield Finding(
                    "level-label", "7.3.3", "序号应用全角括号", item.written, f"（{item.number}）", place=spot
                )
            if item.written[-1] in "、.．":
                yield Finding(
                    "level-label", "7.3.3", "带括号的序号后不加标点", item.written, f"（{item.number}）", place=spot
                )


def _sequence(found: Sequence[Heading]) -> Iterator[Finding]:
    """Numbers that skip or repeat, and levels that are jumped over."""
    counts = dict.fromkeys(range(1, 5), 0)
    used = {item.level for item in found}
    for item in found:
        spot, level = place(item.paragraph), item.level
        value = _value(item.number)
        if value is None:
            continue
        wanted = counts[level] + 1
        if value != wanted and value != 1:
            right = chinese(wanted) if level <= 2 else str(wanted)
            right = {1: f"{right}、", 2: f"（{right}）", 3: f"{right}.", 4: f"（{right}）"}[level]
            yield Finding("level-sequence", "7.3.3", "层次序数不连续", item.written, right, place=spot)
        elif value == 1 and counts[level] == 1 and level == 1:
            yield Finding("level-sequence", "7.3.3", "层次序数重复", item.written, f"{chinese(2)}、", place=spot)
        counts[level] = value
        for lower in range(level + 1, 5):
            counts[lower] = 0
        if value == 1 and level == 2 and 1 in used and not counts[1]:
            yield Finding(
                "level-jump", "7.3.3", "“（一）”之前没有“一、”", item.written, "先用“一、”", Severity.WARNING, spot
            )
        if value == 1 and level == 3 and counts[1] and not counts[2] and 2 in used:
            yield Finding(
                "level-jump",
                "7.3.3",
                "“一、”之下直接用“1.”，跳过了“（一）”",
                item.written,
                "（一）",
                Severity.WARNING,
                spot,
            )
        if value == 1 and level == 4 and not counts[3]:
            yield Finding("level-jump", "7.3.3", "“（1）”之前没有“1.”", item.written, "1.", Severity.WARNING, spot)


def _value(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    if not _CHINESE_NUMBER.match(text):
        return None
    return next((value for value in range(1, 100) if chinese(value) == text), None)
