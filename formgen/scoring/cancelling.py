"""Pay that is cancelled: what is due is 0, what would have been due stays visible, and what was paid is named. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from formgen.model import Assessment, Citation, ConsequenceDue, Decision, Line, Reason, Source, Standing
from formgen.periods import in_chinese
from formgen.scoring.figures import ZERO, figure

#: The line of what would be due, where the pay is cancelled.
BEFORE = "pay-before"


def money_lines(assessment: Assessment) -> tuple[Line, ...]:
    """The lines of money: they stand at the end."""
    lines = assessment.lines
    start = len(lines)
    while start and lines[start - 1].kind == "money":
        start -= 1
    return lines[start:]


def cancelled(money: tuple[Line, ...], due: Sequence[ConsequenceDue]) -> tuple[Line, ...]:
    """The money after a cancellation of the pay: nothing is paid out; where it is not certain, that is not either."""
    cancelling = [one for one in due if one.kind == "pay-cancelled"]
    if not cancelling:
        return money
    basis: tuple[Citation | Decision, ...] = tuple(dict.fromkeys(one.basis for one in cancelling))
    sources: tuple[Source, ...] = tuple(dict.fromkeys(source for one in cancelling for source in one.sources))
    labels = "；".join(one.label for one in cancelling)
    certain = any(not one.doubt for one in cancelling)
    found: list[Line] = []
    for line in money:
        if line.id != "pay":
            found.append(line)
        elif certain:
            if isinstance(line.value, Decimal):
                found.append(replace(line, id=BEFORE, label="取消前应发"))
            found.append(replace(line, value=ZERO, steps=f"{labels}，计 0", basis=basis, sources=sources, doubt=""))
        else:
            doubt = f"不能确定是否{labels}"
            found.append(replace(line, value=None, steps="", basis=basis, sources=sources, doubt=doubt))
    return tuple(found)


def due_before(standing: Standing) -> Decimal | None:
    """What was due for the period before any cancellation of the pay; None where it is not settled."""
    values = {line.id: line.value for line in standing.money}
    value = values.get(BEFORE, values.get("pay"))
    return value if isinstance(value, Decimal) else None


def reclaimed(paid: Mapping[str, Decimal | None], basis: tuple[Citation | Decision, ...]) -> tuple[Reason, ...]:
    """What was due in the earlier periods of the year, by period; None: not settled. Nothing where there is none."""
    if not paid:
        return ()
    total = sum((value for value in paid.values() if value is not None), ZERO)
    sums = "、".join(
        in_chinese(period) + ("未定" if value is None else f"{figure(value)}元")
        for period, value in sorted(paid.items())
    )
    return (Reason("reclaim", f"本年此前原应发：{sums}；合计{figure(total)}元，已发的应予追回", basis),)
