"""An official paper as a Word file: the parts of clauses 7, 8 and 10 in order. Pure: a ``Paper`` in, bytes out."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from formgen.rendering.official.blanks import BlankForm
from formgen.rendering.official.closing import closing
from formgen.rendering.official.elements import Blank, Block, Paper, Piece, Table, Text
from formgen.rendering.official.geometry import points
from formgen.rendering.official.imprint import imprint
from formgen.rendering.official.letterhead import letterhead
from formgen.rendering.official.markup import Element, node, paragraph, properties, runs, spacing, tag
from formgen.rendering.official.package import Package
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.sections import Section, section, wide_width
from formgen.rendering.official.tables import table
from formgen.rendering.official.titles import break_title

#: Where the 版记 lies: at the foot of the side on which the text ends, of its back, of the back of one more sheet, or
#: not at all (a trial).
ImprintPlace = Literal["here", "overleaf", "next sheet", "nowhere"]
_SHORT = 110  #: Characters of a paragraph of four lines.
_STYLES = {1: ("Heading1", "黑体"), 2: ("Heading2", "楷体"), 3: ("Heading3", "仿宋"), 4: ("Heading4", "仿宋")}


def write(
    paper: Paper,
    profile: Profile,
    *,
    place: ImprintPlace = "here",
    preprinted: bool = False,
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The .docx. ``preprinted``: the paper already carries mark and red lines, only their room is kept.

    ``properties``: custom properties besides those of every official paper, without the prefix ``formgen.``.
    """
    return Writer(paper, profile, place=place, preprinted=preprinted).bytes(properties or {})


def write_apart(paper: Paper, piece: Piece, profile: Profile) -> bytes:
    """The .docx of an 附件 that is not bound with its paper: its first line bears the 发文字号 (7.3.7)."""
    alone = replace(paper, title=piece.title, mark=(), pieces=(), copies="", printer="", printed="", to_at_end=False)
    return Writer(alone, profile, place="nowhere", preprinted=False).apart(piece)


class Writer:
    """Lays out one paper."""

    def __init__(self, paper: Paper, profile: Profile, *, place: ImprintPlace, preprinted: bool) -> None:
        self._paper = paper
        self._profile = profile
        self._place: ImprintPlace = place
        self._preprinted = preprinted
        self._package = Package(profile, paper.title or "".join(paper.mark), paper.draft)
        self._body: list[Element] = []
        self._section = self._first_section()

    def bytes(self, properties: Mapping[str, str]) -> builtins.bytes:
        """The file, with these custom properties too."""
        paper, profile = self._paper, self._profile
        self._body += letterhead(paper, profile, preprinted=self._preprinted)
        if paper.kind != "命令":
            self._title(paper.title, "Title", before=2 * profile.pitch if paper.mark else 0)
        self._opening()
        self._body += closing(paper, profile, self._package)
        for piece in paper.pieces:
            if paper.bound or not piece.name:
                self._piece(piece)
        if paper.has_imprint and self._place != "nowhere":
            if self._place == "next sheet":
                self._end_section(Section(numbered=False))  # the front stays blank
            if self._place in ("overleaf", "next sheet"):
                self._end_section(Section(numbered=False, start="evenPage"))
            elif self._section.wide:
                self._end_section(Section())
            self._body += imprint(paper, profile, even=self._place in ("overleaf", "next sheet"))
        return self._closed(properties)

    def apart(self, piece: Piece) -> builtins.bytes:
        """The file of an 附件 alone."""
        form = _blank(piece)
        self._section = Section(wide=form.wide if form else piece.wide)
        self._piece(replace(piece, label=self._paper.number + piece.label), first=True)
        return self._closed({"attachment": piece.label})

    def _closed(self, properties: Mapping[str, str]) -> builtins.bytes:
        paper, profile = self._paper, self._profile
        self._body.append(section(self._section, self._package, profile))
        own = {"notice": paper.kind, "profile": profile.name, "number": paper.number} | dict(properties)
        if profile.adjusted:
            own["pitch"] = f"{profile.pitch:g}"
        return self._package.zipped(self._body, {f"formgen.{key}": value for key, value in own.items()})

    def _first_section(self) -> Section:
        letter = self._paper.kind == "信函" and bool(self._paper.mark)
        return Section(first_numbered=not letter)

    def _end_section(self, following: Section) -> None:
        """Close the section that is open with an empty paragraph, and open another."""
        mark = node(
            "p", properties("pPr", [node("pStyle", val="Spacer"), section(self._section, self._package, self._profile)])
        )
        self._body.append(mark)
        self._section = following

    def _title(self, words: str, style: str, *, before: float = 0, new_side: bool = False) -> None:
        profile = self._profile
        # one line of the title is 156 mm of 22 points
        lines = break_title(words, Decimal(profile.width // 440))
        for index, line in enumerate(lines):
            own = [spacing(before=before, line=profile.title_pitch)] if index == 0 and before else []
            if new_side and index == 0:
                own.append(node("pageBreakBefore"))
            self._body.append(paragraph(style, runs(line, profile.faces["小标宋"], profile), *own))

    def _opening(self) -> None:
        """主送 and the text; without 主送 the text begins one blank line below the title."""
        paper, profile = self._paper, self._profile
        blank = profile.pitch * (2 if paper.kind == "命令" else 1)
        if paper.to and not paper.to_at_end:
            self._body.append(paragraph("MainTo", runs(f"{paper.to}：", profile.faces["仿宋"], profile)))
            blank = 0
        self._blocks(paper.blocks, blank, closes=paper.signing != "不署名")
        self._keep_last()

    def _keep_last(self) -> None:
        """Keep a short last paragraph with the 署名, so that no side bears the 署名 alone (7.3.5.5)."""
        texts = [block for block in self._paper.blocks if isinstance(block, Text)]
        short = len(texts) > 1 and self._paper.blocks[-1] is texts[-1] and len(texts[-1].words) < _SHORT
        if short and self._paper.signing != "不署名":
            self._body[-1][0].insert(1, node("keepNext"))

    def _piece(self, piece: Piece, *, first: bool = False) -> None:
        """An 附件 or what is issued, on a new side (7.3.7); ``first``: nothing stands before it."""
        profile = self._profile
        form = _blank(piece)
        wide = form.wide if form else piece.wide
        turned = wide != self._section.wide
        if turned:
            self._end_section(Section(wide=wide))
        if piece.label:
            own = [] if turned or first else [node("pageBreakBefore")]
            self._body.append(paragraph("AttachmentLabel", runs(piece.label, profile.faces["黑体"], profile), *own))
        if form:
            above = profile.pitch if piece.label else 0.0
            self._body += form.adopted(self._package, above=above, new_side=not turned and not piece.label)
            return
        if piece.label:
            self._title(piece.title, "AttachmentTitle", before=profile.pitch)
        else:
            self._title(piece.title, "AttachmentTitle", before=0, new_side=not turned)
        if piece.subtitle:
            self._body.append(paragraph("Subtitle", runs(piece.subtitle, profile.faces["楷体"], profile)))
        self._blocks(
            piece.blocks, profile.pitch if piece.blocks and isinstance(piece.blocks[0], Text) else profile.pitch / 2
        )

    def _blocks(self, blocks: tuple[Block, ...], before: float, *, closes: bool = False) -> None:
        profile = self._profile
        for index, block in enumerate(blocks):
            gap = before if index == 0 else 0
            if isinstance(block, Text):
                beside = _beside_table(blocks, index, block.words)
                made = self._table_line(block, gap) if beside else self._text(block, gap)
                leads = index + 1 < len(blocks) and isinstance(blocks[index + 1], Table)
                if leads and len(block.words) <= _SHORT and made[0].find(tag("keepNext")) is None:
                    made[0].insert(1, node("keepNext"))  # what introduces a table stays with it
                self._body.append(made)
                continue
            if isinstance(block, Blank):
                self._body += BlankForm(block.data).adopted(self._package, above=0, new_side=False)
                continue
            width = wide_width() if self._section.wide else profile.width
            high = points(210 - profile.inner - profile.outer) if self._section.wide else profile.pitch * 22
            if gap or index:
                self._body.append(paragraph("Spacer", (), spacing(line=gap or 6), node("keepNext")))
            last = closes and index == len(blocks) - 1
            self._body += table(block, width, high - 205, profile, closes=last)

    def _table_line(self, block: Text, before: float) -> Element:
        """A line above or below a table, in the type of the table: blanks to fill in, or a note."""
        words = re.sub(r"\s{3,}", "\u3000" * 2, block.words)
        return paragraph(
            "TableLine",
            runs(words, self._profile.faces["仿宋"], self._profile),
            spacing(before=before, after=4, line=22),
        )

    def _text(self, block: Text, before: float) -> Element:
        profile = self._profile
        body = profile.faces["仿宋"]
        own = [spacing(before=before, line=profile.pitch)] if before else []
        if block.centred:
            gap = spacing(before=before or profile.pitch, after=profile.pitch / 2, line=profile.pitch)
            return paragraph("Chapter", runs(block.words, profile.faces["黑体"], profile), gap)
        style, role = _STYLES.get(block.level, ("BodyText", "仿宋"))
        if block.level and block.lead == len(block.words):
            return paragraph(style, runs(block.words, profile.faces[role], profile), *own)
        content = runs(block.words[: block.lead], profile.faces[role], profile) if block.lead else []
        return paragraph("BodyText", content + runs(block.words[block.lead :], body, profile), *own)


def _blank(piece: Piece) -> BlankForm | None:
    """The form that a piece consists of."""
    block = piece.blocks[0] if piece.blocks else None
    return BlankForm(block.data) if isinstance(block, Blank) else None


def _beside_table(blocks: tuple[Block, ...], index: int, words: str) -> bool:
    """Whether a paragraph belongs to the table after it (``村：    姓名：``) or before it (``说明：…``)."""
    if index + 1 < len(blocks) and isinstance(blocks[index + 1], Table) and words.count("：") > 1:
        return True
    return index > 0 and isinstance(blocks[index - 1], Table) and words.startswith(("说明：", "注：", "备注："))
