"""The grade of one subject: by the lowest points of each grade, or as it was set by judgement. Pure.

What needs the whole cohort or several periods (quotas, gates, vetoes, grades in a row) is not here: a function over
many ``Assessment`` values will make a ``Standing`` of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from formgen.errors import ConfigurationError
from formgen.model import Citation, Decision, Form, Line, Source, Value
from formgen.scheme.types import Grade, Scheme
from formgen.scoring.decisions import Decisions, decimal_of
from formgen.scoring.figures import figure, words

TOTAL = Source("line", "total", "合计")


class Grading:
    """How the subjects of one form get their grade."""

    def __init__(self, scheme: Scheme, form: Form, decisions: Decisions) -> None:
        self.grades = scheme.grade
        self.names: dict[str, str] = {
            _key(word): grade.name for grade in scheme.grade for word in (grade.name, *grade.aliases)
        }
        self._cited = {grade.name: grade.cite(scheme.title) for grade in scheme.grade}
        self._decisions = decisions
        self._gap = decisions.gap("bands") if form.items else None
        self._source = decisions.gap("grade-source")
        self._set = bool(scheme.grade) and all(grade.at_least is not None for grade in scheme.grade[:-1])
        scored = form.base_points is not None
        self.by_points = scored and bool(scheme.grade) and (self._set or self._gap is not None)
        self.by_judgement = not scored and bool(scheme.grade)
        self.by_total = lru_cache(maxsize=4096)(self._by_total)

    def named(self, value: Value) -> str | None:
        """The scheme's name of the grade that the words mean, None if they mean none."""
        return self.names.get(_key(value)) if isinstance(value, str) else None

    def _bands(self) -> tuple[Mapping[str, Decimal], tuple[Decision, ...]]:
        if self._set:
            return {grade.name: grade.at_least for grade in self.grades[:-1] if grade.at_least is not None}, ()
        if self._gap is None:
            raise ConfigurationError("办法没有规定各等次的分数，scheme.toml 也没有列为待定事项")
        decision = self._decisions.answer(self._gap.id)
        if not isinstance(decision.value, Mapping):
            raise ConfigurationError(f'{decision}：应写作各等次的最低分，例如 {{ "优秀" = 90 }}')
        return {
            self.names.get(_key(name), str(name)): decimal_of(points, decision)
            for name, points in decision.value.items()
        }, (decision,)

    def _by_total(self, total: Decimal) -> Line:
        """The grade that the points earn. Raises DecisionNeededError where the office has not set the bands."""
        bands, decided = self._bands()
        for grade in self.grades[:-1]:
            at_least = bands.get(grade.name)
            if at_least is None:
                raise ConfigurationError(f"各等次的最低分里缺“{grade.name}”")
            if total >= at_least:
                return self._line(grade, f"{figure(total)} ≥ {figure(at_least)}", decided)
        last, lowest = self.grades[-1], bands[self.grades[-2].name] if len(self.grades) > 1 else total
        return self._line(last, f"{figure(total)} < {figure(lowest)}", decided)

    def _line(self, grade: Grade, steps: str, decided: tuple[Decision, ...]) -> Line:
        return Line("grade", "等次", "grade", grade.name, "", steps, (self._cited[grade.name], *decided), (TOTAL,))

    def judged(self, value: Value, sources: tuple[Source, ...], vouched: bool) -> Line:
        """The grade that was set by judgement and stands on the paper, or in a correction (``vouched``).

        Raises DecisionNeededError where it is open whose word the grade on the paper is.
        """
        basis: list[Citation | Decision] = [next(iter(self._cited.values()))]
        listed = "、".join(grade.name for grade in self.grades)
        if value is None:
            return self._without(basis, sources, f"未定等次，应为{listed}之一")
        name = self.named(value)
        if name is None:
            return self._without(basis, sources, f"“{words(value)}”不是本办法的等次，应为{listed}之一")
        basis = [self._cited[name]]
        doubt = ""
        if self._source is not None and not vouched:
            decision = self._decisions.answer(self._source.id)
            basis.append(decision)
            if decision.value == "proposal":
                doubt = f"表上的“{name}”只是建议，须由有权机关确定后在复核中填入"
        return Line("grade", "等次", "grade", name, "", "按评定，不计分", tuple(basis), sources, doubt)

    def _without(self, basis: list[Citation | Decision], sources: tuple[Source, ...], doubt: str) -> Line:
        return Line("grade", "等次", "grade", None, "", "", tuple(basis), sources, doubt)


def _key(word: object) -> str:
    return "".join(str(word).split()).replace("(", "（").replace(")", "）")
