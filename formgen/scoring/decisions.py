"""The office's answers to what a regulation leaves open, asked only where a step needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from formgen.errors import ConfigurationError
from formgen.model import Citation, Decision, Form
from formgen.scheme.gaps import answer, gap_for
from formgen.scheme.types import Gap, Purpose, Scheme


class Decisions:
    """The decisions in force for one form of a scheme. An answer that is not there raises DecisionNeededError."""

    def __init__(self, scheme: Scheme, form: Form, decisions: Sequence[Decision]) -> None:
        self._scheme = scheme
        self._decisions = tuple(d for d in decisions if d.scheme == scheme.id)
        self._gaps: dict[str, Gap] = {gap.id: gap for gap in scheme.gap}
        self._form = form
        self._answers: dict[str, Decision] = {}

    def gap(self, purpose: Purpose) -> Gap | None:
        """The gap with this purpose for the form: its own before one for all forms. None if there is none."""
        return gap_for(self._scheme, purpose, self._form.id)

    def choices(self, gap_id: str) -> tuple[str, ...]:
        """The answers that a gap allows."""
        return self._gaps[gap_id].choices if gap_id in self._gaps else ()

    def answer(self, gap_id: str) -> Decision:
        """The decision in force for a gap. Raises DecisionNeededError with the question and a right example."""
        if gap_id not in self._answers:
            self._answers[gap_id] = answer(self._scheme, self._decisions, gap_id)
        return self._answers[gap_id]

    def answered(self, gap_id: str) -> bool:
        """Whether the office has decided the gap."""
        return any(decision.gap == gap_id for decision in self._decisions)

    def number(self, gap_id: str) -> tuple[Decimal, Decision]:
        """The answer to a gap that asks for a number or a share. Raises DecisionNeededError."""
        decision = self.answer(gap_id)
        return decimal_of(decision.value, decision), decision


def decimal_of(value: object, decision: Decision) -> Decimal:
    """A number out of a decision's value. Raises ConfigurationError if it is none."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str | float):
        try:
            return Decimal(str(value))
        except ArithmeticError:
            pass
    raise ConfigurationError(f"{decision}：“{value}”不是数，应写作如 value = 90")


def distinct(basis: Iterable[Citation | Decision]) -> tuple[Citation | Decision, ...]:
    """Each citation and decision once, in order. A decision's value may be a table, so it cannot be hashed."""
    found: list[Citation | Decision] = []
    for part in basis:
        if part not in found:
            found.append(part)
    return tuple(found)
