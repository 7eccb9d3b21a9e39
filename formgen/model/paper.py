"""What came back: files, places, readings, the faults of paper, subjects and records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Value = Decimal | date | str | bool | None


@dataclass(frozen=True, slots=True)
class Submission:
    """A returned file as it came; never altered."""

    sha256: str
    name: str  #: The file's own name, without its folder.
    received: datetime


_PLACES = (
    (re.compile(r"^table (\d+)(?:\.(\d+))*$"), lambda m: "第" + m.group(0)[6:].replace(".", "-") + "个表"),
    (re.compile(r"^page (\d+), table (\d+)$"), lambda m: f"第{m[1]}页第{m[2]}个表"),
    (re.compile(r"^page (\d+)$"), lambda m: f"第{m[1]}页"),
    (re.compile(r"^paragraph (\d+)$"), lambda m: f"第{m[1]}段"),
    (re.compile(r"^sheet (.+)$", re.S), lambda m: f"工作表“{m[1]}”"),
    (re.compile(r"^row (\d+), column (\d+)$"), lambda m: f"第{m[1]}行第{m[2]}列"),
    (re.compile(r"^row (\d+)$"), lambda m: f"第{m[1]}行"),
    (re.compile(r"^line (\d+)$"), lambda m: f"第{m[1]}行"),
    (
        re.compile(r"^(header|footer|text box|footnote|endnote)(?: (\d+))?(?:, table (\d+(?:\.\d+)*))?$"),
        lambda m: (
            (f"第{m[2]}个" if m[2] else "")
            + {"header": "页眉", "footer": "页脚", "text box": "文本框", "footnote": "脚注", "endnote": "尾注"}[m[1]]
            + (f"内第{m[3].replace('.', '-')}个表" if m[3] else "")
        ),
    ),
)


def _chinese(place: str) -> str:
    for pattern, say in _PLACES:
        if match := pattern.match(place):
            return say(match)
    return place


@dataclass(frozen=True, slots=True, order=True)
class Locator:
    """A place in a submission, such as ``table 1, row 7, column 5`` or ``sheet 考核表, E7``."""

    part: str = ""  #: ``table 1``, ``sheet 考核表``, ``page 2, table 1``, ``paragraph 3``, ``page 2``.
    spot: str = ""  #: ``row 7, column 5`` (from 1, in the layout grid), ``E7``.
    submission: str = ""  #: sha256 of the file, once it is known.
    box: tuple[int, ...] = ()
    """On an image of a page: its corners, x and y in turn, clockwise from the upper left of what is written there, in
    pixels of the image as it came. Empty where the file has no image."""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.part, self.spot)))

    @property
    def chinese(self) -> str:
        """The place in the clerk's words: ``第1个表第7行第5列``."""
        return _chinese(self.part) + _chinese(self.spot)


NOWHERE = Locator()  #: No place in any file.


@dataclass(frozen=True, slots=True)
class Reading:
    """One field as it was read, before anyone vouches for it."""

    text: str  #: Verbatim; never cleaned.
    value: Value  #: None: blank, or not to be understood (then an issue says so). Blank is not zero.
    where: Locator
    confidence: float = 1.0  #: 1.0 if typed and plain; less where it was interpreted or recognised.


class Severity(StrEnum):
    """How much an issue matters."""

    ERROR = "error"  #: The value or the file cannot be used as it is.
    WARNING = "warning"  #: Usable, but a person should look.
    INFO = "info"  #: Said for the record; nothing to do.


class IssueCode(StrEnum):
    """The faults of paper that formgen knows. Stable: part of the reading contract."""

    MISSING_SCORE = "missing-score"
    OUT_OF_RANGE = "out-of-range"
    TOTAL_MISMATCH = "total-mismatch"
    NOT_A_NUMBER = "not-a-number"
    TAMPERED_WORDING = "tampered-wording"
    EXTRA_ROW = "extra-row"
    MISSING_ROW = "missing-row"
    DUPLICATE_ROW = "duplicate-row"
    FORMULA_WITHOUT_VALUE = "formula-without-value"
    LOW_CONFIDENCE = "low-confidence"
    MISPLACED_VALUE = "misplaced-value"  #: A score stands in 备注, or two stand in one place.
    UNEXPECTED_VALUE = "unexpected-value"  #: A score where the form has none; a word not in the list.
    UNEXPECTED_TEXT = "unexpected-text"  #: Visible words that belong to no field and are not printed by the form.
    TRACKED_CHANGE = "tracked-change"
    HIDDEN_CONTENT = "hidden-content"  #: Hidden text, rows, columns or sheets that hold words.
    MISSING_SUBJECT = "missing-subject"
    UNKNOWN_SUBJECT = "unknown-subject"  #: Not in the roster.
    MISSING_PERIOD = "missing-period"
    PERIOD_ASSUMED = "period-assumed"  #: The paper has none; taken from the file's name or the command.
    PERIOD_MISMATCH = "period-mismatch"
    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    EMPTY_FILE = "empty-file"
    ENCRYPTED = "encrypted"
    MACRO = "macro"
    NOT_A_FORM = "not-a-form"
    AMBIGUOUS_FORM = "ambiguous-form"
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    UNSUPPORTED = "unsupported"
    MISSING_PROGRAM = "missing-program"
    MISLABELLED = "mislabelled"  #: The file's name says another kind than its content.
    MISSING_SIGNATURE = "missing-signature"
    MISSING_SEAL = "missing-seal"
    STRUCK_OUT = "struck-out"  #: Something is crossed out or written over.
    MISSING_PAGE = "missing-page"  #: The code of a page says that there are more pages than came.
    EXTRA_PAGE = "extra-page"  #: A page that came twice, or belongs to no form.
    CODE_MISMATCH = "code-mismatch"  #: The code of the page says another thing than what is written on it.
    COPIES_DIFFER = "copies-differ"  #: The same form came as file and as signed scan, and they differ.


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault of the paper: returned beside the results, never raised."""

    code: IssueCode
    severity: Severity
    message: str  #: Chinese, for a clerk; says what was found and what was wanted.
    where: Locator = NOWHERE
    field: str | None = None  #: The field id that it concerns.
    record: int | None = None  #: Index of the record within the file, from 0; None for the whole file.

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look before the record may be used as final."""
        return self.severity is not Severity.INFO


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a form is about: a person in a village, a village, or a team in a village."""

    village: str = ""
    name: str = ""
    group: str = ""  #: 自然庄（组）, 村民小组; tells namesakes apart.
    team: str = ""  #: The sending unit of a resident team.

    @property
    def key(self) -> str:
        """A name that tells subjects apart within a scheme: ``张庄村/李四``."""
        return "/".join(filter(None, (self.village, self.team, self.name)))

    def __str__(self) -> str:
        return self.key or "（未写明）"


@dataclass(frozen=True, slots=True)
class Record:
    """One form as it was read, of one subject in one period."""

    form: str  #: Form id; ``roster`` and ``facts`` for a row of those lists.
    scheme: str  #: Edition, such as ``dayang-2023``; empty for a roster.
    subject: Subject
    period: str | None  #: ``2023-03``, ``2023-Q1``, ``2023``; None if the paper names none.
    readings: Mapping[str, Reading] = field(default_factory=dict)
