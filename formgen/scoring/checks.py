"""Checks of a regulation that change no points: approvals, voters, the order of opinions, days present. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from formgen.model import Fact, Line, Reason
from formgen.periods import contains, in_chinese, kind_of
from formgen.scheme.laws import ApprovalCheck, AttendanceCheck, Check, DatesCheck, VotersCheck
from formgen.scoring.accuracy import sub_periods
from formgen.scoring.candidates import Runner
from formgen.scoring.facts import FactSorter
from formgen.scoring.figures import ZERO, countable, figure
from formgen.scoring.sequences import ended_by


def apply_checks(runner: Runner, facts: Sequence[Fact], sorter: FactSorter, instrument: str) -> list[str]:
    """Look at every check of the form; gives back what is only advice, in Chinese.

    A check of severity ``rule`` that fails leaves the grade open until a person has put the paper or the facts right.
    """
    advice: list[str] = []
    for check in runner.laws.checks:
        for fault in _faults(check, runner, facts, sorter):
            text = f"{check.label}：{fault}"
            if check.severity == "advice":
                runner.reasons.append(Reason("advice", text, (check.cite(instrument),)))
                advice.append(f"{runner.name}：{text}")
                continue
            runner.reasons.append(Reason("check", text, (check.cite(instrument),)))
            runner.unsettle(text)
            runner.best, runner.low, runner.high = 0, None, None
    return advice


def _faults(check: Check, runner: Runner, facts: Sequence[Fact], sorter: FactSorter) -> Iterator[str]:
    period = runner.candidate.assessment.period
    match check:
        case ApprovalCheck():
            yield from _approval(check, facts, period, sorter)
        case VotersCheck():
            yield from _voters(check, runner.laws.line(runner.candidate.assessment, check.item), facts, period)
        case DatesCheck():
            yield from _dates(check, runner)
        case AttendanceCheck():
            yield from _attendance(check, facts, period)


def _own(fact: Fact, kind: str, period: str) -> bool:
    try:
        return fact.kind == kind and contains(period, fact.period)
    except ValueError:
        return False


def _approval(check: ApprovalCheck, facts: Sequence[Fact], period: str, sorter: FactSorter) -> Iterator[str]:
    found = [(sorter.words(fact), sorter.level(fact), _longer(fact, check)) for fact in facts
             if fact.count and _own(fact, check.fact, period)]  # fmt: skip
    for words, level, longer in sorted(found):
        given = f"写的是“{level}”" if level else "没有写明由哪一级批准"
        if longer and level not in check.levels:
            yield f"超过{figure(check.more_than)}天，应由{'或'.join(check.levels)}批准，{given}（{words}）"
        elif not longer and check.short_levels and level not in (*check.short_levels, *check.levels):
            yield f"{figure(check.more_than)}天以内，应由{'或'.join(check.short_levels)}批准，{given}（{words}）"


def _longer(fact: Fact, check: ApprovalCheck) -> bool:
    return not countable(fact.count) or fact.count > check.more_than


def _voters(check: VotersCheck, line: Line | None, facts: Sequence[Fact], period: str) -> Iterator[str]:
    if line is None or not isinstance(line.value, Decimal):
        return
    found = [fact.count for fact in facts if _own(fact, check.fact, period)]
    if len(set(found)) > 1:
        yield f"参加测评的人数有几个：{'、'.join(map(figure, sorted(set(found))))}"
    elif not found:
        yield f"没有记录参加测评的人数，应有{figure(check.at_least)}人以上"
    elif not countable(found[0]) or found[0] < check.at_least:
        yield f"参加测评{figure(found[0])}人，不足{figure(check.at_least)}人，{line.label}的得分不能作准"


def _dates(check: DatesCheck, runner: Runner) -> Iterator[str]:
    record = runner.candidate.record
    if record is None:
        return
    labels = {box.id: box.label for box in runner.laws.form.fields}
    before: tuple[str, date] | None = None
    for name in check.fields:
        reading = record.readings.get(name)
        value = reading.value if reading is not None else None
        if not isinstance(value, date):
            continue
        label = labels.get(name.partition(".")[0], name)
        if before is not None and value < before[1]:
            yield f"“{label}”（{value.isoformat()}）早于“{before[0]}”（{before[1].isoformat()}）"
        before = (label, value)


def _attendance(check: AttendanceCheck, facts: Sequence[Fact], period: str) -> Iterator[str]:
    wanted = figure(check.at_least)
    if check.within == "year":
        if kind_of(period) != "year":
            return
        counts = [fact.count for fact in facts if _own(fact, check.fact, period)]
        if counts and sum(counts, ZERO) < check.at_least:
            yield f"{in_chinese(period)}共{figure(sum(counts, ZERO))}天，不足{wanted}天"
        elif not counts and check.severity == "rule":
            yield f"没有记录天数，应不少于{wanted}天"
        return
    for month in sub_periods(period, "month"):
        counts = [fact.count for fact in facts if fact.kind == check.fact and _own(fact, check.fact, month)]
        if counts and sum(counts, ZERO) < check.at_least and ended_by(period, month):
            yield f"{in_chinese(month)}共{figure(sum(counts, ZERO))}天，不足{wanted}天"
        elif not counts and check.severity == "rule":
            yield f"{in_chinese(month)}没有记录天数，应不少于{wanted}天"
