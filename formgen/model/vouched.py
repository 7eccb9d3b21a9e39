"""What people vouch for: corrections, facts, the roster; and what stands behind a number: citations and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from formgen.model.paper import NOWHERE, Locator, Subject, Value


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
    mended: bool | None = False  #: It was put right within the time that the rule allows; None: nobody says.
    text: str = ""  #: The clerk's words.
    where: Locator = NOWHERE  #: The row of the facts table that it was read from.


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One row of the roster: who is assessed."""

    subject: Subject
    post: str = ""
    base_pay: Decimal | None = None  #: Yuan a period, before deductions.
    series: str = ""  #: 序列: the group within which a quota counts.
    where: Locator = NOWHERE
    level: str = ""  #: 级别: the level that sent them (各级), within which a quota may count.
    since: date | None = None  #: 到任日期: the day they took up the post; periods before it are not theirs.


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
