"""Where a reading differs from the truth of samples/truth.toml. See docs/samples.md for the kinds of field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from formgen.model import Issue, Record, Value
from formgen.parsing import FileReading

SAME_KIND = {"et": "xls", "wps": "doc"}  # the same content under WPS's own names
NUMBERS = ("base_pay", "count", "total")


def means(field: str, value: Value, truth: str | None) -> bool:
    """Whether a value that was read is what the clerk states."""
    if truth is None or value is None:
        return value is None and truth is None
    if isinstance(value, Decimal):
        return (field in NUMBERS or field[:1].isdecimal()) and value == Decimal(truth)
    if isinstance(value, date):
        return value.isoformat() == truth
    return isinstance(value, str) and "".join(value.split()) == "".join(truth.split())


def doubts(issues: list[Issue], field: str) -> set[str]:
    """Codes of the issues on a field that ask for a person."""
    return {issue.code.value for issue in issues if issue.field == field and issue.needs_person}


def judge_field(
    field: str, stated: str | None, record: Record, issues: list[Issue], truth: dict[str, Any]
) -> list[str]:
    """What is wrong with one field."""
    reading = record.readings.get(field)
    value = reading.value if reading else None
    if field == "total" and reading is None:
        return []  # a total is checked; it need not be handed on
    right, codes = means(field, value, stated), doubts(issues, field)
    found = f"{field}: read {value!r} from {reading.text if reading else None!r}, stated {stated!r}"
    must = truth.get("field_issues", {}).get(field)
    if must:
        faults = [] if right or value is None else [f"wrong value: {found}"]
        if not codes or ("*" not in must and not codes & set(must)):
            faults.append(f"{field}: needs an issue {must}, has {sorted(codes)}")
        return faults
    if field in truth.get("may_doubt", ()):
        return [] if right or (value is None and codes) else [f"wrong value: {found}"]
    if not right:
        return [f"{'wrong value' if value is not None and not codes else 'not read'}: {found} {sorted(codes)}"]
    allowed = set(truth.get("issues", ())) | set(truth.get("may_issues", ()))
    return [f"false alarm on {field}: {sorted(codes - allowed)}"] if codes - allowed else []


def judge_record(index: int, record: Record, sample: dict[str, Any], reading: FileReading) -> list[str]:
    """What is wrong with one record."""
    truth = sample["record"][index]
    alone = len(sample["record"]) == 1
    issues = [issue for issue in reading.issues if issue.record == index or (issue.record is None and alone)]
    truth = truth | {
        "may_issues": [*truth.get("may_issues", ()), *sample.get("issues", ()), *sample.get("may_issues", ())]
    }
    faults = []
    if record.form != truth["form"]:
        faults.append(f"form {record.form}, stated {truth['form']}")
    if record.form not in ("roster", "facts") and record.period != truth.get("period"):
        faults.append(f"period {record.period}, stated {truth.get('period')}")
    for part, stated in truth["subject"].items():
        if getattr(record.subject, part) != stated:
            faults.append(f"subject {part} {getattr(record.subject, part)!r}, stated {stated!r}")
    for field, stated in [*truth["values"].items(), *((field, None) for field in truth.get("blank", ()))]:
        faults += judge_field(field, stated, record, issues, truth)
    known = truth["values"].keys() | set(truth.get("blank", ()))
    faults += [
        f"invented: {field} {read.value!r}"
        for field, read in record.readings.items()
        if field not in known and read.value is not None
    ]
    present = {issue.code.value for issue in issues if issue.needs_person}
    faults += [f"needs an issue {code}" for code in truth.get("issues", ()) if code not in present]
    allowed = set(truth.get("issues", ())) | set(truth["may_issues"])
    faults += [
        f"false alarm: {issue.code.value} {issue.where}: {issue.message}"
        for issue in issues
        if issue.needs_person and issue.code.value not in allowed and (issue.field is None or issue.field not in known)
    ]
    return faults


def judge(sample: dict[str, Any], reading: FileReading) -> list[str]:
    """Everything in which a reading differs from what stands on the paper."""
    kind = SAME_KIND.get(reading.kind, reading.kind)
    faults = [f"kind {kind}, stated {sample['kind']}"] if kind != SAME_KIND.get(sample["kind"], sample["kind"]) else []
    codes = {issue.code.value for issue in reading.issues}
    faults += [f"needs an issue {code}" for code in sample.get("issues", ()) if code not in codes]
    stated = sample.get("record", [])
    if len(reading.records) != len(stated):
        said = [f"{issue.code.value}: {issue.message}" for issue in reading.issues]
        return [*faults, f"{len(reading.records)} records, stated {len(stated)}", *said]
    for index, record in enumerate(reading.records):
        faults += [f"record {index}: {fault}" for fault in judge_record(index, record, sample, reading)]
    if len(stated) != 1:
        allowed = {*sample.get("issues", ()), *sample.get("may_issues", ())}
        faults += [
            f"false alarm: {issue.code.value}: {issue.message}"
            for issue in reading.issues
            if issue.record is None and issue.needs_person and issue.code.value not in allowed
        ]
    return faults
