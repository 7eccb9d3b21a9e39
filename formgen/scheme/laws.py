"""The tables of a ``scheme.toml`` that look beyond one form: gates, quotas, consequences, selections, checks.

They are applied to the whole cohort of a period by ``formgen.scoring.standing``; ``docs/standings.md`` tells how.
A condition is an inline table with a ``kind``; there is no expression language.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from formgen.model import ConsequenceKind
from formgen.scheme.parts import Cited, Identifier, Part

Count = Annotated[Decimal, Field(ge=0, le=1_000_000)]


def _one_form(value: object) -> object:
    return (value,) if isinstance(value, str) else value


# --- conditions ------------------------------------------------------------------------------------------------


class GradeCondition(Part):
    """The grade of this standing, after gates and quotas."""

    kind: Literal["grade"]
    among: tuple[str, ...] = Field(default=(), alias="is")  #: In the file: ``is = ["不称职"]``.
    at_least: str | None = None  #: This grade or a better one.


class FactCondition(Part):
    """So many facts of a kind: their counts added up."""

    kind: Literal["fact"]
    fact: str
    levels: tuple[str, ...] = ()  #: Only these levels; empty: all.
    at_least: Count | None = None  #: One of ``at_least`` and ``more_than``; neither: at least 1 fact of any count.
    more_than: Count | None = None
    within: Literal["period", "year", "rest-of-year", "ever"] = "period"  #: ``year``: the calendar year up to the
    #: period's end; ``rest-of-year``: after it; ``ever``: all years up to it.
    unmended: bool = False  #: Only facts that were not mended in time.


class GradesInYearCondition(Part):
    """How often a grade was given in the periods of a kind within the year of this standing."""

    kind: Literal["grades-in-year"]
    of: Literal["month", "quarter"]
    grade: str
    at_least: Annotated[int, Field(ge=1, le=12)] | None = None
    fewer_than: Annotated[int, Field(ge=1, le=12)] | None = None
    fact: str | None = None  #: Fact kind whose level is the grade of its period, where no form gives it.
    gap: str | None = None  #: Gap id (choice ``break``/``skip``/``ask``): a period without a return; the first two
    #: mean that it does not count. Without a gap it is a doubt.


class ConsecutiveCondition(Part):
    """The same grade in this period and those right before it."""

    kind: Literal["consecutive"]
    grade: str
    count: Annotated[int, Field(ge=2, le=36)]
    gap: str  #: Gap id (choice ``break``/``skip``/``ask``): a period without a return.
    newcomer_gap: str | None = None  #: The same for a period before the appointment; None: it breaks the sequence.
    transfer_gap: str | None = None  #: The same for a period in another village, with the choice ``count``: what was
    #: settled there counts; None: as ``gap``.
    fact: str | None = None  #: As in ``GradesInYearCondition``.


class PointsCondition(Part):
    """An item of the form that has its full points."""

    kind: Literal["points"]
    item: str
    full: Literal[True] = True


class ServedCondition(Part):
    """So many months in the post at the end of the period, by the day in the roster (到任日期)."""

    kind: Literal["served"]
    months: Annotated[int, Field(ge=1, le=600)]


Condition = Annotated[
    GradeCondition | FactCondition | GradesInYearCondition | ConsecutiveCondition | PointsCondition | ServedCondition,
    Field(discriminator="kind"),
]


# --- the rules -------------------------------------------------------------------------------------------------


class Law(Cited):
    """What every such rule has: a name, the forms that it is for, and a Decision on which it may hang."""

    id: Identifier
    label: str  #: Chinese.
    form: Annotated[tuple[str, ...], BeforeValidator(_one_form)] = ()  #: Form ids (one or a list); empty: main form.
    gap: str | None = None  #: Gap id (choice): the rule applies only if the Decision is one of ``choices``.
    choices: tuple[str, ...] = ()


class Gate(Law):
    """A grade that facts force or shut: ``应定为不称职``, ``不能评为优秀等次``. Of several, the worst grade wins."""

    effect: Literal["exactly", "at-most", "not"]
    grade: str
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]  #: All must hold; ``grade``/``consecutive`` may not.
    severity: Literal["rule", "advice"] = "rule"  #: ``advice``: 原则上, only said.


class Quota(Law):
    """No more than a share of a cohort may have a grade, or the full points of an item."""

    grade: str | None = None  #: One of ``grade`` and ``item``.
    item: str | None = None  #: Item whose full points are limited; with ``full = true``.
    full: Literal[True] | None = None
    share: Annotated[Decimal, Field(gt=0, le=1)] | None = None  #: One of ``share`` and ``fraction``.
    fraction: Annotated[str, Field(pattern=r"^[1-9]\d{0,3}/[1-9]\d{0,3}$")] | None = None  #: ``1/3``.
    cohort: tuple[Literal["series", "level", "village"], ...] = ()  #: Empty: all of the form together.
    cohort_gap: str | None = None  #: Gap id (choice) that names the cohort instead; ``cohorts``: choice → cohort.
    cohorts: dict[str, tuple[Literal["series", "level", "village"], ...]] = Field(default_factory=dict)
    base_gap: str | None = None  #: Gap id (choice ``returned``/``roster``): whose number it is a share of.
    base: Literal["returned", "roster"] = "returned"  #: Where there is no ``base_gap``.
    rounding_gap: str | None = None  #: Gap id (choice ``floor``/``round``/``ceil``, or shape ``rounding``).
    ties_gap: str | None = None  #: Gap id (choice, see ``TIES``).
    zero_gap: str | None = None  #: Gap id (choice ``none``/``one``/``merge``): 名额不足1人.
    chosen: str | None = None  #: Fact kind of those whom an organ has chosen, for ties and where there are no points.
    least: Annotated[int, Field(ge=1, le=100_000)] = 1  #: A smaller cohort has no place of its own.
    hard: bool = True  #: False (原则上): beyond it only a warning that names them.
    without_facts: tuple[str, ...] = ()  #: Those with such a fact in the year stand outside: neither counted nor held.
    without_levels: tuple[str, ...] = ()  #: Likewise those of these levels of the roster.

    @property
    def portion(self) -> Fraction:
        """The share, exactly."""
        return Fraction(self.share) if self.share is not None else Fraction(self.fraction or "1")


#: What a Decision on ties may say. ``exclude`` = ``none``: all tied fall out; ``ask`` = ``committee``: a person
#: decides, by a fact ``chosen``; ``include``: all tied stay in, which a hard quota refuses; ``by-item:2.1``: the
#: higher points in that item go before.
TIES = ("exclude", "none", "ask", "committee", "include")


class Consequence(Law):
    """What follows for the subject: ``连续两次考核不合格的，按照有关程序予以免职``."""

    kind: ConsequenceKind
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]  #: All must hold.
    until_mended: bool = False  #: Facts that were mended in time do not bring it about.
    asks: str | None = None  #: Gap id (choice) that says which of several things is done; ``ask``: a person says.
    reclaims: str | None = None  #: Choice of ``asks`` under which the pay of the year's earlier periods is reclaimed.
    amount: str | None = None  #: Gap id (shape number): how many yuan; without a Decision none is named.


class Selection(Law):
    """So many are chosen out of a grade: ``从优秀中评选十佳``. The choice itself is a fact of each."""

    of: str = Field(alias="from")  #: In the file: ``from = "优秀"``.
    count: Annotated[int, Field(ge=1, le=100_000)]
    fact: str
    kind: ConsequenceKind = "honour"


class _Check(Law):
    severity: Literal["rule", "advice"] = "rule"  #: ``rule``: a doubt that keeps the standing open; else only said.


class ApprovalCheck(_Check):
    """A longer leave needs the approval of a higher level: ``3天以上需经县（区）党委组织部门…批准``."""

    kind: Literal["approval"]
    fact: str
    more_than: Count
    levels: Annotated[tuple[str, ...], Field(min_length=1)]  #: Levels of the fact that are enough.
    short_levels: tuple[str, ...] = ()  #: Levels that are enough up to ``more_than``; empty: none is asked for.


class VotersCheck(_Check):
    """A satisfaction score counts only if enough people voted: ``村民代表30人以上``."""

    kind: Literal["voters"]
    item: str
    fact: str  #: Its count is the number of voters.
    at_least: Count


class DatesCheck(_Check):
    """Opinions are given in an order: 乡镇 → 派出单位 → 县."""

    kind: Literal["order-of-dates"]
    fields: Annotated[tuple[str, ...], Field(min_length=2)]  #: Reading ids whose values are dates, first to last.


class AttendanceCheck(_Check):
    """Days that must be reached in each month, or in the year: ``每月驻村工作时间不少于20个工作日``."""

    kind: Literal["attendance"]
    fact: str  #: Days present.
    at_least: Count
    within: Literal["month", "year"]


Check = Annotated[ApprovalCheck | VotersCheck | DatesCheck | AttendanceCheck, Field(discriminator="kind")]


class Provision(Part):
    """An article with a number, share, deadline, grade or consequence that no rule of formgen carries out."""

    article: Annotated[str, Field(min_length=1)]
    quote: str = ""  #: The words in question, where only some of the article are meant.
    state: Literal["waived"] = "waived"
    why: Annotated[str, Field(min_length=2)]


def kinds_ahead(laws: Iterable[Law]) -> frozenset[str]:
    """The kinds of fact that reach back: the laws count those that came later in the year."""
    return frozenset(
        one.fact
        for law in laws
        for one in getattr(law, "when", ())
        if isinstance(one, FactCondition) and one.within == "rest-of-year"
    )


def facts_of(law: Law) -> tuple[str, ...]:
    """The kinds of fact that a law looks at, each once."""
    named: list[str | None] = []
    match law:
        case Gate() | Consequence():
            named += [getattr(condition, "fact", None) for condition in law.when]
        case Quota():
            named += [law.chosen, *law.without_facts]
        case Selection() | ApprovalCheck() | VotersCheck() | AttendanceCheck():
            named.append(law.fact)
        case _:
            pass
    return tuple(dict.fromkeys(name for name in named if name))
