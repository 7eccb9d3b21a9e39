"""Recognise the elements of an official document in any Word file: 版头, 主体, 版记 and what they hold.

Recognition goes by words and places first and by formatting second, so that an element set wrongly is still found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from formgen.conformity.document import Document, Line, Paragraph, Table, is_red
from formgen.conformity.measures import opens_page

_OPEN, _SHUT = "〔\\[［【（(〈﹝{", "〕\\]］】）)〉﹞}"
NUMBER: Final = re.compile(
    rf"^(?P<code>[\u3400-\u9fff]{{1,14}})(?P<gap1>\s*)(?P<open>[{_OPEN}])\s*(?P<year>\d{{2,4}})\s*(?P<shut>[{_SHUT}])"
    r"(?P<gap2>\s*)(?P<ordinal>第?)(?P<gap3>\s*)(?P<no>[\d０-９]+)(?P<gap4>\s*)号"
)
ORDER_NUMBER: Final = re.compile(r"^[（(]?第?\s*[\d一二三四五六七八九十百〇零]+\s*[号期][）)]?$")
SIGNER: Final = re.compile(r"签\s*发\s*人\s*[:：]?")
DATE: Final = re.compile(
    r"(?P<year>\d{4}|[一二三四五六七八九〇○零０-９]{4})\s*[年.\-/．]\s*(?P<month>[\d一二三四五六七八九十０-９]{1,3})"
    r"\s*[月.\-/．]\s*(?P<day>[\d一二三四五六七八九十０-９]{1,3})\s*日?"
)
KINDS: Final = (
    "决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案", "函", "纪要",
)  # fmt: skip
UPWARD: Final = ("请示", "报告", "意见", "议案")
_COPY = re.compile(r"^\d{1,8}$")
_SECRET = re.compile(r"^(绝\s*密|机\s*密|秘\s*密)(\s*[★☆*]\s*.*)?(\d+\s*[年月]|长期)?$")
_URGENT = re.compile(r"^(特\s*急|加\s*急|特\s*提|平\s*急|紧\s*急|急\s*件)$")
_NOTE = re.compile(r"^附\s*件?\s*[:：]")
_NOTE_ITEM = re.compile(r"^[\d０-９]{1,2}\s*[.．、,，]")
LABEL: Final = re.compile(r"^附\s*件\s*[\d一二三四五六七八九十０-９]{0,2}\s*[:：]?$")
_LABEL_LINE = re.compile(r"^[\u3400-\u9fff]{1,14}〔\d{4}〕\d+号附件\s*\d{0,2}$")
_CC = re.compile(r"^抄\s*(送|报|发)\s*[:：]")
_TO_END = re.compile(r"^主\s*送\s*[:：]")
_ISSUED = re.compile(r"印\s*发\s*$")
_ATTEND = re.compile(r"^(出\s*席|请\s*假|列\s*席)\s*[:：]")
_LEVELS = (
    re.compile(r"^(?P<no>[一二三四五六七八九十百]+)(?P<mark>[、.．，,：:])"),
    re.compile(r"^(?P<open>[（(])(?P<no>[一二三四五六七八九十百]+)(?P<shut>[）)])(?P<mark>[、.．]?)"),
    re.compile(r"^(?P<no>\d{1,2})(?P<mark>[.．、])(?!\d)"),
    re.compile(r"^(?P<open>[（(])(?P<no>\d{1,2})(?P<shut>[）)])(?P<mark>[、.．]?)"),
)
_ENDS_SENTENCE = "。！？；：，,;.!?"
_HEAD = 40  #: Paragraphs in which 版头 and title are looked for.


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
            ("附注", self.remark), ("抄送机关", self.copies), ("印发机关和印发日期", self.issued),
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
            alone = len(lead) <= 40 and not (not run_on and len(lead) > 24 and lead[-1:] in _ENDS_SENTENCE)
            if level == 1 and not run_on and lead[-1:] in "；;，：":
                alone = False
            return Heading(paragraph, level, match["no"], match[0], match[0] + lead, alone)
    return None


def recognise(document: Document) -> Elements:
    """The elements of a document. Never raises: what is not there is not found."""
    return _Recognition(document).result()


class _Recognition:
    """One pass through the paragraphs; each step takes what it knows and leaves the rest."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._all = document.paragraphs
        self._filled = [paragraph for paragraph in self._all if paragraph.text]
        self._found: dict[str, object] = {}

    def result(self) -> Elements:
        imprint = self._imprint()
        rest = [paragraph for paragraph in self._filled if paragraph.number not in imprint]
        at = self._head(rest)
        at = self._title(rest, at)
        self._main(rest[at:])
        kind = self._kind()
        return Elements(kind=kind, **self._found)  # type: ignore[arg-type]

    def _imprint(self) -> set[int]:
        """版记, from the end: 主送, 抄送, 印发机关 and date."""
        taken: set[int] = set()
        tail = self._filled[-30:]
        table = next(
            (
                one
                for one in reversed(self._document.tables)
                if one.rows <= 8
                and re.search(r"抄\s*送\s*[:：]|印发$|印\s*发\s*$|主送：", one.text)
                and len(one.text) < 1500
            ),
            None,
        )
        for index in range(len(tail) - 1, -1, -1):
            paragraph = tail[index]
            text = paragraph.text
            if _CC.match(text) and "copies" not in self._found:
                self._found["copies"] = paragraph
            elif _TO_END.match(text) and "to_end" not in self._found and len(text) < 600:
                self._found["to_end"] = paragraph
            elif _ISSUED.search(text) and DATE.search(text) and "issued" not in self._found and len(text) < 80:
                before = tail[index - 1] if index else None
                alone = DATE.match(text) is not None
                if alone and before is not None and len(before.text) < 40 and not _CC.match(before.text):
                    self._found["issued"] = (before, paragraph)
                    taken.add(before.number)
                else:
                    self._found["issued"] = (paragraph,)
            else:
                continue
            taken.add(paragraph.number)
        in_table = [one for one in self._filled if one.number in taken and one.table]
        if table is not None and any(one.table == table.number for one in in_table):
            self._found["imprint"] = table
            taken |= {one.number for one in self._filled if one.table == table.number}
        self._found["imprint_paragraphs"] = tuple(one for one in self._filled if one.number in taken)
        return taken

    def _head(self, rest: list[Paragraph]) -> int:
        """版头; gives the index of the first paragraph after it."""
        head = rest[:_HEAD]
        number_at = next((i for i, one in enumerate(head) if NUMBER.match(one.text) and _only_number(one.text)), None)
        if number_at is None:
            number_at = next(
                (i for i, one in enumerate(head[:8]) if i and ORDER_NUMBER.match(one.text)),
                None,
            )
        body_at = next((i for i, one in enumerate(head) if "。" in one.text), len(head))
        if number_at is not None and number_at > body_at:
            number_at = None
        self._red_rule()
        rule_at = self._found.get("rule_at")
        end = 0 if number_at is None else number_at + 1
        for i, one in enumerate(head[:body_at]):
            if isinstance(rule_at, Paragraph) and one.number <= rule_at.number and i < (number_at or 12) + 6:
                end = max(end, i + 1)
            if one.red and i < 12:
                end = max(end, i + 1)
            if SIGNER.search(one.text) and i < 16:
                end = max(end, i + 1)
            if re.search(r"文件$", one.text) and one.size >= 20 and i < 8:
                end = max(end, i + 1)
        mark: list[Paragraph] = []
        signers: list[Paragraph] = []
        for i, one in enumerate(head[:end]):
            text = re.sub(r"\s+", "", one.text)
            if i == number_at:
                self._found["number"] = one
                if SIGNER.search(one.text):
                    signers.append(one)
            elif _COPY.match(text) and not mark:
                self._found.setdefault("copy_number", one)
            elif _SECRET.match(text):
                self._found.setdefault("secrecy", one)
            elif _URGENT.match(text):
                self._found.setdefault("urgency", one)
            elif SIGNER.search(one.text) or (signers and not one.red and len(text) < 12):
                signers.append(one)
            elif one.red or number_at is None or i < number_at:
                mark.append(one)
            else:
                end = i
                break
        self._found["mark"], self._found["signers"] = tuple(mark), tuple(signers)
        return end

    def _red_rule(self) -> None:
        for paragraph in self._all[: _HEAD * 2]:
            borders = [line for side, line in paragraph.shape.borders.items() if side in {"top", "bottom", "between"}]
            for line in [*borders, *paragraph.lines]:
                if is_red(line.colour):
                    self._found["rule"], self._found["rule_at"] = line, paragraph
                    return

    def _title(self, rest: list[Paragraph], at: int) -> int:
        """The title, and 主送 after it; gives the index of the first paragraph after them."""
        begin = next((i for i in range(at, min(at + 4, len(rest))) if _titular(rest[i])), None)
        if begin is None:
            return self._addressee(rest, at)
        lines = [rest[begin]]
        i = begin + 1
        while i < len(rest) and len(lines) < 6 and _continues(lines, rest[i]):
            lines.append(rest[i])
            i += 1
        self._found["title"] = tuple(lines)
        while i < len(rest) and rest[i].shape.align == "center" and re.match(r"^[（(].*[）)]$", rest[i].text):
            i += 1
        return self._addressee(rest, i)

    def _addressee(self, rest: list[Paragraph], at: int) -> int:
        if at < len(rest):
            text = rest[at].text
            if text[-1:] in ":：" and len(text) < 400 and "。" not in text and heading(rest[at]) is None:
                if not _NOTE.match(text) and not rest[at].table:
                    self._found["to"] = rest[at]
                    return at + 1
            elif re.match(r"^[^。，]{2,60}(党支部|委员会|单位|部门|政府|办公室|局|镇|村|办|委|站|所)[;,；.]?$", text):
                if rest[at].shape.align == "left" and at + 1 < len(rest) and len(rest[at + 1].text) > len(text):
                    self._found["to"] = rest[at]
                    return at + 1
        return at

    def _main(self, rest: list[Paragraph]) -> None:
        """From the body to the last 附件."""
        flow = [one for one in rest if not one.table or LABEL.match(one.text)]
        cut = next((i for i, one in enumerate(flow) if self._begins_piece(one, i)), len(flow))
        main, after = flow[:cut], flow[cut:]
        date_at = next(
            (i for i in range(len(main) - 1, -1, -1) if (m := DATE.fullmatch(main[i].text)) and m and i > 0), None
        )
        if date_at is not None:
            self._found["date"] = main[date_at]
            tail = main[date_at + 1 :]
            if tail and re.match(r"^[（(].+[）)]$", tail[0].text):
                self._found["remark"] = tail.pop(0)
            signatures: list[Paragraph] = []
            i = date_at - 1
            while i >= 0 and len(signatures) < 8 and _signs(main[i]):
                signatures.insert(0, main[i])
                i -= 1
            self._found["signatures"] = tuple(signatures)
            main = main[: i + 1] + tail
        body: list[Paragraph] = []
        notes: list[Paragraph] = []
        attendance: list[Paragraph] = []
        for one in main:
            if _ATTEND.match(one.text):
                attendance.append(one)
            elif _NOTE.match(one.text) or (notes and _NOTE_ITEM.match(one.text)) or (notes and len(one.text) < 60 and one.text[-1:] not in _ENDS_SENTENCE):
                notes.append(one)
            else:
                body.append(one)
        self._found["body"], self._found["notes"] = tuple(body), tuple(notes)
        self._found["attendance"] = tuple(attendance)
        self._found["headings"] = tuple(found for one in body if (found := heading(one)))
        self._found["attachments"] = self._pieces(after)

    def _begins_piece(self, one: Paragraph, index: int) -> bool:
        if LABEL.match(one.text) or _LABEL_LINE.match(one.text):
            return True
        return index > 0 and one.shape.align == "center" and one.size >= 18 and opens_page(self._document, one)

    def _pieces(self, rest: list[Paragraph]) -> tuple[Attachment, ...]:
        pieces: list[Attachment] = []
        i = 0
        while i < len(rest):
            label = rest[i] if LABEL.match(rest[i].text) or _LABEL_LINE.match(rest[i].text) else None
            i += 1 if label else 0
            title: list[Paragraph] = []
            while i < len(rest) and (not title or _continues(title, rest[i])) and _titular(rest[i]):
                title.append(rest[i])
                i += 1
            body: list[Paragraph] = []
            while i < len(rest) and not self._begins_piece(rest[i], 1):
                body.append(rest[i])
                i += 1
            if not (label or title or body):
                i += 1
                continue
            pieces.append(Attachment(label, tuple(title), tuple(body)))
        return tuple(pieces)

    def _kind(self) -> str:
        mark = self._found.get("mark", ())
        assert isinstance(mark, tuple)
        text = re.sub(r"\s+", "", "".join(one.text for one in mark))
        number = self._found.get("number")
        if not mark and number is None and "rule" not in self._found:
            return "无版头"
        if re.search(r"(命令|令)$", text):
            return "命令"
        if re.search(r"纪要$", text):
            return "纪要"
        if self._found.get("signers"):
            return "上行文"
        if text and "文件" not in text and (self._double() or self._number_at_right()):
            return "信函"
        return "文件"

    def _double(self) -> bool:
        lines = [line for one in self._all for line in (*one.lines, *one.shape.borders.values())]
        return any(line.double and is_red(line.colour) for line in lines)

    def _number_at_right(self) -> bool:
        number = self._found.get("number")
        return isinstance(number, Paragraph) and number.shape.align == "right"


def _only_number(text: str) -> bool:
    """Whether a paragraph is the 发文字号, alone or with 签发人 beside it."""
    match = NUMBER.match(text)
    rest = text[match.end() :].strip() if match else text
    return not rest or SIGNER.match(rest) is not None


def _titular(one: Paragraph) -> bool:
    if one.table or len(one.text) > 120 or heading(one) or LABEL.match(one.text):
        return False
    if "。" in one.text or one.text[-1:] in ":：":
        return False
    if one.shape.align == "center" or one.size >= 20:
        return True
    ends = re.sub(r"[（(].*[）)]$", "", one.text).endswith(KINDS)
    return "关于" in one.text and ends


def _continues(lines: Sequence[Paragraph], one: Paragraph) -> bool:
    """Whether a paragraph goes on with a title."""
    if not _titular(one) or one.shape.align != lines[0].shape.align or re.match(r"^[（(].*[）)]$", one.text):
        return False
    if re.search(r"(通知|决定|通报|请示|报告|批复|公告|通告|函|意见)$", lines[-1].text):
        return False
    if DATE.fullmatch(one.text) or re.match(r"^第[一二三四五六七八九十]+[章节条]", one.text):
        return False
    return abs(one.size - lines[0].size) <= 4


def _signs(one: Paragraph) -> bool:
    """Whether a paragraph can be a 署名: short, no sentence, no number before it."""
    text = one.text
    if len(text) > 60 or not text or text[-1] in _ENDS_SENTENCE or heading(one) or _NOTE.match(text):
        return False
    if _ATTEND.match(text) or _NOTE_ITEM.match(text) or "。" in text:
        return False
    starts_as_text = one.shape.align == "left" and one.shape.left + one.shape.first <= 2 and len(text) > 24
    return not starts_as_text
