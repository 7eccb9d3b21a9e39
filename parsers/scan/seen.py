"""What was seen on the pages of a file, in plain types that another process may hand over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from formgen.model import Issue, Locator, Slot
from formgen.pagecode import PageCode
from parsers.grid import Grid, Paragraph
from parsers.scan.allowed import Ranking

Box = tuple[int, ...]  #: As ``Locator.box``.
_PAGE = re.compile(r"^page (\d+)\b")


def page_of(where: Locator) -> int:
    """The page of a place within its file, from 1; 0 where that is not said."""
    match = _PAGE.match(where.part)
    return int(match[1]) if match else 0


@dataclass(frozen=True, slots=True)
class SeenSlot:
    """A cell or blank of a known form, as it was found on the page."""

    slot: Slot
    box: Box
    filled: bool = False  #: There is ink that the form does not print.
    text: str = ""  #: As the recogniser reads it freely.
    confidence: float = 1.0  #: Calibrated: that ``text`` is what stands there.
    ranking: Ranking | None = None  #: The allowed answers, where the field has such and is filled.
    struck: bool = False  #: Something in it is crossed out or written over.
    red: bool = False  #: There is writing in red in it: read if nothing else is there and no seal lies on it.
    signed: bool = False
    sealed: bool = False
    doubt: str = ""  #: Chinese: why a person must look at it, whatever is read there.
    speck: bool = False  #: It is not filled, but some ink is in it.


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of a form that was printed by us."""

    number: int  #: Of the page within the file, from 1.
    form: str
    edition: str
    page: int  #: Which page of the form it is, from 1.
    pages: int
    slots: tuple[SeenSlot, ...]
    code: PageCode | None = None  #: None: it could not be read; the form was known by its title and its rules.
    agreement: float = 1.0  #: Share of the rules of the form that are seen where they belong.
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """A page of another layout: its tables and its lines, in reading order."""

    number: int
    blocks: tuple[Paragraph | Grid, ...]
    rankings: dict[Box, Ranking] = field(default_factory=dict)  #: Of cells that may hold a figure, by their box.
    issues: tuple[Issue, ...] = ()
    edges: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """By the part of a table: where its columns begin and end, as shares of its width."""
    struck: frozenset[Box] = frozenset()  #: Boxes of cells in which something is crossed out.
    red: frozenset[Box] = frozenset()  #: Those in which there is writing in red.


@dataclass(frozen=True, slots=True)
class NoPage:
    """A page of which nothing was read: empty, a photograph of something else, or damaged."""

    number: int
    issues: tuple[Issue, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing on it that might be read."""
        return not any(issue.needs_person for issue in self.issues)


SeenPage = OwnPage | ForeignPage | NoPage


@dataclass(frozen=True, slots=True)
class TypedPage:
    """A page of text in a file that has pictures as well: nothing on it had to be recognised."""

    number: int
    blocks: tuple[Paragraph | Grid, ...]
    label: str = ""  #: ``1234-5678``: the number that our blanks print on all pages of a paper.
    page: int = 0  #: Which page of its form it says it is; 0: it does not say.
    slots: tuple[SeenSlot, ...] = ()  #: None: where its answers stand the blocks tell.
    issues: tuple[Issue, ...] = ()  #: What the decoder saw on it.
