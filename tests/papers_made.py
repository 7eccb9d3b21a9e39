"""Results of made-up people by the built-in schemes and their example decisions, and papers read back as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from made_evidence import decided, record_of, scheme_of
from paper import NS, part, text

from formgen.model import Assessment, Decision, Fact, Form, Record, RosterEntry, Standing, Subject
from formgen.scheme.types import Scheme
from formgen.scoring import Assessor, Candidate, Evidence, settle

LI, WANG, ZHAO, SUN, OU = (
    Subject("张庄村", "李四", "一组"),
    Subject("张庄村", "王五", "二组"),
    Subject("李楼村", "赵六", "东庄"),
    Subject("李楼村", "孙七", "西庄"),
    Subject("第三铺村", "欧阳振华", "前庄"),
)


def decisions_of(scheme: Scheme, **answers: Any) -> tuple[Decision, ...]:
    """The example answer to every gap, or the one given (``pay_base`` for the gap ``pay-base``)."""
    own = {name.replace("_", "-"): value for name, value in answers.items()}
    return decided(scheme, {gap.id: own.get(gap.id, gap.example) for gap in scheme.gap})


def assessed(
    scheme: Scheme,
    form: Form,
    subject: Subject,
    period: str,
    decisions: Sequence[Decision],
    *,
    scores: Mapping[str, Any] | None = None,
    facts: Sequence[Fact] = (),
    roster: RosterEntry | None = None,
) -> Assessment:
    """The assessment of one subject whose items have full marks unless ``scores`` says otherwise."""
    made = record_of(form, scores or {}, period)
    record = Record(made.form, made.scheme, subject, period, made.readings)
    evidence = Evidence(subject, period, record, "ab" * 32, (), (), tuple(facts), roster)
    return Assessor(scheme, form, decisions).assess(evidence)


def settled(
    scheme: Scheme,
    form: Form,
    assessments: Iterable[Assessment],
    decisions: Sequence[Decision],
    roster: Sequence[RosterEntry] = (),
    facts: Sequence[Fact] = (),
) -> tuple[Standing, ...]:
    """Where a cohort stands after gates and quotas."""
    entries = {entry.subject: entry for entry in roster}
    cohort = [
        Candidate(one, tuple(fact for fact in facts if fact.subject == one.subject), entries.get(one.subject))
        for one in assessments
    ]
    return settle(scheme, form, cohort, decisions, roster=roster).standings


def main_form(scheme_id: str) -> tuple[Scheme, Form]:
    """A built-in scheme and its main form."""
    scheme = scheme_of(scheme_id)
    return scheme, scheme.form_of(None)


def sheet(path: Path, number: int = 0, head: int = 3) -> list[dict[str, Any]]:
    """The rows of a sheet by their heads (line ends taken out), until one whose first two cells are empty."""
    rows = list(openpyxl.load_workbook(path).worksheets[number].iter_rows(min_row=head, values_only=True))
    heads = ["".join(str(cell).split()) for cell in rows[0]]
    return [dict(zip(heads, row, strict=True)) for row in rows[1:] if any(cell is not None for cell in row)]


def table(path: Path, number: int = 0) -> list[dict[str, str]]:
    """The rows of a Word table by their heads (line ends taken out)."""
    found = part(path).findall(".//w:tbl", NS)[number]
    rows = [[text(cell) for cell in row.findall("w:tc", NS)] for row in found.findall("w:tr", NS)]
    heads = ["".join(words.split()) for words in rows[0]]
    return [dict(zip(heads, row, strict=True)) for row in rows[1:]]


def yuan(words: object) -> Decimal:
    """An amount as a paper prints it."""
    return Decimal(str(words).replace("−", "-").replace("+", "")) if words not in ("", None) else Decimal(0)
