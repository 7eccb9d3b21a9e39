"""The elements of an official document, and how their words look: numbers, dates, levels of headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from formgen.conformity.document import Line, Paragraph, Table

_OPEN, _SHUT = "〔\\[［【（(〈﹝{", "〕\\]］】）)〉﹞}"
NUMBER: Final = re.compile(
    rf"^(?P<code>[\u3400-\u9fff]{{1,14}})(?P<gap1>\s*)(?P<open>[{_OPEN}])\s*(?P<year>\d{{2,4}})\s*(?P<shut>[{_SHUT}])"
    r"(?P<gap2>\s*)(?P<ordinal>第?)(?P<gap3>\s*)(?P<no>[\d０-９]+)(?P<gap4>\s*)号"
)
ORDER_NUMBER: Final = re.compile(r"^[（(]?第?\s*[\d一二三四五六七八九十百〇零]+\s*[号期次][）)]?$")
#: A year and a running number without 机关代字, as 纪要 have it.
BARE_NUMBER: Final = re.compile(
    rf"^[{_OPEN}]\s*\d{{4}}\s*[{_SHUT}]\s*第?\s*\d+\s*[号期次]$|^\d{{4}}年第\s*\d+\s*[号期次]$"
)
#: What is printed over a paper that is none: 示例, 样本, drafts.
STAMP: Final = re.compile(r"示\s*例|样\s*[本张式稿]|草\s*[稿案]|送审稿|征求意见稿|讨论稿|副\s*本|不作为|模\s*板")
SIGNER: Final = re.compile(r"签\s*发\s*人\s*[:：]?")
DATE: Final = re.compile(
    r"(?P<year>\d{4}|[一二三四五六七八九〇○零０-９]{4})\s*[年.\-/．]\s*(?P<month>[\d一二三四五六七八九十０-９]{1,3})"
    r"\s*[月.\-/．]\s*(?P<day>[\d一二三四五六七八九十０-９]{1,3})\s*日?"
)
KINDS: Final = (
    "决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示",
    "批复", "议案", "函", "纪要",
)  # fmt: skip
UPWARD: Final = ("请示", "报告", "意见", "议案")
LABEL: Final = re.compile(r"^附\s*件\s*[\d一二三四五六七八九十０-９]{0,2}\s*[:：]?$")
_LEVELS = (
    re.compile(r"^(?P<no>[一二三四五六七八九十百]+)(?P<mark>[、.．，,：:])(?![一二三四五六七八九十]+[季月级类等批产])"),
    re.compile(r"^(?P<open>[（(])(?P<no>[一二三四五六七八九十百]+)(?P<shut>[）)])(?P<mark>[、.．]?)"),
    re.compile(r"^(?P<no>\d{1,2})(?P<mark>[.．、])(?!\d)"),
    re.compile(r"^(?P<open>[（(])(?P<no>\d{1,2})(?P<shut>[）)])(?P<mark>[、.．]?)"),
)
ENDS_SENTENCE = "。！？；：，,;.!?"


@dataclass(frozen=True, slots=True)
class Heading:
    """A paragraph that begins with a number of one of the four levels of 7.3.3."""

    paragraph: Paragraph
    level: int  #: 1 to 4.
    number: str  #: As written, without brackets.
    written: str  #: The whole label, as written.
    lead: str  #: The heading itself; shorter than the paragraph where text runs on.
    alone: bool  #: Whether it reads as a heading, not as a sentence in a list.


@dataclass(frozen=True, slots=True)
class Attachment:
    """An 附件 bound with the document, or a text that it issues (then without a label)."""

    label: Paragraph | None
    title: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]
    tables: bool = False  #: Tables stand in it: faces and sizes in and around them are no matter of the standard.


@dataclass(frozen=True, slots=True)
class Elements:
    """What was recognised. None or empty: not found."""

    kind: str  #: 文件, 上行文, 信函, 命令, 纪要, 无版头.
    copy_number: Paragraph | None = None
    secrecy: Paragraph | None = None
    urgency: Paragraph | None = None
    mark: tuple[Paragraph, ...] = ()
    number: Paragraph | None = None
    signers: tuple[Paragraph, ...] = ()
    rule: Line | None = None
    rule_at: Paragraph | None = None  #: Paragraph that carries the red rule.
    title: tuple[Paragraph, ...] = ()
    to: Paragraph | None = None
    body: tuple[Paragraph, ...] = ()
    headings: tuple[Heading, ...] = ()
    notes: tuple[Paragraph, ...] = ()  #: 附件说明.
    signatures: tuple[Paragraph, ...] = ()
    date: Paragraph | None = None
    remark: Paragraph | None = None  #: 附注.
    attendance: tuple[Paragraph, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    copies: Paragraph | None = None  #: 抄送.
    to_end: Paragraph | None = None  #: 主送 in the 版记.
    issued: tuple[Paragraph, ...] = ()  #: 印发机关 and 印发日期: one paragraph, or two in a row.
    imprint: Table | None = None
    imprint_paragraphs: tuple[Paragraph, ...] = field(default=())

    def words(self) -> tuple[tuple[str, str], ...]:
        """Names and words of the elements, in order."""
        singles = (
            ("份号", self.copy_number), ("密级", self.secrecy), ("紧急程度", self.urgency),
            ("发文机关标志", self.mark), ("发文字号", self.number), ("签发人", self.signers), ("标题", self.title),
            ("主送机关", self.to), ("附件说明", self.notes), ("发文机关署名", self.signatures), ("成文日期", self.date),
            ("附注", self.remark), ("出席人员", self.attendance), ("抄送机关", self.copies),
            ("印发机关和印发日期", self.issued),
        )  # fmt: skip
        found = []
        for name, value in singles:
            paragraphs = value if isinstance(value, tuple) else (value,) if value else ()
            if paragraphs:
                found.append((name, " ".join(" ".join(one.text.split()) for one in paragraphs)))
        for attachment in self.attachments:
            if attachment.label:
                found.append(("附件", attachment.label.text))
        return tuple(found)

    @property
    def official(self) -> bool:
        """Whether this has a 版头 or the like, so that the rules of whole documents apply."""
        return bool(self.mark or self.number or self.rule)

    @property
    def is_paper(self) -> bool:
        """Whether this is an official paper at all, if only one without a 版头: signed and dated."""
        return self.official or bool(self.date and self.signatures)


def title_text(paragraphs: Sequence[Paragraph]) -> str:
    """A title in one line."""
    return re.sub(r"\s+", "", "".join(one.text for one in paragraphs))


def heading(paragraph: Paragraph) -> Heading | None:
    """The paragraph as a heading or numbered item; None if it has no number."""
    text = paragraph.text
    for level, pattern in enumerate(_LEVELS, 1):
        if match := pattern.match(text):
            rest = text[match.end() :]
            cut = rest.find("。")
            lead = rest if cut < 0 else rest[: cut + 1]
            run_on = cut >= 0 and cut + 1 < len(rest)
            alone = len(lead) <= (22 if run_on and level == 1 else 40)
            if not run_on and lead[-1:] in ENDS_SENTENCE:
                alone = False  # a sentence in a list
            return Heading(paragraph, level, match["no"], match[0], match[0] + lead, alone)
    return None
