"""What a regulation leaves open, and what the office has decided about it. Nothing is defaulted silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formgen.errors import DecisionNeededError
from formgen.model import Citation, Decision
from formgen.scheme.decisions import TO_BE_FILLED_IN, in_force, toml_value
from formgen.scheme.types import Gap, Purpose, Scheme


@dataclass(frozen=True, slots=True)
class GapState:
    """A question that the regulation leaves open, and the decision in force, if there is one."""

    gap: Gap
    decision: Decision | None


def gaps(scheme: Scheme, decisions: Sequence[Decision]) -> tuple[GapState, ...]:
    """Every gap of the scheme in the order of its file, each with the decision in force."""
    latest = {decision.gap: decision for decision in in_force(decisions) if decision.scheme == scheme.id}
    return tuple(GapState(gap, latest.get(gap.id)) for gap in scheme.gap)


def gap_for(scheme: Scheme, purpose: Purpose, form_id: str | None = None) -> Gap | None:
    """The gap for a purpose: the form's own before the one for all forms. None if the regulation leaves none."""
    found = [gap for gap in scheme.gap if gap.purpose == purpose and gap.form in (None, form_id)]
    return min(found, key=lambda gap: gap.form is None, default=None)


def answer(scheme: Scheme, decisions: Sequence[Decision], gap_id: str) -> Decision:
    """The decision in force on a gap. Raises DecisionNeededError with a right example; KeyError without such a gap."""
    state = next((state for state in gaps(scheme, decisions) if state.gap.id == gap_id), None)
    if state is None:
        raise KeyError(gap_id)
    if state.decision is None:
        raise DecisionNeededError(needed(scheme, state.gap))
    return state.decision


def needed(scheme: Scheme, gap: Gap) -> str:
    """The message for an unanswered gap: question, article, what stops, and a [[decision]] to fill in."""
    citation = Citation(scheme.title, gap.article, gap.quote)
    silent = "" if gap.quote else "（未作规定）"
    lines = [
        f"需要本级决定“{gap.id}”：{gap.question}",
        f"  依据：{citation}{silent}",
        f"  没有这一决定，就不能{gap.needed_for}。",
    ]
    if gap.choices:
        lines += ["  可选：", *(f"    {choice}  {gap.choice_labels.get(choice, '')}" for choice in gap.choices)]
    lines += ["  定下后写入工作文件夹的 formgen.toml，例如（数值只是写法的示例）：", "", example(scheme, gap)]
    return "\n".join(lines)


def example(scheme: Scheme, gap: Gap) -> str:
    """A [[decision]] table for the gap, ready to paste; its authority must be filled in before it is accepted."""
    return "\n".join(
        (
            "[[decision]]",
            f"scheme = {toml_value(scheme.id)}",
            f"gap = {toml_value(gap.id)}",
            f"value = {toml_value(gap.example)}",
            f"authority = {toml_value(TO_BE_FILLED_IN + '：哪个机关、哪次会议或哪份文件）')}",
            f"date = {scheme.in_force.isoformat()}",
        )
    )
