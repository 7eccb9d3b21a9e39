"""What may be written in a field of a form: which answers it allows, and how it is to be read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from formgen.model import Form, Item, Subject
from parsers.forms.choices import GRADES
from parsers.scan import answers
from parsers.scan.allowed import Candidate

Sort = Literal["score", "total", "choice", "name", "text", "box"]

STEP = Decimal("0.5")  #: What points are multiples of, where the form does not name certain points.
_OPEN = Decimal(50)  #: The most points that are looked for where the form sets no limit.
_MOST_NAMES = 400  #: A longer roster is no help against a misread name.

TOTAL = "total"
_MOST_FORMS = 64  #: Forms whose step is kept.
_steps: dict[int, tuple[Form, Decimal]] = {}  #: By the identity of the form.


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How a field is read from paper."""

    id: str
    sort: Sort
    candidates: tuple[Candidate, ...] = ()  #: The allowed answers; empty: free text.
    sign: int = 1  #: −1 where the points are taken from the total.
    signed: bool = False  #: A signature belongs there.
    sealed: bool = False  #: A seal belongs there.

    @property
    def figure(self) -> bool:
        """Whether it is a number that the written total can be held against."""
        return self.sort in ("score", "total")


def rule_of(form: Form, field: str, known: Sequence[Subject] = ()) -> FieldRule:
    """The rule of a field of a form. ``known``: the subjects among whom a name is looked for."""
    item = next((item for item in form.items if item.id == field), None)
    if item is not None:
        return _item_rule(form, item)
    box = next((box for box in form.fields if box.id == field), None)
    if box is not None and (box.signed or box.sealed):
        return FieldRule(field, "box", signed=box.signed, sealed=box.sealed)
    if field == TOTAL:
        return FieldRule(field, "total", answers.totals(_most(form), _step(form)))
    if field == "grade":
        return FieldRule(field, "choice", _words(GRADES))
    if field == "sex":
        return FieldRule(field, "choice", _words(("男", "女")))
    if field in ("village", "name", "team", "group"):
        return FieldRule(field, "name", _names(getattr(subject, field) for subject in known))
    return FieldRule(field, "text")


def _item_rule(form: Form, item: Item) -> FieldRule:
    if form.judgements:
        return FieldRule(item.id, "choice", _words(form.judgements))
    if item.money_only:
        return FieldRule(item.id, "text")
    maximum = item.maximum if item.maximum is not None else max(item.tiers, default=_OPEN)
    candidates = answers.scores(maximum, _step(form), tiers=item.tiers, bonus=item.bonus, deduction=item.deduction)
    return FieldRule(item.id, "score", candidates, -1 if item.deduction else 1)


def _step(form: Form) -> Decimal:
    """The step of all points of a form: half a point, or finer where it names finer points."""
    kept = _steps.get(id(form))
    if kept is None or kept[0] is not form:
        if len(_steps) >= _MOST_FORMS:
            _steps.clear()
        kept = _steps[id(form)] = (form, _worked_out_step(form))
    return kept[1]


def _worked_out_step(form: Form) -> Decimal:
    named = [value for item in form.items for value in (*item.tiers, item.maximum) if value is not None]
    step = STEP
    while any(value % step for value in named) and step > Decimal("0.01"):
        step /= 5 if step == STEP else 10
    return step


def step_of(form: Form) -> Decimal:
    """What every score and total of the form is a multiple of."""
    return _step(form)


def _most(form: Form) -> Decimal:
    """The highest total that the form allows."""
    most = sum(
        (item.maximum or max(item.tiers, default=_OPEN) for item in form.items if not item.deduction), Decimal(0)
    )
    return max(most, form.base_points or Decimal(0))


def _names(words: Iterable[str]) -> tuple[Candidate, ...]:
    known = tuple(dict.fromkeys(word for word in words if word))
    return _words(known) if 0 < len(known) <= _MOST_NAMES else ()


@lru_cache(maxsize=64)
def _words(known: tuple[str, ...]) -> tuple[Candidate, ...]:
    """The same words give the same answers, so that their plans may be kept."""
    return answers.words(known)
