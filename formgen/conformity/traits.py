"""What a single paragraph can be by its words and looks: a title, a 署名, running text, a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from formgen.conformity.document import Paragraph
from formgen.conformity.elements import (
    BARE_NUMBER,
    DATE,
    ENDS_SENTENCE,
    KINDS,
    LABEL,
    NUMBER,
    ORDER_NUMBER,
    SIGNER,
    heading,
)

NOTE: Final = re.compile(r"^附\s*件?\s*[:：]")
NOTE_ITEM: Final = re.compile(r"^[\d０-９]{1,2}\s*[.．、,，]")
ATTEND: Final = re.compile(r"^(出\s*席|请\s*假|列\s*席|缺\s*席|主\s*持|记\s*录)\s*[:：]")
_NAMES = re.compile(r"^(\t|[ \u3000]{2,})\s*[\u3400-\u9fff·](\s*[\u3400-\u9fff·]){1,23}$")


def only_number(text: str) -> bool:
    """Whether a paragraph is the 发文字号, alone or with 签发人 (or the last of their names) beside it."""
    match = NUMBER.match(text)
    rest = text[match.end() :] if match else text
    return not rest.strip() or SIGNER.match(rest.strip()) is not None or _NAMES.match(rest) is not None


def order_number(text: str) -> bool:
    """Whether a text is the number of a 命令, 公告 or 纪要: without 机关代字."""
    return ORDER_NUMBER.match(text) is not None or BARE_NUMBER.match(text) is not None


def is_text(one: Paragraph) -> bool:
    """Whether a paragraph is running text: a title does not come after it."""
    return "。" in one.text and one.shape.align in {"left", "spread"} and one.size < 20


def titular(one: Paragraph) -> bool:
    """Whether a paragraph can be a line of a title: centred or large, or 关于 … 文种; no sentence."""
    if one.table or len(one.text) > 120 or heading(one) or LABEL.match(one.text):
        return False
    if "。" in one.text or one.text[-1:] in ":：":
        return False
    if one.shape.align == "center" or one.size >= 20:
        return True
    ends = re.sub(r"[（(].*[）)]$", "", one.text).endswith(KINDS)
    return "关于" in one.text and ends


def continues(lines: Sequence[Paragraph], one: Paragraph) -> bool:
    """Whether a paragraph goes on with a title."""
    if not titular(one) or one.shape.align != lines[0].shape.align or re.match(r"^[（(].*[）)]$", one.text):
        return False
    if re.search(r"(通知|决定|通报|请示|报告|批复|公告|通告|函|意见)$", lines[-1].text):
        return False
    if DATE.fullmatch(one.text) or re.match(r"^第[一二三四五六七八九十]+[章节条]", one.text):
        return False
    return abs(one.size - lines[0].size) <= 4


def signs(one: Paragraph) -> bool:
    """Whether a paragraph can be a 署名: short, no sentence, no number before it."""
    text = one.text
    if len(text) > 60 or not text or text[-1] in ENDS_SENTENCE or heading(one) or NOTE.match(text):
        return False
    if ATTEND.match(text) or NOTE_ITEM.match(text) or "。" in text:
        return False
    starts_as_text = one.shape.align == "left" and one.shape.left + one.shape.first <= 2 and len(text) > 24
    return not starts_as_text
