"""The shape of a ``scheme.toml``: what a regulation says, each number beside its article and its words.

These types are the file format. ``loading`` fills them, ``lint`` judges them, ``scoring`` computes by them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from formgen.model import Form
from formgen.scheme.laws import Check, Consequence, Gate, Law, Provision, Quota, Selection
from formgen.scheme.parts import Cited as _Cited
from formgen.scheme.parts import Identifier, Points, Share
from formgen.scheme.parts import Part as _Part

#: TOML has no null: ``floor = "none"``.
Floor = Annotated[Decimal | None, BeforeValidator(lambda value: None if value == "none" else value)]

# --- rules: a closed set; there is no expression language ------------------------------------------------------


class _ItemRule(_Cited):
    id: Identifier
    form: str | None = None  #: Form id; None: the main form. Item ids are unique within one form only.
    item: str  #: Item id of the form whose points it changes.
    label: str  #: What is counted, in the clerk's words; a facts table names it so.
    fact: str  #: Fact kind. Several rules may count the same fact.


class PerIncident(_ItemRule):
    """Points lost for each incident: ``每次扣3分``. Money too, if the article couples both."""

    kind: Literal["per-incident"]
    points: Points
    floor: Floor = Decimal(0)  #: The item falls no lower; None: it may go below zero (上不封顶).
    floor_gap: str | None = None  #: Gap id (choice ``zero``/``below-zero``), where the text is silent or torn;
    #: it overrules ``floor`` and is needed only when more is lost than the item is worth.


class PerIncidentByLevel(_ItemRule):
    """Points lost for each incident by its kind: ``一级规则每条扣0.5分、二级0.3、三级0.1``."""

    kind: Literal["per-incident-by-level"]
    points: dict[str, Points]
    floor: Floor = Decimal(0)
    floor_gap: str | None = None  #: As in ``PerIncident``.


class BandedAccuracy(_ItemRule):
    """A share of the item by an accuracy in percent, period by period: tongshi 二（一）2."""

    kind: Literal["banded-accuracy"]
    full_from: Points  #: Percent, inclusive: nothing is lost.
    full_from_included: bool = True  #: ``(含90%)``: the figure itself loses nothing.
    between_above: Points  #: Percent, lower end of the class in between: ``大于65%``.
    between_above_included: bool = False  #: Whether the class in between holds its lower end.
    lost_below: Points  #: Percent: below it, ``whole`` is lost.
    lost_below_included: bool = False  #: Whether the lowest class holds its upper end.
    per_percent: Points  #: Points lost for each percentage point below ``full_from``.
    whole: Points  #: The points of one sub-period.
    sub_period: Literal["month", "quarter"]
    part_of_percent: str | None = None  #: Gap id (choice ``down``/``proportional``/``up``): a part of a point.
    edge: str | None = None  #: Gap id (choice ``between``/``lost``): a figure that is in no class. Needed only
    #: where the two give different points.


class Attendance(_ItemRule):
    """Points lost for each day absent, down to zero: ``缺岗1天扣0.5分，直至扣完``."""

    kind: Literal["attendance"]
    per_day: Points


class Tier(_ItemRule):
    """Points for a tier reached: ``县级加3分，市级加5分，省级加8分，不重复计算``.

    Where there is but one tier, a fact without a level counts as that tier.
    """

    kind: Literal["tier"]
    points: dict[str, Points]
    count: Literal["highest", "each"] | None = None  #: None: the regulation does not say; ``gap`` names the gap.
    cap: Points | None = None  #: ``累计不超过10分``.
    sign: Literal[1, -1] = 1  #: Whether it gives or takes: as the item does, where that is a bonus or a deduction.
    gap: str | None = None  #: Gap id (choice ``highest``/``each``/``each-capped``: no more than the item's points).
    names_gap: str | None = None  #: Gap id (shape ``tiers``) whose Decision names the tiers, best first. The keys of
    #: ``points`` (best first too) are then ours: the regulation has no names.


class PerAmount(_ItemRule):
    """Points for each so many yuan, by kind of unit, without a cap: ningxia 附件1 四、2."""

    kind: Literal["per-amount"]
    points: Points
    yuan: dict[str, Annotated[Decimal, Field(gt=0)]]  #: Level → yuan that earn ``points``.
    part_of_unit: str | None = None  #: Gap id (choice ``down``/``proportional``/``up``): a part of a unit.


class Judged(_ItemRule):
    """An item that is judged in words, without points: damao."""

    kind: Literal["judged"]
    fact: str = ""  #: Nothing is counted.


PointRule = Annotated[
    PerIncident | PerIncidentByLevel | BandedAccuracy | Attendance | Tier | PerAmount | Judged,
    Field(discriminator="kind"),
]


class _MoneyRule(_Cited):
    id: Identifier
    form: str | None = None  #: Form id of the assessment that it goes with; None: the main form.


class MoneyPerIncident(_MoneyRule):
    """Yuan withheld for each incident: ``无故缺席每次核减50元``."""

    kind: Literal["money-per-incident"]
    item: str | None = None
    label: str
    fact: str
    yuan: Annotated[Decimal, Field(gt=0)]
    unless_mended: bool = False  #: 已整改的不处罚: incidents mended in time cost nothing.


class MoneyShare(_MoneyRule):
    """A share of the pay given or withheld by grade: ``优秀 加发绩效补贴总额的30-50%``."""

    kind: Literal["money-share"]
    label: str
    grade: str
    base: Literal["pay", "performance-pay", "post-allowance"]
    sign: Literal[1, -1]
    share: Share | None = None  #: None: the regulation gives a range, ``gap`` names the gap.
    lowest: Share | None = None
    highest: Share | None = None
    gap: str | None = None


class MoneyPerDay(_MoneyRule):
    """Yuan for each day present where the grade is good enough: ningxia 第二十一条."""

    kind: Literal["money-per-day"]
    label: str
    fact: str
    yuan: Annotated[Decimal, Field(gt=0)]
    grades: tuple[str, ...]
    grade_fact: str | None = None  #: Fact kind whose level is the grade, where the form has no place for it.


class PaySplit(_MoneyRule):
    """The pay in its parts: ``20%作为基础补贴，80%作为绩效补贴``."""

    kind: Literal["pay-split"]
    label: str
    basic: Share
    performance: Share


MoneyRule = Annotated[MoneyPerIncident | MoneyShare | MoneyPerDay | PaySplit, Field(discriminator="kind")]


class Grade(_Cited):
    """A grade (等次), best first in the file. Where its points begin is the office's Decision, if the law is silent."""

    name: str
    aliases: tuple[str, ...] = ()  #: Other names of the same grade: ``合格`` for ``称职``.
    at_least: Decimal | None = None  #: Lowest points, inclusive; None where the regulation sets none.


Purpose = Literal[
    "bands",  # lowest points of each grade
    "points-rounding",  # of items and totals
    "money-rounding",  # of sums of money
    "bonus-limit",  # choice above / capped / apart: whether a bonus lifts the total over the full marks
    "floor",  # choice zero / below-zero: whether an item may go below zero
    "floor-order",  # choice capped-first / uncapped-first / ask: losses with and without a floor on one item
    "counting",  # choice highest / each / each-capped: several bonuses of one kind
    "tier-names",  # names of tiers, best first
    "part-of-unit",  # choice down / proportional / up
    "class-edge",  # choice between / lost
    "share",  # a share within a range
    "pay-base",  # number: yuan a period, where the roster has none
    "money-floor",  # choice zero / person: more is withheld than there is
    "grade-source",  # choice paper / proposal: whose word the grade on the paper is
    "quota-base",
    "quota-rounding",
    "ties",
    "zero-places",  # choice none / one / merge: a quota that comes to less than one place
    "sequence-gap",  # choice break / skip / ask: a period without a return within a sequence
    "newcomers",  # choice break / skip / ask: a period before the appointment, or after a transfer
    "other",
]


class Gap(_Part):
    """A question that the regulation leaves open. The office answers it with a Decision of the shape named here.

    Shapes of the value: ``bands`` a table grade → lowest points of every grade but the last; ``rounding`` a table
    ``{rule, places}``; ``share`` a number from 0 to 1; ``number`` a number; ``choice`` one of ``choices``;
    ``tiers`` a list of names, best first; ``text`` words.
    """

    id: Identifier
    purpose: Purpose = "other"  #: What the answer is for; ``gaps.gap_for`` finds a gap by it.
    question: str  #: Chinese, as it is put to the office.
    shape: Literal["bands", "rounding", "share", "number", "choice", "tiers", "text"]
    article: str
    quote: str = ""  #: The words that leave it open; empty where there are none.
    choices: tuple[str, ...] = ()
    choice_labels: dict[str, str] = Field(default_factory=dict)  #: Choice → Chinese.
    lowest: Decimal | None = None
    highest: Decimal | None = None
    form: str | None = None  #: Form id, where the gap concerns one form of several.
    needed_for: str  #: Chinese: the step that stops without an answer.
    example: object = None  #: A value of the right shape, for the message and the sample workspace.


class FactKind(_Part):
    """A kind of fact that the rules count."""

    id: Identifier
    label: str  #: In a facts table's 事项 column.
    aliases: tuple[str, ...] = ()
    unit: str = "次"
    levels: tuple[str, ...] = ()  #: Kinds or tiers that may stand in the 级别 column.
    level_aliases: dict[str, str] = Field(default_factory=dict)  #: Other words for a level → the level.
    levels_gap: str | None = None  #: Gap id (shape ``tiers``) whose Decision names the levels.
    role: Literal["", "exempt", "hole"] = (
        ""  #: What it is for, where no rule counts it. ``exempt``: whoever has it for a
    )
    #: period takes no part in it. ``hole``: a person's word on a period without a result, within a sequence.
    meanings: dict[str, Literal["break", "skip", "count"]] = Field(default_factory=dict)  #: Level → what a ``hole`` is.


class Part(_Cited):
    """A piece of an item with points of its own: ``…，计4分；…，计2分``. Pieces should add up to the item."""

    form: str | None = None  #: Form id; None: the main form.
    item: str
    label: str
    points: Points | None = None  #: None: the regulation gives the piece none.


class Statement(_Cited):
    """A figure that the regulation states about itself: ``等四个方面``. Lint counts and compares."""

    form: str | None = None  #: Form id; None: the main form.
    counts: Literal["categories", "items", "grades", "base-points"]
    says: Annotated[int, Field(ge=1, le=1000)]
    category: str | None = None  #: Number of the category whose items are counted: ``1``.
    lists: tuple[str, ...] = ()  #: What the sentence names one by one; it should be the categories of the form.


class Misprint(_Cited):
    """A misprint that a person has seen; ``quote`` is wrong as it stands in the text."""

    suggests: str  #: The words that must have been meant.


class Attachment(_Cited):
    """A paper that the regulation refers to. Lint looks whether it stands in regulation.md."""

    name: str
    anchor: str | None = None  #: Anchor in regulation.md, None if it is not there.


class Waiver(_Part):
    """A fault of the regulation's own text, found by lint and known: shown, but not an error of the scheme."""

    code: str
    where: str
    quote: str = ""  #: Words of the fault's quote, where several faults of one code stand in one article.
    why: str


class Scheme(_Part):
    """A regulation in force from a date."""

    schema_version: Literal[1] = 1
    id: Identifier  #: The folder's name: ``dayang-2023``.
    title: str  #: The instrument's title, without 《》.
    organ: str = ""  #: Who issued it.
    document_number: str = ""
    in_force: date
    period: Literal["month", "quarter", "year"]  #: Of the main form.
    main_form: str  #: Form id that points are computed on.
    subject_noun: str  #: ``乡村振兴小组长``.
    full_marks: Decimal | None = None
    in_force_note: str = ""  #: Why this day, where the regulation gives none.
    decided_from: date | None = None  #: The first day of a Decision, where it may be older than ``in_force``.
    form: tuple[Form, ...]
    fact: tuple[FactKind, ...] = ()
    rule: tuple[PointRule, ...] = ()
    money: tuple[MoneyRule, ...] = ()
    grade: tuple[Grade, ...] = ()
    gap: tuple[Gap, ...] = ()
    part: tuple[Part, ...] = ()
    statement: tuple[Statement, ...] = ()
    misprint: tuple[Misprint, ...] = ()
    attachment: tuple[Attachment, ...] = ()
    waiver: tuple[Waiver, ...] = ()
    gate: tuple[Gate, ...] = ()
    quota: tuple[Quota, ...] = ()
    consequence: tuple[Consequence, ...] = ()
    selection: tuple[Selection, ...] = ()
    check: tuple[Check, ...] = ()
    provision: tuple[Provision, ...] = ()

    def form_of(self, form_id: str | None) -> Form:
        """The form with this id, the main form for None. Raises KeyError."""
        wanted = form_id or self.main_form
        for form in self.form:
            if form.id == wanted:
                return form
        raise KeyError(wanted)

    def rules_of(self, form_id: str) -> tuple[PointRule, ...]:
        """The point rules of a form, in the order of the file."""
        return tuple(rule for rule in self.rule if (rule.form or self.main_form) == form_id)

    def money_of(self, form_id: str) -> tuple[MoneyRule, ...]:
        """The money rules that go with the assessment by a form, in the order of the file."""
        return tuple(rule for rule in self.money if (rule.form or self.main_form) == form_id)

    @property
    def laws(self) -> tuple[Law, ...]:
        """All rules that look beyond one form, in the order of their tables."""
        return (*self.gate, *self.quota, *self.consequence, *self.selection, *self.check)
