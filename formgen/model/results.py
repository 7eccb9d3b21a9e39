"""What is computed: lines, assessments, standings; and what was issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from formgen.model.paper import NOWHERE, Locator, Subject
from formgen.model.vouched import Citation, Decision


@dataclass(frozen=True, slots=True)
class Source:
    """What a line was computed from: a reading, a correction, a fact, a roster entry or another line."""

    kind: Literal["reading", "correction", "fact", "roster", "line"]
    ref: str  #: Field id, fact kind or line id.
    text: str  #: The words on the paper, or the value that was set, with who and why.
    where: Locator = NOWHERE


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
