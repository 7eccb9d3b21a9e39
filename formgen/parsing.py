"""What a parser is, and how one is chosen: each claims a document by its content, and must be alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from formgen.model import Form, Issue, IssueCode, PageLayout, Record, Severity, Subject

D = TypeVar("D")
D_contra = TypeVar("D_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a single file may cost. The defaults stand in formgen.toml under ``[limits]``."""

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 500_000_000
    rows: int = 20_000
    seconds: float = 60.0
    pages: int = 200  #: Of a scanned document.
    pixels: int = 100_000_000  #: Of the image of one page; an A4 page at 600 dpi has 35 million.


@dataclass(frozen=True, slots=True)
class Scanning:
    """What is known beforehand of scanned paper, and when a reading of it may be taken without a person."""

    layouts: tuple[PageLayout, ...] = ()  #: The pages of our own forms, as they are printed.
    subjects: tuple[Subject, ...] = ()  #: The roster: a name that was written by hand is read against it.
    threshold: float = 0.999  #: A reading with less confidence is ``low-confidence``.
    by_hand: tuple[str, ...] = ()  #: Form ids whose every reading a person must see.
    workers: int = 1  #: Pages that are read at the same time.


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a file beside its content. Used only where the paper is silent, and then said."""

    period: str | None = None  #: From the command line or the folder.
    names: tuple[str, ...] = ()  #: Names of the file and of the folders above it, nearest first.


@dataclass(frozen=True, slots=True)
class Claim:
    """A parser's word that it knows a form in a document, and why."""

    parser: str
    form: str  #: Form id; ``roster`` or ``facts`` for those lists.
    score: float  #: 0 to 1: how much of the printed form was found.
    evidence: tuple[str, ...]  #: Chinese, for ``read --explain``.


@dataclass(frozen=True, slots=True)
class Extraction:
    """Records, and the faults found on the way; an issue names its record by index."""

    records: tuple[Record, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class FileReading:
    """All that was read in one file."""

    name: str
    sha256: str
    kind: str  #: What the content is: ``docx``, ``xlsx``, ``pdf`` … or ``""`` if it could not be told.
    records: tuple[Record, ...] = ()
    issues: tuple[Issue, ...] = ()
    claims: tuple[Claim, ...] = ()  #: All claims that were made, for ``--explain``.


class Parser(Protocol[D_contra]):
    """Knows one layout of paper. ``identify`` is cheap; ``extract`` never raises for a fault of the paper."""

    name: str

    def identify(self, document: D_contra, forms: Sequence[Form]) -> tuple[Claim, ...]:
        """The forms that this parser finds in the document; empty if it does not know it."""
        ...

    def extract(self, document: D_contra, forms: Sequence[Form], hints: Hints) -> Extraction:
        """The records in a document that this parser has claimed."""
        ...


class Reader(Protocol):
    """Reads a file into records: what ``intake`` is given. ``parsers.reading.read_file`` with its arguments bound."""

    def __call__(self, path: Path, hints: Hints) -> FileReading:
        """All that stands in the file; faults come back as issues."""
        ...


#: Converts a legacy office file to ``.docx`` or ``.xlsx`` in the given folder and gives its path back.
Convert = Callable[[Path, str, Path], Path]


@dataclass(frozen=True, slots=True)
class Choice(Generic[D]):
    """Which parser reads a document, or why none may."""

    parser: Parser[D] | None  #: None: nobody claims the document, or more than one parser does.
    claims: tuple[Claim, ...]  #: All claims that were made, the surest first.
    issues: tuple[Issue, ...] = ()  #: ``not-a-form`` or ``ambiguous-form`` where there is no parser.


def choose(parsers: Sequence[Parser[D]], document: D, forms: Sequence[Form]) -> Choice[D]:
    """The one parser that claims a document. Two parsers that do, or none, are an issue: nothing is guessed.

    One parser may claim several forms, as a workbook may hold several.
    """
    claimed = [(parser, claims) for parser in parsers if (claims := parser.identify(document, forms))]
    every = tuple(sorted((claim for _, claims in claimed for claim in claims), key=lambda claim: -claim.score))
    match claimed:
        case [(parser, _)]:
            return Choice(parser, every)
        case []:
            message = "没有认出是哪一种表：没有找到任何一种表的标题、表头或考核内容。请核对是否放错了文件"
            return Choice(None, (), (Issue(IssueCode.NOT_A_FORM, Severity.ERROR, message),))
        case _:
            titles = {form.id: f"《{form.title}》" for form in forms} | {"roster": "花名册", "facts": "事实登记表"}
            named = "；".join(
                f"{parser.name}：{'、'.join(dict.fromkeys(titles.get(claim.form, claim.form) for claim in claims))}"
                for parser, claims in claimed
            )
            message = f"内容同时像几种表，不能确定按哪一种读（{named}）。请把不同的表分成不同的文件"
            return Choice(None, every, (Issue(IssueCode.AMBIGUOUS_FORM, Severity.ERROR, message),))
