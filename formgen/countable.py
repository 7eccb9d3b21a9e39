"""Whether the rules of a scheme can count a fact as it is entered: its number and its level. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from formgen.errors import UsageError
from formgen.model import Decision
from formgen.scheme.decisions import in_force
from formgen.scheme.types import FactKind, MoneyPerIncident, PerAmount, PerIncidentByLevel, Scheme, Tier
from formgen.scoring.figures import figure
from formgen.subjects import clean

_WHOLE = frozenset("次例项件条个起篇户份处名人")  #: Units of which there is no part.
_PERCENT = "%"


class Countable:
    """What may be entered for one kind of fact."""

    def __init__(self, scheme: Scheme, kind: FactKind, decisions: Sequence[Decision] = ()) -> None:
        grades = {name for grade in scheme.grade for name in (grade.name, *grade.aliases)}
        self._kind = kind
        self._is_grade = bool(kind.levels) and grades.issuperset(kind.levels)
        self._ours = tuple(
            name
            for rule in scheme.rule
            if isinstance(rule, Tier) and rule.fact == kind.id and rule.names_gap
            for name in rule.points
        )
        named = next(
            (
                one.value
                for one in reversed(in_force(decisions))
                if one.scheme == scheme.id and one.gap == kind.levels_gap
            ),
            None,
        )
        self._named = tuple(str(name) for name in named) if isinstance(named, list | tuple) else ()
        self._spares_mended = any(
            isinstance(rule, MoneyPerIncident) and rule.unless_mended and rule.fact == kind.id for rule in scheme.money
        )
        self._needs_level = self._is_grade or any(_by_level(rule) and rule.fact == kind.id for rule in scheme.rule)

    def count(self, given: Decimal | None) -> Decimal:
        """The number that counts. Raises UsageError for none where one is needed, and for what is no such number."""
        kind = self._kind
        if self._is_grade:
            if given not in (None, Decimal(1)):
                raise UsageError(f"“{kind.label}”记的是等次，不写数量；用 --level 写明等次")
            return Decimal(1)
        if given is None:
            if kind.unit not in ("次", "起"):
                raise UsageError(f"“{kind.label}”要用 --count 写明数量（单位：{kind.unit}）")
            return Decimal(1)
        if not given.is_finite() or given < 0:
            raise UsageError(f"数量“{given}”不对；应为不小于 0 的数")
        if kind.unit[:1] in _WHOLE and given != given.to_integral_value():
            raise UsageError(f"“{kind.label}”按{kind.unit}计，数量应为整数，不能写 {figure(given)}")
        if kind.unit[:1] in _WHOLE and not given:
            raise UsageError(f"“{kind.label}”0{kind.unit}不用登记；登记错了用 formgen facts withdraw 撤销")
        if kind.unit == _PERCENT and given > 100:
            raise UsageError(f"“{kind.label}”是百分数，应在 0 到 100 之间，不能写 {figure(given)}")
        return given

    def mended(self, given: bool | None) -> None:
        """Raises UsageError where the fine hangs on whether it was mended, and nobody says."""
        if given is None and self._spares_mended:
            raise UsageError(f"“{self._kind.label}”要写明是否已在规定时间内整改：--mended 或 --unmended")

    def level(self, words: str, notes: list[str]) -> str:
        """The level by the name that counts. Raises UsageError for one that there is not, and where one is needed."""
        kind = self._kind
        known = (*kind.levels, *self._named, *self._ours)
        if not words.strip():
            if known and self._needs_level and len(known) > 1:
                what = "等次" if self._is_grade else "级别"
                raise UsageError(f"“{kind.label}”要用 --level 写明{what}：{'、'.join(self._named or known)}")
            if len(kind.levels) > 1:
                notes.append(f"“{kind.label}”没有写级别；级别有：{'、'.join(kind.levels)}。")
            return ""
        wanted = clean(words)
        level = next((one for one in known if clean(one) == wanted), None) or kind.level_aliases.get(words.strip())
        if level is not None or not known or (kind.levels_gap is not None and not self._named):
            return level or words.strip()
        raise UsageError(f"“{kind.label}”没有“{words}”这一级别；有：{'、'.join(self._named or known)}")


def _by_level(rule: object) -> bool:
    """Whether what a rule gives hangs on the level, so that a fact without one cannot be counted."""
    if isinstance(rule, PerIncidentByLevel):
        return True
    return (isinstance(rule, Tier) and len(rule.points) > 1) or (isinstance(rule, PerAmount) and len(rule.yuan) > 1)
