"""A score cell's words → a value and what is doubtful about it. Nothing is guessed. Pure.

Conventions: ``扣2分`` in an ordinary item is the maximum less 2, to be looked at. In a deduction item
(``Item.deduction``) the value is the number of points taken, positive, however it is written: ``扣10``, ``-10``,
``10``. A bare ``-2`` elsewhere stays −2, out of range.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from formgen.model import IssueCode, Item, Severity
from formgen.numerals import Number, parse_number, visible
from parsers.forms.wording import excerpt, is_nothing

Doubt = tuple[IssueCode, Severity, str]

_RULED = re.compile("[_＿]+")  #: The line that a score is written on.
_FULL = re.compile(r"(?:满分?|全分|得?满分)(?:[(]?([0-9.]+)分?[)]?)?")
_DEDUCT = re.compile(r"(?:扣分|扣减|扣除|倒扣|酌扣|减去|减分|扣|减)[:：]?\s*(.+)")
_PREFIX = re.compile(
    r"^(?:得分?|评分?|计|打|给|实得|自评|考核)[:：]?\s*(?=[0-9一二三四五六七八九十零〇两壹贰叁肆伍陆柒捌玖拾])"
)
_ADD = re.compile(r"^(?:加分?|附加|奖励?|增)[:：]?\s*(?=[0-9一二三四五六七八九十零〇两壹贰叁肆伍陆柒捌玖拾])")
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*分?\s*[/／]\s*([0-9]+(?:\.[0-9]+)?)\s*分?")
_LEADING = re.compile(r"^(?:得)?([0-9]+(?:\.[0-9]+)?)\s*(分)?\s*([（(，,；;。:：、\s].*)$", re.S)
_WEIGHTY = re.compile(
    r"[0-9０-９一二三四五六七八九十百半两零〇壹贰叁肆伍陆柒捌玖拾扣减加改约左右原应至→~～?？√×✓✗☑☒%％作废无效更正暂待]|不是|误"
)
_FULL_WITH = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*分?\s*[（(]?满分[)）]?")
_LESS = re.compile(
    r"^([0-9]+(?:\.[0-9]+)?)\s*分?\s*[（(，,；;、\s]\s*(?:扣除?|减|扣减)\s*([0-9]+(?:\.[0-9]+)?)\s*分?\s*[)）]?$"
)
_DATE = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|\d{1,2}月\d{1,2}日?|\d{1,2}:\d{2}(?::\d{2})?")
_AUTO_DATE = re.compile(r"(?:19|20)\d\d[-/年](\d{1,2})[-/月](\d{1,2})日?(?: 00:00:00)?")


@dataclass(frozen=True, slots=True)
class Score:
    """What a score cell says."""

    value: Decimal | None
    confidence: float = 1.0
    doubts: tuple[Doubt, ...] = ()
    blank: bool = False  #: Nothing stands there, or a mark for nothing.


def _unclear(text: str, why: str = "") -> Score:
    message = f"“{excerpt(text)}”不是一个明确的分数" + (f"（{why}）" if why else "")
    return Score(None, 0.0, ((IssueCode.NOT_A_NUMBER, Severity.ERROR, message),))


def _doubtful(value: Decimal, message: str) -> Score:
    return Score(value, 0.6, ((IssueCode.LOW_CONFIDENCE, Severity.WARNING, message),))


def points_text(value: Decimal) -> str:
    """A figure without needless zeros, for a message."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_score(text: str, item: Item) -> Score:
    """What stands in the score cell of an item: a value, a blank, or a doubt; range and tiers are checked too."""
    score = _meaning(text, item)
    if score.value is None:
        return score
    doubts = list(score.doubts)
    doubts.extend(_range_doubts(score.value, item))
    value = Decimal(points_text(score.value))
    return Score(value, min(score.confidence, 0.5 if len(doubts) > len(score.doubts) else 1.0), tuple(doubts))


def is_only_score(text: str) -> bool:
    """Whether a remark consists of nothing but a score: ``8``, ``8分``, ``得8分``."""
    bare = _PREFIX.sub("", unicodedata.normalize("NFKC", visible(text)))
    number = parse_number(bare)
    return number is not None and number.unit in ("", "分") and not number.doubt and not number.signed


def _meaning(text: str, item: Item) -> Score:
    bare = visible(_RULED.sub(" ", text))
    if not bare or is_nothing(bare) or bare in ("分", "。", "."):
        return Score(None, blank=True)
    folded = unicodedata.normalize("NFKC", bare)
    if (number := parse_number(_RULED.sub(" ", text))) is not None:
        return _number(number, text, item)
    if len(folded) > 200:
        return _unclear(text, "文字太长")
    if match := _FULL.fullmatch(folded.replace(" ", "")):
        return _full(match[1], text, item)
    if match := _FULL_WITH.fullmatch(folded):
        return _full(match[1], text, item)
    if match := _DEDUCT.fullmatch(folded):
        return _deducted(match[1], text, item)
    if _PREFIX.match(folded) and (number := parse_number(_PREFIX.sub("", folded))) is not None:
        return _number(number, text, item)
    if _ADD.match(folded) and (number := parse_number(_ADD.sub("", folded))) is not None and not number.signed:
        if item.bonus:
            return _number(number, text, item)
        return _unclear(text, "本项不是加分项")
    if match := _SHARE.fullmatch(folded):
        if item.points is not None and Decimal(match[2]) == item.points:
            return Score(Decimal(match[1]), 0.95)
        return _unclear(text, "分母与本项分值不符，也可能是日期")
    if _DATE.fullmatch(folded) or _AUTO_DATE.fullmatch(folded):
        auto = _AUTO_DATE.fullmatch(folded)
        return _unclear(
            text, f"是日期；若原写{int(auto[1])}.{int(auto[2])}，是表格软件自动改的" if auto else "是日期或时间"
        )
    return _with_remark(folded, text, item)


def _number(number: Number, text: str, item: Item) -> Score:
    if number.unit not in ("", "分"):
        return _unclear(text, f"单位是“{number.unit}”")
    if len(format(abs(number.value), "f")) > 15:
        return _unclear(text, "位数太多")
    value = number.value
    if item.deduction:
        value = abs(value)
    if number.doubt:
        return _doubtful(value, f"“{excerpt(text)}”读作{points_text(value)}：{number.doubt}，请核对")
    if number.signed and value >= 0 and not (item.bonus or item.deduction):
        return _doubtful(value, f"“{excerpt(text)}”带有正号，而本项不是加分项，读作{points_text(value)}，请核对")
    return Score(value, 1.0 if number.plain else 0.95)


def _full(written: str | None, text: str, item: Item) -> Score:
    if item.points is None:
        return _unclear(text, "本项没有规定满分")
    if written is not None and (number := parse_number(written)) is not None and number.value != item.points:
        return _unclear(text, f"本项满分是{points_text(item.points)}分")
    return Score(item.points, 0.95)


def _deducted(amount: str, text: str, item: Item) -> Score:
    number = parse_number(amount)
    if number is None or number.unit not in ("", "分") or number.signed:
        if is_nothing(amount):
            return Score(None, blank=True)
        return _unclear(text)
    if item.deduction:
        if number.doubt:
            return _doubtful(
                number.value, f"“{excerpt(text)}”读作扣{points_text(number.value)}分：{number.doubt}，请核对"
            )
        return Score(number.value, 0.95)
    if item.points is None or item.bonus or item.money_only:
        return _unclear(text, "本项没有可以扣减的分值")
    value = item.points - number.value
    return _doubtful(
        value,
        f"“{excerpt(text)}”按满分{points_text(item.points)}减{points_text(number.value)}读作{points_text(value)}，请核对",
    )


def _with_remark(folded: str, text: str, item: Item) -> Score:
    """A score with other words in its cell: taken only if it is the one number there and stands first."""
    if match := _LESS.fullmatch(folded):
        value, less = Decimal(match[1]), Decimal(match[2])
        if item.points is not None and item.points - less == value:
            return _doubtful(value, f"“{excerpt(text)}”读作{points_text(value)}，请核对")
        return _unclear(text, "得分与扣分对不上")
    match = _LEADING.fullmatch(folded)
    if match and not _WEIGHTY.search(match[3]) and any(c.isalpha() for c in match[3]):
        value = Decimal(match[1])
        return _doubtful(value, f"得分格内还有别的话：“{excerpt(text)}”，读作{points_text(value)}，请核对")
    return _unclear(text)


def _range_doubts(value: Decimal, item: Item) -> list[Doubt]:
    doubts: list[Doubt] = []
    said = points_text(value)
    if item.money_only:
        severity = Severity.INFO if value == 0 else Severity.WARNING
        return [(IssueCode.UNEXPECTED_VALUE, severity, f"本项不计分，却写了“{said}”")]
    if value < 0:
        doubts.append((IssueCode.OUT_OF_RANGE, Severity.ERROR, f"得分{said}小于0（若是扣分，请改写为实际得分）"))
    elif item.maximum is not None and value > item.maximum:
        message = f"得分{said}超过本项{'最多扣' if item.deduction else '满分'}{points_text(item.maximum)}分"
        doubts.append((IssueCode.OUT_OF_RANGE, Severity.ERROR, message))
    if item.tiers and value != 0 and value not in item.tiers:
        tiers = "、".join(points_text(tier) for tier in item.tiers)
        doubts.append((IssueCode.UNEXPECTED_VALUE, Severity.WARNING, f"{said}分不在规定的分档（{tiers}）之内"))
    return doubts
