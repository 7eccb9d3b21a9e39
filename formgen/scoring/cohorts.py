"""The cohorts of a quota: who belongs to which, how many they are, and how many places that makes. Pure, exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from formgen.errors import ConfigurationError
from formgen.model import Citation, Decision, RosterEntry
from formgen.scheme.laws import Quota
from formgen.scheme.types import Scheme
from formgen.scoring.candidates import Runner
from formgen.scoring.decisions import Decisions
from formgen.scoring.figures import figure
from formgen.subjects import clean, cleaned

_ROUNDINGS = {"down": "floor", "up": "ceil", "half-up": "round", "half-even": "round-even"}
_ROUNDING_WORDS = {"floor": "舍去尾数", "ceil": "进一", "round": "四舍五入", "round-even": "四舍六入五成双"}
WHOLE = "全部"


_KEYS = {"series": "序列", "level": "级别", "village": "村"}


@dataclass(slots=True)
class Cohort:
    """One cohort of a quota in the making."""

    name: str
    runners: list[Runner]
    base: int = 0
    strangers: list[Runner] = field(default_factory=list)  #: It is not known whether they belong to it.
    roster_strangers: int = 0
    basis: list[Citation | Decision] = field(default_factory=list)
    places: int = 0
    most: int = 0  #: The places if every stranger counts.
    steps: str = ""  #: How the places come about, in words.
    unknown: bool = False  #: The roster has nobody of it, so there is nothing to take a share of.


class CohortPlan:
    """How a quota divides its runners, and how many places it gives each cohort."""

    def __init__(
        self, quota: Quota, scheme: Scheme, decisions: Decisions, roster: Sequence[RosterEntry],
        wants: Callable[[Runner], bool], could: Callable[[Runner], bool],
    ) -> None:  # fmt: skip
        """``wants``: who has for certain what the quota limits; ``could``: who may have it by a later answer."""
        self._quota = quota
        self._scheme = scheme
        self._decisions = decisions
        self._roster = roster
        self._wants = wants
        self._could = could
        self._forms = quota.form or (scheme.main_form,)
        self._cited = quota.cite(scheme.title)

    def divide(self, runners: Sequence[Runner]) -> list[Cohort]:
        """The cohorts, by name, with their places. Raises DecisionNeededError where that is left open."""
        keys, decided = self._keys()
        cohorts = self._cohorts(runners, keys, decided)
        self._count(cohorts, keys)
        return cohorts

    def _keys(self) -> tuple[tuple[str, ...], list[Citation | Decision]]:
        if self._quota.cohort_gap is None:
            return self._quota.cohort, [self._cited]
        decision = self._decisions.answer(self._quota.cohort_gap)
        keys = self._quota.cohorts.get(str(decision.value))
        if keys is None:
            raise ConfigurationError(f"{decision}：名额“{self._quota.label}”没有写明“{decision.value}”按什么分组")
        return keys, [self._cited, decision]

    def _cohorts(
        self, mine: Sequence[Runner], keys: tuple[str, ...], decided: list[Citation | Decision]
    ) -> list[Cohort]:
        found: dict[tuple[str, ...], list[Runner]] = {}
        strangers: list[Runner] = []
        for runner in mine:
            village = runner.candidate.assessment.subject.village
            key = _cohort_of(runner.candidate.roster, village, keys)
            if key is None:
                strangers.append(runner)
            else:
                found.setdefault(key, []).append(runner)
        for runner in strangers:
            if self._quota.hard and self._wants(runner):
                runner.unsettle(f"花名册没有写明{_key_words(keys)}，不知占哪一组的名额：{self._quota.label}")
        return [
            Cohort("、".join(key) or WHOLE, some, strangers=strangers, basis=list(decided))
            for key, some in sorted(found.items(), key=_first)
        ]

    def _count(self, cohorts: Sequence[Cohort], keys: tuple[str, ...]) -> None:
        base, decision = self._quota.base, None
        if self._quota.base_gap is not None:
            decision = self._decisions.answer(self._quota.base_gap)
            if decision.value not in ("returned", "roster"):
                raise ConfigurationError(f"{decision}：“{decision.value}”不在选项之内，应为 returned 或 roster")
            base = "returned" if decision.value == "returned" else "roster"
        rows, blank = self._rows(keys) if base == "roster" else ({}, 0)
        for cohort in cohorts:
            cohort.basis += [decision] if decision is not None else []
            if base == "roster":
                cohort.base, cohort.roster_strangers = rows.get(cohort.name, 0), blank
                cohort.unknown = not cohort.base
            else:
                cohort.base = sum(runner.candidate.returned for runner in cohort.runners)
                cohort.roster_strangers = sum(runner.candidate.returned for runner in cohort.strangers)
            self.set_places(cohort)

    def _rows(self, keys: tuple[str, ...]) -> tuple[dict[str, int], int]:
        """How many of the roster belong to each cohort, and of how many it is not known."""
        persons = any(form.id in self._forms and form.subject == "person" for form in self._scheme.form)
        counts: dict[str, int] = {}
        blank = 0
        seen = set()
        for entry in self._roster:
            own = cleaned(entry.subject)
            if own in seen or (persons and not entry.subject.name):
                continue
            seen.add(own)
            if entry.level and clean(entry.level) in map(clean, self._quota.without_levels):
                continue
            key = _cohort_of(entry, entry.subject.village, keys)
            if key is None:
                blank += 1
            else:
                name = "、".join(key) or WHOLE
                counts[name] = counts.get(name, 0) + 1
        return counts, blank

    def set_places(self, cohort: Cohort) -> None:
        """The places of a cohort. Rounding is asked for only where it decides who has one."""
        product = self._quota.portion * cohort.base
        floor, rule = product.numerator // product.denominator, "floor"
        ceiling = floor + (product.denominator != 1)
        gap = self._quota.rounding_gap
        if gap is not None and floor != ceiling and (self._decisions.answered(gap) or self._races(cohort, floor)):
            decision = self._decisions.answer(gap)
            rule = _rounding(decision)
            if decision not in cohort.basis:
                cohort.basis.append(decision)
        cohort.places = _rounded(product, rule)
        cohort.most = _rounded(self._quota.portion * (cohort.base + cohort.roster_strangers), rule)
        if cohort.base < self._quota.least:
            cohort.places = cohort.most = 0
        if cohort.unknown:
            cohort.steps = "花名册里没有这一组的人，名额无从计算"
            return
        cohort.steps = f"{cohort.base}人 × {self._share_words()}"
        if product.denominator == 1:
            cohort.steps += f" = {cohort.places}个名额"
        else:
            cohort.steps += f"，{_ROUNDING_WORDS[rule]}，{cohort.places}个名额"
            if cohort.places > product:
                cohort.steps += "（按本级决定取整，超出了规定的比例）"

    def _races(self, cohort: Cohort, floor: int) -> bool:
        """Whether it could matter if a part of a place is one: there are more who would have it than whole places."""
        wanting = sum(map(self._wants, cohort.runners))
        if not self._quota.hard:
            return wanting == floor + 1
        return wanting + sum(map(self._could, cohort.runners)) > floor

    def _share_words(self) -> str:
        if self._quota.share is None:
            return str(self._quota.fraction)
        return f"{figure(self._quota.share * 100)}%"


def _first(entry: tuple[tuple[str, ...], object]) -> tuple[str, ...]:
    return entry[0]


def _key_words(keys: Sequence[str]) -> str:
    return "、".join(_KEYS[key] for key in keys)


def _cohort_of(entry: RosterEntry | None, village: str, keys: Sequence[str]) -> tuple[str, ...] | None:
    """The values that name a cohort; None where the roster leaves one of them blank."""
    values = tuple([clean(village) if key == "village" else clean(getattr(entry, key, "")) for key in keys])
    return values if all(values) else None


def _rounding(decision: Decision) -> str:
    match decision.value:
        case {"rule": str(rule)} if rule in _ROUNDINGS:
            return _ROUNDINGS[rule]
        case "floor" | "ceil" | "round":
            return str(decision.value)
    raise ConfigurationError(f"{decision}：“{decision.value}”不是取整办法，应为 floor、round 或 ceil")


def _rounded(value: Fraction, rule: str) -> int:
    floor = value.numerator // value.denominator
    rest = value - floor
    match rule:
        case "ceil":
            return floor + (rest > 0)
        case "round":
            return floor + (rest >= Fraction(1, 2))
        case "round-even":
            return round(value)
        case _:
            return floor
