"""What is certain enough to leave the office, and the words that a page carries where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from formgen.errors import UsageError
from formgen.model import Decision, Form
from formgen.rendering.accounts import Accountant
from formgen.rendering.context import DRAFT
from formgen.rendering.outcome import Outcome

EXAMPLE = "示例：所依据的本级决定是示例，不是正式决定"
_SHOWN = 10  #: Doubtful subjects that a message names.

Doubtful = Callable[[Outcome], bool]


def not_final(outcome: Outcome) -> bool:
    """Whether anything about it is still open."""
    return not outcome.final


def unsettled(outcome: Outcome) -> bool:
    """Whether its grade or its money is still open."""
    return not outcome.settled


def unprintable(form: Form) -> Doubtful:
    """Whether a row cannot stand in a notice as certain: not settled, or without the total that the form needs."""
    scored = form.base_points is not None
    return lambda outcome: not outcome.settled or (scored and outcome.total is None)


def unpayable(accountant: Accountant, doubtful: Doubtful = unsettled) -> Doubtful:
    """Whether it is doubtful, or its pay does not fit the roster any more."""
    return lambda outcome: doubtful(outcome) or bool(accountant.account(outcome).doubt)


def refuse_doubtful(
    paper: str,
    outcomes: Sequence[Outcome],
    drafts: bool,
    doubtful: Doubtful = not_final,
    otherwise: str = "没有合计分",
) -> None:
    """Raises UsageError where there is nobody, or somebody is doubtful and ``drafts`` is not set; names them.

    ``otherwise`` is said of one that has no doubts of its own.
    """
    if not outcomes:
        raise UsageError(f"没有评定结果，不能生成{paper}；请先运行 formgen assess")
    found = [outcome for outcome in outcomes if doubtful(outcome)]
    if not found or drafts:
        return
    lines = [f"  {one.subject}：{one.doubts[0] if one.doubts else otherwise}" for one in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"  ……共{len(found)}个")
    raise UsageError(
        f"有{len(found)}个对象的评定还有没核实的疑点，不能生成正式{paper}：\n"
        + "\n".join(lines)
        + "\n读数上的疑点用 formgen review 核实，须由人确定的事用 formgen facts add 登记，然后重新评定；"
        + "只要草稿请加 --drafts"
    )


def mark(outcomes: Iterable[Outcome], doubtful: Doubtful = not_final) -> str:
    """The words that every page must carry, ``""`` if none."""
    shown = list(outcomes)
    words = [DRAFT] if any(map(doubtful, shown)) else []
    if any(isinstance(basis, Decision) and basis.example for outcome in shown for basis in outcome.basis):
        words.append(EXAMPLE)
    return "；".join(words)
