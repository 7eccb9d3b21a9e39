"""The words in an opinion box: the opinion itself, who signed, and when; and the grade that it awards. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from parsers.forms.choices import EMPTY, GRADES, MARKED, choose
from parsers.forms.dating import date_in, plain
from parsers.forms.wording import names_one_line

_GAP = r"[\s_＿\u3000]*"
_COUNT = r"(?:[0-9０-９]\s?[0-9０-９]?|[〇零一二三四五六七八九十]{1,3})?"
_DATE = re.compile(
    rf"(?:(?:[0-9０-９]\s?){{1,4}}|[〇零○一二三四五六七八九]{{4}})?{_GAP}年{_GAP}{_COUNT}{_GAP}月{_GAP}{_COUNT}{_GAP}[日号]"
    r"|(?<![0-9])(?:19|20)[0-9]{2}\s*[./-]\s*[0-9]{1,2}\s*[./-]\s*[0-9]{1,2}(?: 00:00:00)?(?![0-9])"
)
_SIGNATURE = re.compile(
    r"(?:(?:(?:主要)?负\s*责\s*人|被\s*考\s*核\s*人|本\s*人|领\s*导|书\s*记|经\s*办\s*人)\s*)?"
    r"[（(]?(?:签\s*[字名章](?:\s*[（(]?\s*盖\s*章\s*[）)]?)?)[）)]?\s*[:：︰∶]"
    r"|(?m:^)\s*(?:负责人|被考核人)\s*[:：]"
)
_SEAL = re.compile(
    r"[（(【]?\s*(?:单\s*位|党\s*委|党\s*支\s*部)?\s*(?:盖\s*章|公\s*章|印\s*章|签\s*章)\s*(?:处)?\s*[）)】]?\s*[:：]?"
)
_BEFORE_SEAL = frozenset(" \u3000\t（(【。；，！;,!")
_LEAST_NAME = re.compile(r"[A-Za-z\u3400-\u9fff]")
_LONGEST_NAME = 6
_ONE_GRADE = re.compile("|".join(sorted(GRADES, key=len, reverse=True)))
_SYNONYMS = {"合格": "称职", "基本合格": "基本称职", "不合格": "不称职"}
_NEGATION = re.compile(
    r"(?:不|未|没有|不能|不得|不宜|取消|撤销|暂不|不同意|不予)(?:能|应|宜|予|得|被|同意)?(?:评定?|定|列|确定|推荐|参评|达到)?[为成到]?$"
)
_REFUSAL = re.compile(r"^[^，。；,;]{0,6}(?:不同意|不予|不宜|不能|不可|不妥|未通过|否决|取消)")
_AWARD = re.compile(r"评(?!价)|定|为|拟|确|等次|等级|档次|结果|考核|同意|建议|推荐|列入")
_AWARD_BEHIND = re.compile(r"^[”』）)]?(?:等次|等级|档次|等|格次)")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What stands in a box."""

    text: str  #: Without the printed lines for seal, signature and date; empty if blank.
    signature: str
    signed: bool  #: A line for a signature was found.
    on: date | None
    date_text: str  #: As it stands, empty if no date was begun.
    doubt: str = ""  #: About the opinion's own text.


def ends_with_date(text: str) -> bool:
    """Whether a whole date stands at the end of a text."""
    found = list(_DATE.finditer(text))
    return bool(found) and not text[found[-1].end() :].strip("。）)").strip() and date_in(found[-1][0]) is not None


def _is_seal_line(line: str) -> bool:
    return bool(_SEAL.fullmatch(line.strip()))


def read_opinion(text: str, *, signed_by_hand: bool = True) -> Opinion:
    """Take a box apart. The signature's line begins at the last 签字：or 签名：; the date is the last one behind it.

    ``signed_by_hand``: whether the form prints a line for a signature; where it prints none, the date stands behind
    盖章, which may be in the opinion's own line.
    """
    start, end, signature = len(text), len(text), ""
    marks = list(_SIGNATURE.finditer(text))
    dates = list(_DATE.finditer(text))
    signed = bool(marks)
    chosen: re.Match[str] | None = None
    if marks:
        mark = marks[-1]
        behind = [match for match in dates if match.start() >= mark.end()]
        chosen = behind[-1] if behind else None
        start = mark.start()
        stop = chosen.start() if chosen else _line_end(text, mark.end())
        signature = text[mark.end() : stop]
        end = chosen.end() if chosen else stop
        if chosen is None and dates and not text[dates[-1].end() : mark.start()].strip(" \t\r\n\u3000"):
            chosen = dates[-1]
            start = chosen.start()
    elif dates and _ends_box(text, dates[-1], behind_seal=not signed_by_hand):
        chosen = dates[-1]
        start, end = chosen.start(), chosen.end()
    before, after = text[:start], text[end:]
    kept = [line for line in before.split("\n") if not _is_seal_line(line)]
    kept = [_without_seal(line) for line in kept]
    opinion = "\n".join(kept).strip()
    rest = "\n".join(line for line in after.split("\n") if not _is_seal_line(line)).strip(" \t\r\n\u3000。")
    doubt = ""
    if rest:
        opinion = f"{opinion}\n{rest}".strip()
        doubt = "签字和日期之后还有字"
    name = re.sub(r"[\s_＿\u3000]+", " ", _SEAL.sub("", signature)).strip(" ：:，,。.")
    name = re.sub(r"\s*[（(]\s*(?:章|签|印|代)\s*[）)]$", "", name)
    on, date_text = _date(chosen)
    return Opinion(opinion, names_one_line(name) if _LEAST_NAME.search(name) else "", signed, on, date_text, doubt)


def _line_end(text: str, start: int) -> int:
    """The end of the signature's line; a name may stand in the next line."""
    place = text.find("\n", start)
    if place < 0:
        return len(text)
    if text[start:place].strip(" _＿\u3000"):
        return place
    following = text.find("\n", place + 1)
    stop = following if following >= 0 else len(text)
    return stop if len(text[place:stop].strip()) <= _LONGEST_NAME else place


def _ends_box(text: str, match: re.Match[str], *, behind_seal: bool) -> bool:
    """Whether a date is the last thing in a box, in a line of its own or, if so said, behind a seal."""
    after = _SEAL.sub("", text[match.end() :]).strip(" \t\r\n\u3000。")
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].rstrip(" _＿\u3000（(")
    before = _SEAL.sub("", line).strip(" _＿\u3000（(")
    return not after and (not before or (behind_seal and _without_seal(line) != line))


def _without_seal(line: str) -> str:
    """A line without the printed 盖章 at its end: it stands behind a blank, a bracket or the end of a sentence."""
    bare = line.rstrip()
    while match := next((found for found in _SEAL.finditer(bare) if found.end() == len(bare)), None):
        if match.start() and match[0][0] not in _BEFORE_SEAL and bare[match.start() - 1] not in _BEFORE_SEAL:
            break
        bare = line = bare[: match.start()].rstrip()
    return line


def _date(match: re.Match[str] | None) -> tuple[date | None, str]:
    if match is None:
        return None, ""
    text = match[0]
    if not re.search(r"[0-9０-９〇零○一二三四五六七八九十]", text):
        return None, ""
    bare = plain(text).replace("_", "")
    return date_in(bare), re.sub(r"\s+", " ", text).strip()


def _awards(text: str, match: re.Match[str]) -> bool:
    """Whether the word stands as a grade: alone in its clause, or with 评, 定, 等次 beside it; else it is praise."""
    start = max(text.rfind(mark, 0, match.start()) for mark in "，。；、,;：:（(/“\n") + 1
    before = text[start : match.start()]
    return not before or bool(_AWARD.search(before) or _AWARD_BEHIND.search(text[match.end() :]))


def read_grade(opinion: str) -> tuple[str | None, str]:
    """The grade that an opinion awards, and why it is doubtful. (None, "") where it names none."""
    if any(character in MARKED + EMPTY for character in opinion):
        for line in opinion.split("\n"):
            fragment = line[line.rfind("：") + 1 :] if "：" in line else line
            chosen, reason = choose(fragment, GRADES)
            if chosen or reason:
                return (chosen, reason) if not reason else (None, reason)
    found: list[str] = []
    bare = re.sub(r"[\s\u3000]", "", opinion)
    for match in _ONE_GRADE.finditer(bare):
        if _NEGATION.search(bare[max(0, match.start() - 8) : match.start()]):
            return None, f"“{bare[max(0, match.start() - 6) : match.end()]}”前有否定的话"
        if _REFUSAL.search(bare[match.end() :]):
            return None, f"“{bare[match.start() : match.end() + 8]}”后有否定的话"
        if not _awards(bare, match):
            return None, f"“{bare[max(0, match.start() - 6) : match.end()]}”不一定是评定等次的话"
        if found and _SYNONYMS.get(match[0]) == found[-1] and bare[match.start() - 1] in "（(/、":
            continue  # 称职（合格）
        found.append(match[0])
    words = list(dict.fromkeys(found))
    if len(words) > 1:
        return None, f"写着不同的等次：{'、'.join(words)}"
    return (words[0] if words else None), ""
