"""Account for every visible character: what is neither a field nor printed by the form is reported. Pure."""

from __future__ import annotations

import re
import unicodedata

from formgen.model import Form, Issue, IssueCode, Locator, Severity
from formgen.model.paper import NOWHERE
from formgen.numerals import visible
from parsers.forms.dating import impossible
from parsers.forms.printed import TITLE_ALIKE, head_role, title_likeness
from parsers.forms.scores import is_only_score
from parsers.forms.wording import excerpt, figures, is_nothing, key, likeness, nfkc

_FURNITURE = re.compile(
    r"附件[0-9一二三四五六七八九十]*|附[0-9]+|第[0-9一二三四五六七八九十]+页(?:共[0-9一二三四五六七八九十]+页)?|共[0-9]+页|"
    r"page[0-9]+(?:of[0-9]+)?|单位分|满分[0-9]+分|sheet[0-9]*"
)
_PAGE_NUMBER = re.compile(r"[0-9]{1,3}(?:[/:-][0-9]{1,3})?")
_DASHED_NUMBER = re.compile(r"([-–—―−‐·•~])\s*[0-9]{1,3}\s*\1")  #: ``- 3 -``: a page number wherever it stands.
_PAPER_NUMBER = re.compile(r"[0-9]{4}-[0-9]{4}")  #: Printed beside the code on our blanks (``formgen.pagecode``).
_FULL_MARKS = re.compile(r"(?:得|打)?(?:满分?|全分)")
_MARKS_OF_FORM = frozenset("□☐○◯◻ .…·,，。、;；:：()（）[]【】〔〕<>《》“”‘’\"'_＿-–—―－=＝*＊※")
_DOTS = frozenset(".…_＿、")
_LONGEST_MARK = 3  #: ``——`` says "nothing"; a longer run of dashes is a line drawn on the paper.
_PERIOD_ONLY = re.compile(
    r"(?=.*[年月季度])"
    r"(?:考核|考评)?(?:时间|月份|季度|年度)?(?:[0-9〇零○一二三四五六七八九十]{0,4}年?度?)?第?[0-9一二三四五六七八九十]{0,2}(?:月份?|季度?|年度?|度)?(?:[0-9]{1,2}日)?"
)
_SIGNATURE = re.compile(
    r"签字|签名|盖章|签章|填表|填报|制表|审核人|复核人|考核人|考评人|评分人|打分人|记分人|考核组|考核小组|负责人|经办人|日期|电话|领导|单位[:：]"
)
_FIGURE = re.compile(r"[0-9]|[一二三四五六七八九十百半两]分")
_POINTS = re.compile(r"[0-9]\.[0-9]|[0-9]\s*分|[一二三四五六七八九十百半两]分")
_STRIKING = re.compile(r"作废|更正|无效|有误|错误|不算|重填|撤销|取消|以此为准|为准|代签|暂定|未评|有异议|不同意|涂改")

_CORRECTING = re.compile(r"应|改|实得|实际|扣|减|加|分|不是|原")


def is_signature(text: str) -> bool:
    """Whether a line is one of signatures, dates, telephone numbers."""
    return bool(_SIGNATURE.search(text)) and len(text) < 120


def is_striking(text: str) -> bool:
    """Whether words strike out or correct what stands on a paper."""
    return bool(_STRIKING.search(text) or (_FIGURE.search(nfkc(text)) and _CORRECTING.search(text)))


def is_page_number(text: str) -> bool:
    """Whether a text in the margin of a page is its number."""
    return bool(_PAGE_NUMBER.fullmatch(key(text)))


def _in_margin(where: Locator) -> bool:
    """Whether a place is the header or footer of a page: a lone figure there is its number, elsewhere it is not."""
    return where.part.startswith(("header", "footer")) or where.spot in ("header", "footer")


def _is_score_alone(text: str) -> bool:
    """Whether a text is nothing but a score, full marks or a mark for nothing: what belongs into a score cell."""
    bare = visible(text)
    short = len(bare.replace(" ", "")) <= _LONGEST_MARK
    nothing = is_nothing(text) and short and not set(bare) <= _DOTS
    return bool(_FULL_MARKS.fullmatch(key(text))) or is_only_score(text) or nothing


def is_printed(text: str, form: Form, *, in_table: bool = False, where: Locator = NOWHERE) -> bool:
    """Whether the words belong to the printed form, or to the furniture of a page.

    ``where``: the place of the words; only in a header or footer is a lone figure the number of the page.
    """
    plain = key(text)
    if not plain:
        alone = not in_table and (_is_score_alone(text) or not set(visible(text)) <= _MARKS_OF_FORM)
        return not alone or not visible(text)
    if not in_table and (_DASHED_NUMBER.fullmatch(nfkc(text).strip()) or (_in_margin(where) and is_page_number(text))):
        return True
    if not in_table and _PAPER_NUMBER.fullmatch(nfkc(text).strip()):
        return True
    if not in_table and _is_score_alone(text):
        return False
    if title_likeness(text, form.title) >= TITLE_ALIKE and len(plain) <= len(key(form.title)) + 12:
        return not beyond_title(text, form)
    if form.footnote and likeness(plain, key(form.footnote)) >= 0.9 and figures(text) == figures(form.footnote):
        return True
    subtitle = key(form.subtitle.replace("{period}", ""))
    return bool(
        _FURNITURE.fullmatch(plain)
        or (_PERIOD_ONLY.fullmatch(plain) and not impossible(text))
        or (subtitle and plain == subtitle)
        or head_role(text)
        or any(plain == key(column) for column in form.columns)
    )


def beyond_title(text: str, form: Form) -> bool:
    """Whether a title says more than a title does: points, or words that strike out or correct."""
    return any(
        pattern.search(nfkc(text)) is not None and pattern.search(nfkc(form.title)) is None
        for pattern in (_STRIKING, _POINTS)
    )


def unexpected(
    text: str, where: Locator, form: Form, record: int | None, *, in_table: bool, field: str | None = None
) -> Issue | None:
    """The issue for words that belong nowhere; None where the form prints them."""
    if not text.strip() or is_printed(text, form, in_table=in_table, where=where):
        return None
    striking = bool(_STRIKING.search(text))
    signed = is_signature(text)
    figure = bool(_FIGURE.search(unicodedata.normalize("NFKC", text)))
    grave = striking or (not signed and (figure or in_table or not key(text) or _is_score_alone(text)))
    severity = Severity.WARNING if grave else Severity.INFO
    message = f"有表上没有印的字：“{excerpt(text, 80)}”"
    return Issue(IssueCode.UNEXPECTED_TEXT, severity, message, where, field, record)
