"""Recognise the elements of an official document in any Word file: 版头, 主体, 版记 and what they hold.

Recognition goes by words and places first and by formatting second, so that an element set wrongly is still found.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from formgen.conformity.document import Document, Paragraph, Table, cut, is_red
from formgen.conformity.elements import (
    DATE,
    ENDS_SENTENCE,
    LABEL,
    NUMBER,
    SIGNER,
    STAMP,
    Attachment,
    Elements,
    heading,
)
from formgen.conformity.measures import opens_page
from formgen.conformity.traits import (
    ATTEND,
    NOTE,
    NOTE_ITEM,
    continues,
    is_text,
    only_number,
    order_number,
    signs,
    titular,
)

_COPY = re.compile(r"^\d{1,8}$")
_SECRET = re.compile(r"^(绝\s*密|机\s*密|秘\s*密)(\s*[★☆*]\s*.*)?(\d+\s*[年月]|长期)?$")
_URGENT = re.compile(r"^(特\s*急|加\s*急|特\s*提|平\s*急|紧\s*急|急\s*件)$")
_LABEL_LINE = re.compile(r"^[\u3400-\u9fff]{1,14}〔\d{4}〕\d+号附件\s*\d{0,2}$")
_CC = re.compile(r"^抄\s*(送|报|发)\s*[:：]")
_TO_END = re.compile(r"^主\s*送\s*[:：]")
_ISSUED = re.compile(r"印\s*发\s*$")
_ORGANS = re.compile(r"^[^。，]{2,60}(党支部|委员会|单位|部门|政府|办公室|局|镇|村|办|委|站|所)[;,；.]?$")
#: How the first sentence of a text begins or ends that goes on in a list: no 主送机关.
_LEAD_IN = re.compile(
    r"^(为|根据|按照|依据|鉴于|近|现|经|兹|截至|随着|自|关于|一年来)|(如下|事项|要求|议定|认为|指出|强调|决定|通告|公告)[:：]$"
)
_HEAD = 40  #: Paragraphs in which 版头 and title are looked for.


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
        if not (rest and (LABEL.match(rest[0].text) or _LABEL_LINE.match(rest[0].text))):
            rest = rest[self._title(rest, self._head(rest)) :]
        self._main(rest)  # of an 附件 that lies by itself, all of it
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
        head = self._beside_number(head)
        number_at = next((i for i, one in enumerate(head) if NUMBER.match(one.text) and only_number(one.text)), None)
        if number_at is None:
            number_at = next(
                (i for i, one in enumerate(head[:8]) if i and order_number(one.text)),
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
            if one.red and not STAMP.search(one.text) and i < 12 and one.size >= (20 if one.floating else 16):
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
                match = NUMBER.match(one.text)
                if SIGNER.search(one.text) or (signers and match and one.text[match.end() :].strip()):
                    signers.append(one)
            elif _COPY.match(text) and not mark:
                self._found.setdefault("copy_number", one)
            elif _SECRET.match(text):
                self._found.setdefault("secrecy", one)
            elif _URGENT.match(text):
                self._found.setdefault("urgency", one)
            elif STAMP.search(text) and len(text) < 20:
                continue
            elif SIGNER.search(one.text) or (signers and not one.red and len(text) < 12):
                signers.append(one)
            elif one.size < (20 if one.floating else 12 if i < (number_at or 0) and not one.red else 16):
                continue  # a remark, in a text box or above the paper
            elif one.red or number_at is None or i < number_at:
                mark.append(one)
            else:
                end = i
                break
        self._found["mark"], self._found["signers"] = tuple(mark or self._mark_above()), tuple(signers)
        return end

    def _mark_above(self) -> list[Paragraph]:
        """The mark in the header of the first page, as a 信函 may have it: over a red rule, or with a 发文字号."""
        header = self._document.header
        ruled = any(is_red(line.colour) for one in header for line in (*one.lines, *one.shape.borders.values()))
        if not (ruled or "number" in self._found or "rule" in self._found):
            return []
        return [one for one in header if one.text and one.red and one.size >= 20 and not STAMP.search(one.text)]

    def _beside_number(self, head: list[Paragraph]) -> list[Paragraph]:
        """In a 信函 份号, 密级 or 紧急程度 may stand on the line of the 发文字号, a tab before it."""
        made = []
        for one in head:
            left, tab, right = one.raw.rpartition("\t")
            word = left.strip()
            if tab and word and NUMBER.match(right.strip()) and not one.label:
                for pattern, name in ((_COPY, "copy_number"), (_SECRET, "secrecy"), (_URGENT, "urgency")):
                    if pattern.match(word):
                        self._found[name] = cut(one, 0, len(left))
                        one = cut(one, len(left))
                        break
            made.append(one)
        return made

    def _red_rule(self) -> None:
        for paragraph in self._all[: _HEAD * 2]:
            borders = [line for side, line in paragraph.shape.borders.items() if side in {"top", "bottom", "between"}]
            for line in [*borders, *paragraph.lines]:
                if is_red(line.colour):
                    self._found["rule"], self._found["rule_at"] = line, paragraph
                    return

    def _title(self, rest: list[Paragraph], at: int) -> int:
        """The title, and 主送 after it; gives the index of the first paragraph after them."""
        before = next((i for i in range(at, len(rest)) if is_text(rest[i])), len(rest))
        begin = next((i for i in range(at, min(at + 4, before)) if titular(rest[i])), None)
        if begin is None:
            return self._addressee(rest, at)
        lines = [rest[begin]]
        i = begin + 1
        while i < len(rest) and len(lines) < 6 and continues(lines, rest[i]):
            lines.append(rest[i])
            i += 1
        self._found["title"] = tuple(lines)
        while i < len(rest) and rest[i].shape.align == "center" and re.match(r"^[（(].*[）)]$", rest[i].text):
            i += 1
        return self._addressee(rest, i)

    def _addressee(self, rest: list[Paragraph], at: int) -> int:
        if at >= len(rest) or rest[at].table:
            return at
        one, text = rest[at], rest[at].text
        named = text[-1:] in ":：" and len(text) < 400 and "。" not in text and heading(one) is None
        named = named and _LEAD_IN.search(text) is None
        if not named and _ORGANS.match(text) and one.shape.align == "left":
            named = at + 1 < len(rest) and len(rest[at + 1].text) > len(text)
        if not named or NOTE.match(text):
            return at
        self._found["to"] = one
        return at + 1

    def _main(self, rest: list[Paragraph]) -> None:
        """From the body to the last 附件."""
        flow = [one for one in rest if not one.table or self._labels_page(one)]
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
            while i >= 0 and len(signatures) < 8 and signs(main[i]):
                signatures.insert(0, main[i])
                i -= 1
            self._found["signatures"] = tuple(signatures)
            main = main[: i + 1] + tail
        if date_at is None and main and signs(main[-1]) and (main[-1].shape.align == "right" or "\t" in main[-1].raw):
            self._found["signatures"] = (main.pop(),)
        body: list[Paragraph] = []
        notes: list[Paragraph] = []
        attendance: list[Paragraph] = []
        for one in main:
            if ATTEND.match(one.text):
                attendance.append(one)
            elif (
                NOTE.match(one.text)
                or (notes and NOTE_ITEM.match(one.text))
                or (notes and len(one.text) < 60 and one.text[-1:] not in ENDS_SENTENCE)
            ):
                notes.append(one)
            else:
                body.append(one)
        self._found["body"], self._found["notes"] = tuple(body), tuple(notes)
        self._found["attendance"] = tuple(attendance)
        self._found["headings"] = tuple(found for one in body if (found := heading(one)))
        self._found["attachments"] = self._pieces(after)

    def _labels_page(self, one: Paragraph) -> bool:
        """Whether a paragraph in a table is the label of an 附件: alone on top of a page, not a word in a cell."""
        return LABEL.match(one.text) is not None and one.cell == (0, 0) and opens_page(self._document, one)

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
            while i < len(rest) and (not title or continues(title, rest[i])) and titular(rest[i]):
                title.append(rest[i])
                i += 1
            if label and not title and i < len(rest) and signs(rest[i]) and not LABEL.match(rest[i].text):
                title.append(rest[i])  # a title that is not set as one
                i += 1
            body: list[Paragraph] = []
            while i < len(rest) and not self._begins_piece(rest[i], 1):
                body.append(rest[i])
                i += 1
            if not (label or title or body):
                i += 1
                continue
            pieces.append(Attachment(label, tuple(title), tuple(body)))
        return self._with_tables(pieces)

    def _with_tables(self, pieces: list[Attachment]) -> tuple[Attachment, ...]:
        """The same, each knowing whether a table stands between it and the next (that of the 版记 is none)."""
        imprint = self._found.get("imprint")
        own = imprint.number if isinstance(imprint, Table) else None
        places = [one.number for one in self._all if one.table and one.table != own]
        made = []
        following = len(self._all) + 1
        for piece in reversed(pieces):
            first = next(one.number for one in (piece.label, *piece.title, *piece.body) if one)
            made.append(replace(piece, tables=bisect_left(places, first) < bisect_left(places, following)))
            following = first
        return tuple(reversed(made))

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
        if text and (self._double() or ("文件" not in text and self._number_at_right())):
            return "信函"
        return "文件"

    def _double(self) -> bool:
        for one in (*self._document.header, *self._all):
            red = [line for line in (*one.lines, *one.shape.borders.values()) if is_red(line.colour)]
            if any(line.double for line in red) or len({line.thickness for line in red}) > 1:
                return True
        return False

    def _number_at_right(self) -> bool:
        number = self._found.get("number")
        return isinstance(number, Paragraph) and (number.shape.align == "right" or number.raw.startswith("\t"))
