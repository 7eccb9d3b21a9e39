"""The plain types that the stages hand on: frozen, with no behaviour but naming themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Value = Decimal | date | str | bool | None


# --- the form, as the regulation prints it ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank above the table: ``行政村：______``."""

    id: str  #: Field id, as in the reading contract.
    label: str  #: The printed words before the blank, without the colon.


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a score sheet: a criterion, or a place for a bonus or a deduction."""

    id: str  #: ``CATEGORY.ITEM``, counted from 1 in the order of the printed form.
    category: str  #: The printed category, with its points: ``业务能力（10分）``.
    text: str  #: The printed wording by which the row is known.
    points: Decimal | None = None  #: The printed maximum; None where the form prints none.
    article: str = ""  #: Where the points stand in the regulation.
    quote: str = ""  #: The words of the regulation that set them.
    note: str = ""  #: What is printed after ``text`` in the same cell.
    standard: str = ""  #: The printed 评分标准.
    remark: str = ""  #: The printed 备注; it is not a remark of the sender.
    points_text: str = ""  #: What is printed in 分值/赋分 where it is not ``points``: ``上不封顶``.
    bonus: bool = False  #: Points on top of the base points; may be left blank.
    deduction: bool = False  #: Points taken from the total; may be left blank.
    money_only: bool = False  #: The item has consequences in money and no points.
    tiers: tuple[Decimal, ...] = ()  #: The points that may be given, where only certain ones may.

    @property
    def required(self) -> bool:
        """Whether a score must be written for the form to be complete."""
        return not (self.bonus or self.deduction or self.money_only)

    @property
    def maximum(self) -> Decimal | None:
        """The highest score that the form allows, None where it sets no limit."""
        return self.points


@dataclass(frozen=True, slots=True)
class FormField:
    """One labelled box of a register or opinion form."""

    id: str
    label: str  #: The printed label; ``A / B`` where label B stands within the row labelled A.
    signed: bool = False  #: The box has a line for a signature and a date.
    sealed: bool = False  #: The box has a place for a seal.


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a regulation: what is printed, and which blanks it has."""

    id: str
    scheme: str  #: The edition that the form belongs to, such as ``dayang-2023``.
    title: str
    subject: Literal["person", "village", "team"]
    period: Literal["month", "quarter", "year"]
    columns: tuple[str, ...] = ()  #: The printed column heads, left to right; empty for a register form.
    header: tuple[Blank, ...] = ()  #: The blanks above the table that the regulation prints.
    extra_header: tuple[Blank, ...] = ()  #: Blanks that we add so that a sheet names its subject.
    items: tuple[Item, ...] = ()  #: The rows of a score sheet.
    fields: tuple[FormField, ...] = ()  #: The boxes of a register form.
    base_points: Decimal | None = None  #: What the required items add up to; None where nothing is scored.
    judgements: tuple[str, ...] = ()  #: The words that may stand in 评价, for a form without points.
    generated: bool = False  #: The regulation prints no such form; we make it from its articles.
    footnote: str = ""  #: The line printed below the table.
    subtitle: str = ""  #: The line printed under the title, with ``{period}`` where the period is written.

    @property
    def is_score_sheet(self) -> bool:
        """Whether the form is a table of items (else a register of labelled boxes)."""
        return bool(self.items)

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """All blanks above the table, printed by the regulation or added by us."""
        return self.header + self.extra_header

    def item(self, item_id: str) -> Item:
        """The item with this id. Raises KeyError."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)


# --- what came back --------------------------------------------------------------------------------------------


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

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.part, self.spot)))

    @property
    def chinese(self) -> str:
        """The place in the clerk's words: ``第1个表第7行第5列``."""
        return _chinese(self.part) + _chinese(self.spot)


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


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault of the paper: returned beside the results, never raised."""

    code: IssueCode
    severity: Severity
    message: str  #: Chinese, for a clerk; says what was found and what was wanted.
    where: Locator = Locator()
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


# --- what people vouch for -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's value for a field: laid over the reading, never written in its place."""

    submission: str  #: sha256 of the file.
    record: int  #: Index of the record within the file, from 0.
    field: str  #: Field id; ``village``, ``name``, ``period`` too; ``!CODE`` marks an issue without field as seen.
    value: Value
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that happened and counts by the regulation: an incident, a notice, a leave, a tier reached."""

    kind: str  #: The fact's id in the scheme, such as ``late``.
    subject: Subject
    period: str
    count: Decimal = Decimal(1)  #: How often, how many, how many days; the figure for a measure (88.5 for 88.5 %).
    level: str = ""  #: The kind or tier within the fact: ``一级规则``, ``县级``.
    on: date | None = None
    mended: bool = False  #: It was put right within the time that the rule allows.
    text: str = ""  #: The clerk's words.
    where: Locator = Locator()  #: The row of the facts table that it was read from.


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One row of the roster: who is assessed."""

    subject: Subject
    post: str = ""
    base_pay: Decimal | None = None  #: Yuan a period, before deductions.
    series: str = ""  #: 序列: the group within which a quota counts.
    where: Locator = Locator()
    level: str = ""  #: 级别: the level that sent them (各级), within which a quota may count.
    since: date | None = None  #: 到任日期: the day they took up the post; periods before it are not theirs.


# --- the law ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """The words of a regulation behind a number."""

    instrument: str  #: Title of the regulation.
    article: str  #: Anchor in regulation.md: ``第十条``, ``四、2``, ``附件2``.
    quote: str = ""  #: Verbatim.

    def __str__(self) -> str:
        return f"《{self.instrument}》{self.article}" + (f"：“{self.quote}”" if self.quote else "")


@dataclass(frozen=True, slots=True)
class Decision:
    """A value that the regulation leaves open, set by the office."""

    scheme: str
    gap: str  #: Id of the gap that it answers.
    value: object  #: Shape by the gap: see ``formgen.scheme.types.Gap``.
    authority: str  #: Who decided, in which paper.
    date: date
    example: bool = False  #: It came with the sample workspace; no office decided it.

    def __str__(self) -> str:
        mark = "（示例，非正式决定）" if self.example else ""
        return f"本级决定“{self.gap}”：{self.authority}，{self.date.isoformat()}{mark}"


# --- results ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """What a line was computed from: a reading, a correction, a fact, a roster entry or another line."""

    kind: Literal["reading", "correction", "fact", "roster", "line"]
    ref: str  #: Field id, fact kind or line id.
    text: str  #: The words on the paper, or the value that was set, with who and why.
    where: Locator = Locator()


@dataclass(frozen=True, slots=True)
class Line:
    """One computed number or grade, with its reason."""

    id: str  #: ``2.1``; ``category.2``; ``base bonus deduction total``; ``money.RULE``, ``money``, ``pay``; ``grade``.
    label: str
    kind: Literal["item", "category", "total", "money", "grade"]
    value: Decimal | str | None  #: None: cannot be computed; ``doubt`` says why.
    unit: Literal["分", "元", ""] = ""
    steps: str = ""  #: The computation in figures: ``10 − 2 × 1 = 8``.
    basis: tuple[Citation | Decision, ...] = ()
    sources: tuple[Source, ...] = ()
    doubt: str = ""  #: Why the value is missing or not final.


@dataclass(frozen=True, slots=True)
class Assessment:
    """Points, money and grade of one subject in one period."""

    scheme: str
    form: str
    subject: Subject
    period: str
    lines: tuple[Line, ...]
    final: bool  #: No unanswered doubt stands behind any line.
    doubts: tuple[str, ...] = ()  #: Why it is not final, each with its place.

    def line(self, line_id: str) -> Line | None:
        """The line with this id, None if there is none."""
        return next((line for line in self.lines if line.id == line_id), None)

    def value(self, line_id: str) -> Decimal | str | None:
        """The value of the line with this id, None if it is missing or unknown."""
        line = self.line(line_id)
        return line.value if line else None


@dataclass(frozen=True, slots=True)
class Reason:
    """One step from the computed grade to the settled one, or to a consequence, in Chinese."""

    effect: str  #: ``band gate quota tie sequence count fact served points check selection choice doubt advice``.
    text: str  #: ``第3名，名额3个，在线内``.
    basis: tuple[Citation | Decision, ...] = ()
    sources: tuple[Source, ...] = ()


ConsequenceKind = Literal[
    "talk",  # 诫勉谈话、批评教育
    "warning",
    "adjust",  # 调整
    "replace",  # 撤换、退换
    "dismiss",  # 免职、罢免
    "notice",  # 通报
    "no-honours",  # 取消评先评优
    "pay-cancelled",  # 取消当年工资待遇: the pay of the period is 0
    "experience",  # 基层工作经历
    "honour",  # 十佳 and the like
    "accountability",  # 问责
    "other",
]


@dataclass(frozen=True, slots=True)
class ConsequenceDue:
    """What follows for a subject by the regulation."""

    id: str  #: The entry of scheme.toml.
    label: str
    kind: ConsequenceKind
    basis: Citation
    reasons: tuple[Reason, ...] = ()  #: Each condition, as it was found.
    sources: tuple[Source, ...] = ()
    doubt: str = ""  #: Why it is not certain that it is due; then it must not be carried out.


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one subject stands in one period once gates, quotas and sequences have been applied to the cohort."""

    scheme: str
    form: str
    subject: Subject
    period: str
    grade: str | None  #: None: no grade by this form, or not settled (then ``doubts`` says why).
    computed_grade: str | None  #: By the points, or as judged, before gates and quotas.
    rank: int | None  #: Among all of the form and period with a total; equals share a rank (1, 2, 2, 4).
    of: int | None  #: How many were ranked.
    consequences: tuple[ConsequenceDue, ...] = ()
    reasons: tuple[Reason, ...] = ()
    final: bool = True  #: No unanswered doubt behind grade, consequences or money.
    doubts: tuple[str, ...] = ()
    grade_final: bool = True  #: No unanswered doubt behind the grade; a later answer cannot overturn it.
    money: tuple[Line, ...] = ()  #: The money lines of the assessment, computed anew for the settled grade.


@dataclass(frozen=True, slots=True)
class Issuance:
    """A document that was made, with what it was made from."""

    kind: str  #: ``blank table results register opinion paysheet archive public-table``.
    path: str  #: Relative to the workspace.
    sha256: str
    template_sha256: str
    made_from: tuple[str, ...]  #: sha256 of the assessments or submissions it shows.
    at: datetime
