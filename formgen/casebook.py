"""The cases of a scheme (cases.toml): what its regulation makes of given marks and facts, worked by hand.

A case is one subject or several (a cohort), with marks over full marks, facts, a roster and a history; it says what
must come out. ``formgen.trials`` computes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from formgen.errors import SchemeError
from formgen.periods import kind_of
from formgen.scheme.coverage import articles_named
from formgen.scheme.decisions import checked_value
from formgen.scheme.faults import Wrong, from_pydantic, report, unknown_key
from formgen.scheme.loading import load_toml
from formgen.scheme.regulation import own_texts
from formgen.scheme.types import Gap, Scheme

FILE = "cases.toml"
_MOST = 500  # subjects of a case

Number = Annotated[Decimal, Field(allow_inf_nan=False)]


def _score(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Score = Annotated[Decimal | date | str, BeforeValidator(_score)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


class GivenFact(_Table):
    """A fact of the subject; in the period of the case unless another is given."""

    kind: str
    count: Number = Decimal(1)
    level: str = ""
    period: str = ""
    on: date | None = None
    mended: bool = False
    text: str = ""


class Party(_Table):
    """What is given of a subject, and what must come out of it."""

    name: str = ""
    village: str = ""
    group: str = ""
    team: str = ""
    series: str = ""
    level: str = ""
    post: str = ""
    since: date | None = None
    on_roster: bool = True  #: Whether the roster names the subject.
    roster_only: bool = False  #: A row of the roster and nothing else: not in the cohort.
    times: Annotated[int, Field(ge=1, le=_MOST)] = 1  #: So many of them, alike but for the name.
    scores: dict[str, Score] = Field(default_factory=dict)  #: Over full marks; ``""`` is a blank; ``grade`` too.
    no_form: bool = False  #: Nothing came back.
    facts: tuple[GivenFact, ...] = ()
    base_pay: Number | None = None
    history: dict[str, str] = Field(default_factory=dict)  #: Period → the grade that stood there.
    absences: dict[str, str] = Field(default_factory=dict)  #: Period without a return → the Decision's word for it.
    elsewhere: dict[str, str] = Field(default_factory=dict)  #: Period → the grade that stood in another village.
    due_before: dict[str, Number] = Field(default_factory=dict)  #: Earlier period of the year → what was due for it.
    lines: dict[str, Score] = Field(default_factory=dict)  #: Line → value, ``""`` for none.
    doubts: tuple[str, ...] = ()  #: Words of each doubt; none: the result is final.
    grade: str | None = None  #: After gates and quotas; ``""`` for none.
    computed: str | None = None  #: Before them.
    rank: int | None = None
    of: int | None = None
    consequences: tuple[str, ...] | None = None  #: Ids, all that are due.
    paid: dict[str, Score] = Field(default_factory=dict)  #: As ``lines``, for the money under the settled grade.


class CaseSubject(Party):
    """One of several subjects of a case."""

    form: str | None = None  #: Where it is another than that of the case, as for a quota over two forms.


class Case(Party):
    """A case: one subject, or the subjects of a cohort."""

    why: Annotated[str, Field(min_length=4)]  #: The article, a colon, and the reckoning.
    form: str | None = None  #: Form id; None: the main form.
    period: str = ""
    decisions: dict[str, Any] = Field(default_factory=dict)  #: Over those of the file.
    undecided: tuple[str, ...] = ()  #: Gaps taken from those of the file.
    subject: tuple[CaseSubject, ...] = ()
    needs: str | None = None  #: The gap that must be decided first.
    stops: str | None = None  #: Words of the message with which the computation stops.
    notes: tuple[str, ...] = ()  #: Words of each warning that concerns the cohort.

    @property
    def parties(self) -> tuple[Party, ...]:
        """The subjects: the case itself, where it names none."""
        return self.subject or (self,)

    @property
    def settled(self) -> bool:
        """Whether the case goes beyond points, money and the grade that they earn."""
        beyond = (
            self.subject,
            self.notes,
            self.stops,
            self.paid,
            self.history,
            self.absences,
            self.elsewhere,
            self.due_before,
        )
        return any(map(bool, beyond)) or any(
            value is not None for value in (self.grade, self.computed, self.rank, self.of, self.consequences)
        )


class _File(_Table):
    decisions: dict[str, Any] = Field(default_factory=dict)
    case: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Casebook:
    """The cases of a scheme and the decisions that they start from, made up for the cases."""

    scheme: Scheme
    anchors: tuple[str, ...]  #: Of regulation.md.
    decisions: Mapping[str, object]
    cases: tuple[Case, ...]


def load_casebook(folder: Path, scheme: Scheme, regulation: str) -> Casebook:
    """The cases beside a scheme.toml; none where there is no file. Raises SchemeError with all faults of the file."""
    path = folder / FILE
    anchors = tuple(own_texts(regulation))
    if not path.is_file():
        return Casebook(scheme, anchors, {}, ())
    raw = load_toml(path)
    try:
        read = _File.model_validate(raw)
    except ValidationError as error:
        known = {"": _File.model_fields, "case": Case.model_fields, "subject": CaseSubject.model_fields}
        known["facts"] = GivenFact.model_fields
        raise SchemeError(report(path, from_pydantic(error.errors(include_url=False), raw, known))) from None
    wrongs = [*_faults(scheme, anchors, read), *_repeated(read)]
    if wrongs:
        raise SchemeError(report(path, wrongs))
    gaps = {gap.id: gap for gap in scheme.gap}
    return Casebook(scheme, anchors, checked(read.decisions, gaps, scheme), read.case)


# --- what the file says ----------------------------------------------------------------------------------------


def _faults(scheme: Scheme, anchors: Sequence[str], read: _File) -> Iterator[Wrong]:
    gaps = {gap.id: gap for gap in scheme.gap}
    forms = [form.id for form in scheme.form]
    kinds = [kind.id for kind in scheme.fact]
    yield from _decision_faults(scheme, "decisions", read.decisions, gaps)
    for number, case in enumerate(read.case, 1):
        key = f"case[{number}]"
        yield from _decision_faults(scheme, f"{key}.decisions", case.decisions, gaps)
        if not articles_named(case.why, anchors):
            yield Wrong(
                f"{key}.why", f"“{case.why}”没有以条款开头", f'why = "{anchors[-1] if anchors else "第一条"}：……"'
            )
        if case.form is not None and case.form not in forms:
            yield Wrong(f"{key}.form", f"没有表“{case.form}”，已有的是：{'、'.join(forms)}")
            continue
        if case.period and _kind(case.period) != scheme.form_of(case.form).period:
            yield Wrong(f"{key}.period", f"“{case.period}”不是这张表的时段", 'period = "2023-03"')
        for gap in (*case.undecided, *filter(None, (case.needs,))):
            if gap not in gaps:
                yield Wrong(f"{key}", f"没有空白“{gap}”，已有的是：{'、'.join(gaps)}")
        fields = {item.id for item in scheme.form_of(case.form).items} | {"grade", "total", "village", "name"}
        fields |= {box.id for box in scheme.form_of(case.form).fields}
        for party in case.parties:
            for name in party.scores:
                if name.partition(".date")[0] not in fields:
                    yield unknown_key(f"{key}.scores", name, fields)
            for given in party.facts:
                if given.kind not in kinds and not case.doubts:
                    yield Wrong(f"{key}.facts", f"没有事项“{given.kind}”，已有的是：{'、'.join(kinds)}")


def _decision_faults(
    scheme: Scheme, key: str, answers: Mapping[str, object], gaps: Mapping[str, Gap]
) -> Iterator[Wrong]:
    for name, value in answers.items():
        if name not in gaps:
            yield unknown_key(key, name, gaps)
            continue
        try:
            checked_value(gaps[name], scheme, value)
        except SchemeError as error:
            yield Wrong(f"{key}.{name}", str(error))


def _repeated(read: _File) -> Iterator[Wrong]:
    seen: dict[str, int] = {}
    for number, case in enumerate(read.case, 1):
        if case.why in seen:
            yield Wrong(f"case[{number}].why", f"与 case[{seen[case.why]}] 的 why 相同，分不出是哪一个")
        seen.setdefault(case.why, number)


def checked(answers: Mapping[str, object], gaps: Mapping[str, Gap], scheme: Scheme) -> dict[str, object]:
    """The answers of a case in the shapes of their gaps. Raises SchemeError."""
    return {name: checked_value(gaps[name], scheme, value) for name, value in answers.items()}


def _kind(period: str) -> str:
    try:
        return kind_of(period)
    except ValueError:
        return ""
