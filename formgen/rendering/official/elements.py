"""The parts of an official paper, as a draft gives them. Frozen values; nothing of Word, nothing of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["文件", "信函", "命令", "纪要"]
Signing = Literal["加盖印章", "不加盖印章", "签名章", "不署名"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``level`` 0 is body, 1–4 the headings of 7.3.3, which body may follow in the same paragraph."""

    words: str
    level: int = 0
    lead: int = 0  #: Characters of ``words`` that are heading; the whole if it equals their number.
    centred: bool = False  #: A chapter's heading, or the line under a title.


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``\\n`` separates its lines."""

    words: str
    span: int = 1  #: Grid columns.
    joined: bool = False  #: Belongs to the cell above.


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its merges resolved; each row covers all grid columns."""

    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]  #: Parts of the whole width.
    heads: int = 1  #: Rows repeated on each page.
    tall: bool = False  #: A register: rows of words are made high enough to write in.
    large: bool = False  #: Few and short columns, in 小四 instead of 五号.


@dataclass(frozen=True, slots=True)
class Blank:
    """The blank of a form, as its own template prints it."""

    form: str  #: Id of the form.
    data: bytes  #: The rendered .docx.


Block = Text | Table | Blank


@dataclass(frozen=True, slots=True)
class Piece:
    """Something bound with the paper: an 附件, or the measure that a notice issues."""

    title: str
    blocks: tuple[Block, ...]
    name: str = ""  #: As 附件说明 lists it; ``""`` for a piece that is not listed.
    label: str = ""  #: ``附件1``; empty for what is issued.
    wide: bool = False  #: On landscape pages.
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """A line of 纪要 (10.3): 出席, 请假, 列席 and the names."""

    label: str
    names: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The picture of a seal or 签名章, as the clerk gave it, in millimetres."""

    data: bytes
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Paper:
    """An official paper before it is laid out."""

    title: str  #: ``\\n`` where a line must end; else it is broken by sense.
    blocks: tuple[Block, ...] = ()
    kind: Kind = "文件"
    organs: tuple[str, ...] = ()  #: Who issues, host first, as they sign.
    mark: tuple[str, ...] = ()  #: 发文机关标志, a line for each organ; empty: no 版头.
    mark_ending: str = "文件"  #: To the right of the names; ``""``: names only.
    number: str = ""
    signers: tuple[str, ...] = ()  #: 签发人: makes it an upward document.
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    to: str = ""
    to_at_end: bool = False  #: 主送 stands in the 版记 (7.3.2).
    signing: Signing = "加盖印章"
    stamps: tuple[str, ...] = ()  #: 职务 beside each 签名章.
    seals: tuple[Seal, ...] = ()  #: Pictures of seals or 签名章, one for each organ; () leaves their places empty.
    date: str = ""  #: As printed, 2023年2月3日.
    note: str = ""  #: 附注, without parentheses.
    pieces: tuple[Piece, ...] = ()
    bound: bool = True  #: The 附件 are bound with the text (7.3.7); else each is a file that bears the 发文字号.
    attendance: tuple[Attendance, ...] = ()
    copies: str = ""  #: 抄送.
    printer: str = ""  #: 印发机关.
    printed: str = ""  #: 印发日期, as printed.
    draft: str = ""  #: Words that every page carries above its text: the paper is not to be issued yet.

    @property
    def attachments(self) -> tuple[Piece, ...]:
        """The pieces that 附件说明 lists."""
        return tuple(piece for piece in self.pieces if piece.name)

    @property
    def has_imprint(self) -> bool:
        """Whether there is a 版记."""
        return bool(self.copies or self.printer or self.printed or (self.to_at_end and self.to))
