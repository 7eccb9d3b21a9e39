"""The assessment of one subject in one period: points, money and grade, each line with its reason. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from formgen.model import Assessment, Decision, Form, Issue, IssueCode, Line, Reading, Record, Severity, Source
from formgen.scheme.types import MoneyPerDay, Scheme
from formgen.scoring import making
from formgen.scoring.decisions import Decisions
from formgen.scoring.evidence import (
    Evidence,
    Overlaid,
    correction_source,
    issue_words,
    reading_source,
    settle,
)
from formgen.scoring.facts import NOTHING, FactSorter, Sorted
from formgen.scoring.figures import countable, figure, words
from formgen.scoring.grading import Grading
from formgen.scoring.items import ItemPlan, full_line, plain_line, plan_item, weigh
from formgen.scoring.money import MoneyRules, own_doubts
from formgen.scoring.points import compute
from formgen.scoring.sums import Share, Total, parts_of
from formgen.subjects import same

Step = Literal["points", "money", "grade"]
ALL_STEPS: tuple[Step, ...] = ("points", "money", "grade")
_NO_RECORD = "没有收到考核表"


class Assessor:
    """Computes points, money and grade by one form of a scheme and the office's decisions.

    All that does not depend on a subject is prepared once. ``steps`` leaves out what is not wanted: with
    ``("points",)`` no decision on bands is needed. Not safe to share between threads.
    """

    def __init__(
        self, scheme: Scheme, form: Form, decisions: Sequence[Decision], *, steps: Sequence[Step] = ALL_STEPS
    ) -> None:
        self._scheme = scheme.id
        self._form = form
        self._title = scheme.title
        self._steps = frozenset(steps)
        self._decisions = Decisions(scheme, form, decisions)
        rules = scheme.rules_of(form.id)
        self._plans: tuple[ItemPlan, ...] = tuple(
            plan_item(item, form, scheme, [rule for rule in rules if rule.item == item.id], self._decisions)
            for item in form.items
        )
        self._ids = frozenset(plan.id for plan in self._plans)
        self._weigh = lru_cache(maxsize=8192)(weigh)
        self._parts = parts_of(form, self._plans, scheme.title) if form.base_points is not None else ()
        places = {part.id: place for place, part in enumerate(self._parts)}
        #: Places of the parts that the total is made of; None where the form has none.
        self._heads = tuple(places.get(name) for name in ("base", "bonus", "deduction"))
        self._added = lru_cache(maxsize=8192)(self._add)
        self._total = Total(scheme, form, self._plans, self._decisions) if self._parts else None
        self._sorter = FactSorter(scheme, self._decisions)
        self._grading = Grading(scheme, form, self._decisions)
        self._grade_facts = tuple(
            dict.fromkeys(
                rule.grade_fact
                for rule in scheme.money_of(form.id)
                if isinstance(rule, MoneyPerDay) and rule.grade_fact
            )
        )
        self._money = MoneyRules(
            scheme.money_of(form.id), scheme.title, self._grading.names, self._sorter, self._decisions
        )

    def assess(self, evidence: Evidence) -> Assessment:
        """The assessment of one subject.

        Raises DecisionNeededError where a step that is wanted needs an answer the office has not given, and
        ValueError where the evidence is of another form. Faults of the paper become doubts.
        """
        plain = not (evidence.issues or evidence.corrections)
        laid = Overlaid(evidence.record, {}, ()) if plain else settle(evidence)
        facts = self._sorter.sort(evidence.facts, evidence.subject, evidence.period) if evidence.facts else NOTHING
        doubts = [*evidence.doubts, *self._strange(evidence, laid.record), *facts.doubts]
        by_field: dict[str, list[Issue]] = {}
        for issue in laid.issues:
            by_field.setdefault(issue.field or "", []).append(issue)
        if plain and facts is NOTHING:
            lines = self._plain_items(evidence, doubts)
        else:
            lines = self._items(evidence, laid, facts, by_field, doubts)
        if self._total is not None:
            total = self._sums(lines, evidence, laid, by_field, doubts)
        else:
            total = None
        grade: Line | None = None
        if "grade" in self._steps:
            grade = self._grade(total, evidence, laid, facts, by_field, doubts)
            if grade is not None:
                lines.append(grade)
        if "money" in self._steps:
            named = grade.value if grade is not None and isinstance(grade.value, str) else None
            money = self._money.lines(facts, named, "grade" in self._steps, evidence.roster)
            lines += money
            doubts += own_doubts(money, "grade" in self._steps)
        for field, issues in by_field.items():
            if field not in self._ids and field not in ("total", "grade"):
                doubts += [issue_words(issue) for issue in issues]
        every = tuple(dict.fromkeys(doubts)) if doubts else ()
        return making.assessment(
            self._scheme, self._form.id, evidence.subject, evidence.period, tuple(lines), not every, every
        )

    # --- the items -------------------------------------------------------------------------------------------

    def _plain_items(self, evidence: Evidence, doubts: list[str]) -> list[Line]:
        """The lines of the items where nothing is known but the record: the way of nearly all forms."""
        readings = evidence.record.readings if evidence.record is not None else {}
        submission, weigh = evidence.submission, self._weigh
        lines = [
            plain_line(plan, reading, submission, weigh)
            if (reading := readings.get(plan.id)) is not None
            else plan.blank
            for plan in self._plans
        ]
        if evidence.record is not None:
            for plan, line in zip(self._plans, lines, strict=True):
                if line.doubt:
                    doubts.append(_doubt(plan, line))
        return lines

    def _items(
        self, evidence: Evidence, laid: Overlaid, facts: Sorted, by_field: dict[str, list[Issue]], doubts: list[str]
    ) -> list[Line]:
        readings = laid.record.readings if laid.record is not None else {}
        read = evidence.record.readings if evidence.record is not None else {}
        busy = bool(facts.by_kind or facts.spoiled)
        submission, corrections = evidence.submission, laid.corrections
        lines = []
        for plan in self._plans:
            reading = readings.get(plan.id)
            ruled = plan.rules if busy else ()
            if not ruled and plan.id not in corrections and plan.id not in by_field:
                line = plain_line(plan, reading, submission, self._weigh) if reading is not None else plan.blank
            else:
                spoiled = [self._sorter.label(r.fact) for r in ruled if r.fact in facts.spoiled]
                line = full_line(
                    plan,
                    read.get(plan.id),
                    laid.corrections.get(plan.id),
                    by_field.get(plan.id, ()),
                    compute(plan.item, ruled, facts.by_kind, evidence.period, self._decisions, self._title)
                    if ruled and not spoiled
                    else None,
                    spoiled,
                    submission,
                    self._sorter,
                )
            if line.doubt and (evidence.record is not None or line.doubt != plan.blank.doubt):
                doubts.append(_doubt(plan, line))
            lines.append(line)
        return lines

    def _strange(self, evidence: Evidence, record: Record | None) -> list[str]:
        """What does not fit between the record and whom and when it is taken for."""
        if record is None:
            return [_NO_RECORD]
        if record.form != self._form.id:
            raise ValueError(f"a record of form {record.form} for an assessor of {self._form.id}")
        found = []
        if record.subject is not evidence.subject and not same(record.subject, evidence.subject):
            found.append(f"表上写的是“{record.subject}”，不是“{evidence.subject}”")
        if record.period is None:
            found.append("表上没有写明考核时段")
        elif record.period != evidence.period:
            found.append(f"表上的时段是“{record.period}”，不是“{evidence.period}”")
        return found

    # --- sums ------------------------------------------------------------------------------------------------

    def _sums(
        self, lines: list[Line], evidence: Evidence, laid: Overlaid, by_field: dict[str, list[Issue]],
        doubts: list[str],
    ) -> Line:  # fmt: skip
        """Append categories, base, bonus, deduction and total to the lines, and give the total back."""
        assert self._total is not None
        shares = [
            value if type(value := line.value) is Decimal else _share(plan, line)
            for plan, line in zip(self._plans, lines, strict=True)
        ]
        parts, total = self._added(tuple(shares))
        lines += parts
        reading = laid.record.readings.get("total") if laid.record is not None else None
        if reading is not None or "total" in by_field:
            total = self._checked(total, reading, evidence, laid, by_field.get("total", []), doubts)
        lines.append(total)
        return total

    def _add(self, shares: tuple[Share, ...]) -> tuple[tuple[Line, ...], Line]:
        """The lines of the parts and the total of these shares; equal sheets get the same lines."""
        assert self._total is not None
        parts = tuple([part.line(part.pick(shares)) for part in self._parts])
        base, bonus, deduction = (_head(parts[place]) if place is not None else "" for place in self._heads)
        return parts, self._total.line(base, bonus, deduction)

    def _checked(
        self, total: Line, reading: Reading | None, evidence: Evidence, laid: Overlaid, issues: Sequence[Issue],
        doubts: list[str],
    ) -> Line:  # fmt: skip
        """The total beside the one on the paper. Only our own is printed; a different one on the paper is a doubt."""
        written = reading.value if reading is not None else None
        found = []
        if isinstance(written, Decimal) and isinstance(total.value, Decimal) and written != total.value:
            said = figure(written) if countable(written) else str(written)
            found.append(f"表上的合计是 {said}，按各项应为 {figure(total.value)}（{total.steps}）")
        mismatch = isinstance(total.value, Decimal) and isinstance(written, Decimal)  # then the check above is better
        found += [issue.message for issue in issues if not (mismatch and issue.code is IssueCode.TOTAL_MISMATCH)]
        if not found and reading is None:
            return total
        place = reading.where.chinese if reading is not None else ""
        doubts += [f"合计：{fault}" + (f"（{place}）" if place else "") for fault in found]
        sources = total.sources + _sources("total", evidence, laid)
        doubt = "；".join(filter(None, (total.doubt, *found)))
        return Line("total", total.label, "total", total.value, total.unit, total.steps, total.basis, sources, doubt)

    # --- the grade -------------------------------------------------------------------------------------------

    def _grade(
        self, total: Line | None, evidence: Evidence, laid: Overlaid, facts: Sorted,
        by_field: dict[str, list[Issue]], doubts: list[str],
    ) -> Line | None:  # fmt: skip
        grading = self._grading
        reading = laid.record.readings.get("grade") if laid.record is not None else None
        written = reading.value if reading is not None else None
        issues = by_field.get("grade", ())
        if any(issue.severity is Severity.ERROR for issue in issues):
            written = None
        if grading.by_points and total is not None:
            if isinstance(total.value, Decimal):
                line = grading.by_total(total.value)
            else:
                line = Line("grade", "等次", "grade", None, sources=total.sources[:0], doubt="合计未能计算")
            found = []
            if written is not None:
                name = grading.named(written)
                if name is None:
                    found.append(f"表上的等次“{words(written)}”不是本办法的等次")
                elif line.value is not None and name != line.value:
                    found.append(f"表上的等次是“{name}”，按得分应为“{line.value}”（{line.steps}）")
        elif grading.by_judgement:
            sources = _sources("grade", evidence, laid)
            said = [fact for kind in self._grade_facts for fact in facts.by_kind.get(kind, ())]
            if written is None and len({grading.named(fact.level) for fact in said}) == 1:
                written = said[0].level
            sources += tuple(self._sorter.source(fact) for fact in said)
            line = grading.judged(written, sources, "grade" in laid.corrections)
            clash = {grading.named(fact.level) for fact in said} - {line.value}
            if line.value is not None and clash:
                line = replace(line, doubt=f"记录的等次与“{line.value}”不一致，请核对")
            found = [line.doubt] if line.doubt and evidence.record is not None else []
        else:
            return None
        found += [issue.message for issue in issues]
        if not found and written is None:
            return line
        place = reading.where.chinese if reading is not None else ""
        doubts += [f"等次：{fault}" + (f"（{place}）" if place else "") for fault in found]
        sources = line.sources if grading.by_judgement else line.sources + _sources("grade", evidence, laid)
        doubt = "；".join(dict.fromkeys(filter(None, (line.doubt, *found))))
        return Line("grade", "等次", "grade", line.value, "", line.steps, line.basis, sources, doubt)


def _doubt(plan: ItemPlan, line: Line) -> str:
    """The doubt of an item with its name and, where it was read, its place."""
    place = next((source.where.chinese for source in line.sources if source.kind == "reading"), "")
    return f"{plan.name}：{line.doubt}" + (f"（{place}）" if place else "")


def _share(plan: ItemPlan, line: Line) -> Share:
    """What an item without a number brings to the sums: nothing where it may be left blank and was, else None."""
    return None if plan.role == "required" or line.doubt else ""


def _head(line: Line) -> Share:
    """What a subtotal brings to the total."""
    value = line.value
    return value if isinstance(value, Decimal) else None if line.doubt else ""


def _sources(field: str, evidence: Evidence, laid: Overlaid) -> tuple[Source, ...]:
    """The reading of a field and the correction over it, as far as there are any."""
    reading = evidence.record.readings.get(field) if evidence.record is not None else None
    correction = laid.corrections.get(field)
    found = [reading_source(field, reading, evidence.submission)] if reading is not None else []
    return (*found, *([correction_source(correction, reading)] if correction is not None else []))
