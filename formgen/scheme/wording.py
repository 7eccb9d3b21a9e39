"""Faults in the wording of a regulation: numbering, lost headings, blanks in numbers, punctuation. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formgen.model import Severity
from formgen.numerals import parse_number
from formgen.scheme.faults import Fault
from formgen.scheme.regulation import sections

_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_HEADING = re.compile(r"^(#{2,3}) (.+)$")
_CHAPTER = re.compile(r"第([一二三四五六七八九十]+|\d+)章")
_POINT = re.compile(r"([一二三四五六七八九十]+)、")
_BRACKETED = re.compile(r"([（(])([一二三四五六七八九十]+)[）)]")
_ARTICLE = re.compile(r"第([一二三四五六七八九十百]+)条")
_LISTED = re.compile(r"([（(]\d{1,2}[）)]|\d{1,2}[.．、])")
_TABLE_LINE = re.compile(r"^\|.*$", re.M)
_SPLIT_NUMBER = re.compile(r"\d[ \t\u00a0]+\d(?:[ \t\u00a0]*[一-鿿%])?")
_SPACED_UNIT = re.compile(r"\d[ \t\u00a0]+(?:分|元|天|次|人|年|月|日)")
_HALF_WIDTH = re.compile(r"(?<=[一-鿿”》）])[,;:?!()]|[,;:?!()](?=[一-鿿“《（])")


@dataclass(frozen=True, slots=True)
class _Heading:
    words: str
    level: int  #: 2 or 3.
    style: str  #: How it is numbered: ``第一章``, ``第1章``, ``一、``, ``（一）``, ``(一)``; empty: not at all.
    number: int


def faults(text: str) -> Iterator[Fault]:
    """The faults of wording in a regulation.md."""
    plain = _ANCHOR.sub("", text)
    found = _headings(text)
    chapters = [heading for heading in found if heading.level == 2]
    yield from _numbering(chapters)
    yield from _lost_numbers(chapters, plain)
    for group in _groups(found):
        yield from _numbering(group)
    yield from _articles(text)
    yield from _list_styles(text)
    for anchor, section in _innermost(text):
        for match in _SPLIT_NUMBER.finditer(_TABLE_LINE.sub("", section)):
            yield Fault("blank-in-number", Severity.WARNING, anchor, "数字中间有空格", match[0])
    yield from _summary("blank-before-unit", plain, _SPACED_UNIT, "数字与单位之间有空格")
    yield from _summary("half-width-punctuation", plain, _HALF_WIDTH, "汉字之间用了半角标点")


def _innermost(text: str) -> Iterator[tuple[str, str]]:
    parts = _ANCHOR.split(text)
    return zip(parts[1::2], parts[2::2], strict=True)


def _headings(text: str) -> list[_Heading]:
    """Headings of the body; those of the annexed forms have no numbers."""
    found = []
    anchor = ""
    for line in text.splitlines():
        if mark := _ANCHOR.search(line):
            anchor = mark[1]
        elif (match := _HEADING.match(line)) and not anchor.startswith("附件"):
            found.append(_numbered(match[2].strip(), len(match[1])))
    return found


def _numbered(words: str, level: int) -> _Heading:
    for pattern, style in ((_CHAPTER, "第{}章"), (_POINT, "{}、"), (_BRACKETED, "{}")):
        if match := pattern.match(words):
            numeral = match[match.lastindex or 0]
            number = parse_number(numeral)
            kind = "1" if numeral.isdecimal() else "一"
            shown = f"{match[1]}一{match[0][-1]}" if pattern is _BRACKETED else style.format(kind)
            return _Heading(words, level, shown, int(number.value) if number else 0)
    return _Heading(words, level, "", 0)


def _groups(found: Sequence[_Heading]) -> Iterator[list[_Heading]]:
    """The level-3 headings under each level-2 heading."""
    group: list[_Heading] = []
    for heading in found:
        if heading.level == 2:
            yield group
            group = []
        else:
            group.append(heading)
    yield group


def _numbering(headings: Sequence[_Heading]) -> Iterator[Fault]:
    styles = Counter(heading.style for heading in headings if heading.style)
    if not styles:
        return
    usual = styles.most_common(1)[0][0]
    for position, heading in enumerate(headings, 1):
        words = f"标题“{heading.words}”"
        if not heading.style:
            yield _heading_fault("heading-without-number", heading, f"{words}没有序号，其他标题写作“{usual}”")
        elif heading.style != usual:
            yield _heading_fault("heading-style", heading, f"{words}的序号与其他标题不一致，其他标题写作“{usual}”")
        if heading.style and heading.number != position:
            message = f"{words}按顺序应为第{position}个，不是第{heading.number}个"
            yield _heading_fault("heading-sequence", heading, message)


def _heading_fault(code: str, heading: _Heading, message: str) -> Fault:
    return Fault(code, Severity.WARNING, heading.words, message, heading.words)


def _lost_numbers(chapters: Sequence[_Heading], plain: str) -> Iterator[Fault]:
    """All top headings without a number, though the next level is numbered （一）: the numbers were lost."""
    if len(chapters) > 1 and not any(h.style for h in chapters) and re.search(r"^(?:### )?（一）", plain, re.M):
        names = "、".join(f"“{heading.words}”" for heading in chapters)
        message = f"下一级用了（一），但{len(chapters)}个一级标题都没有“一、”“二、”“三、”：{names}"
        yield _heading_fault("heading-numbers-lost", chapters[0], message)


def _articles(text: str) -> Iterator[Fault]:
    before = 0
    for anchor in sections(text):
        if match := _ARTICLE.fullmatch(anchor):
            number = parse_number(match[1])
            value = int(number.value) if number else 0
            if value != before + 1:
                yield Fault(
                    "article-sequence", Severity.WARNING, anchor, f"“{anchor}”前面应当是第{before + 1}条", anchor
                )
            before = value


def _list_styles(text: str) -> Iterator[Fault]:
    first: dict[str, tuple[str, str]] = {}
    body = text.find("\n## ")  # before it stand the covering letter and its list of annexes
    for anchor, section in _innermost(text):
        if anchor.startswith("附件") or text.find(f'<a id="{anchor}">') < body:
            continue
        for line in section.splitlines():
            if match := _LISTED.match(line.strip()):
                first.setdefault(re.sub(r"\d+", "1", match[1]), (anchor, match[1]))
    if len(first) > 1:
        said = "、".join(f"“{style}”（{anchor}）" for style, (anchor, _) in first.items())
        anchor, quote = list(first.values())[-1]
        yield Fault("list-style", Severity.INFO, anchor, f"同一级条目的序号写法不一致：{said}", quote)


def _summary(code: str, text: str, pattern: re.Pattern[str], words: str) -> Iterator[Fault]:
    found = list(pattern.finditer(_TABLE_LINE.sub("", text)))
    if found:
        start, end = found[0].span()
        quote = text_around(_TABLE_LINE.sub("", text), start, end)
        yield Fault(code, Severity.INFO, "全文", f"{words}，共{len(found)}处，第一处是“{quote}”", quote)


def text_around(text: str, start: int, end: int, reach: int = 8) -> str:
    """The words around a place, within its line."""
    left = max(text.rfind("\n", 0, start) + 1, start - reach)
    stop = text.find("\n", end)
    right = min(len(text) if stop < 0 else stop, end + reach)
    return text[left:right]
