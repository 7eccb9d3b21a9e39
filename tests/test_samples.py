"""The samples: what is read from each is what stands on it, and a transcript of it lies beside it."""

from __future__ import annotations

import difflib
import functools
import io
import tomllib
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from transcripts import transcript

from formgen import libreoffice
from formgen.model import Issue, Record, Value
from formgen.parsing import FileReading, Hints
from formgen.scheme.loading import load_schemes
from parsers.reading import read_file

SAMPLES = Path(__file__).parent.parent / "samples"
TRUTH: list[dict[str, Any]] = tomllib.loads((SAMPLES / "truth.toml").read_text("utf-8"))["file"]
EXPECTED = ".expected.txt"
NOT_SAMPLES = {"truth.toml", "README.md"}
SAME_KIND = {"et": "xls", "wps": "doc"}
ENDINGS = {".docx", ".docm", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".pdf", ".doc", ".wps", ".et", ".jpg"}
NUMBERS = ("base_pay", "count")


@functools.cache
def reading_of(path: str) -> FileReading:
    forms = tuple(form for scheme in load_schemes(None) for form in scheme.form)
    return read_file(SAMPLES / path, forms, hints=Hints(names=(Path(path).name,)), convert=libreoffice.convert)


def each(**only: bool) -> list[Any]:
    """The samples as parameters; those that LibreOffice has to open carry its mark."""
    chosen = [sample for sample in TRUTH if not only or bool(sample.get("record")) is only["forms"]]
    marks = {True: (pytest.mark.libreoffice,), False: ()}
    return [pytest.param(sample, id=sample["path"], marks=marks["program" in sample]) for sample in chosen]


# --- judging a reading against the truth -----------------------------------------------------------------------


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
    faults = [f"kind {kind}, stated {sample['kind']}"] if sample["kind"] and kind != sample["kind"] else []
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


# --- the tests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", each())
def test_what_is_read_is_what_stands_on_the_paper(sample: dict[str, Any]) -> None:
    reading = reading_of(sample["path"])

    faults = judge(sample, reading)

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("sample", each(forms=True))
def test_a_sample_is_claimed_by_one_parser(sample: dict[str, Any]) -> None:
    reading = reading_of(sample["path"])

    assert len({claim.parser for claim in reading.claims}) == 1, [claim.evidence for claim in reading.claims]
    assert reading.records


@pytest.mark.parametrize("sample", each(forms=False))
def test_what_cannot_be_read_is_set_aside_with_a_reason(sample: dict[str, Any]) -> None:
    reading = reading_of(sample["path"])

    reasons = [issue for issue in reading.issues if issue.code.value in sample["issues"]]

    assert not reading.records
    assert all(issue.needs_person and issue.message for issue in reasons)
    assert len(reasons) == len(sample["issues"])


@pytest.mark.parametrize("sample", each())
def test_the_transcript_beside_it_is_what_is_read(sample: dict[str, Any], accept: bool) -> None:
    beside = SAMPLES / (sample["path"] + EXPECTED)
    found = transcript(reading_of(sample["path"]))
    if accept:
        beside.write_text(found, "utf-8", newline="\n")

    stands = beside.read_text("utf-8") if beside.exists() else ""
    difference = difflib.unified_diff(stands.splitlines(), found.splitlines(), "stands", "is read", lineterm="", n=1)

    assert stands == found, "\n".join(difference) + "\n(pytest --accept rewrites the transcripts)"


def test_every_file_has_its_truth_and_every_transcript_its_file() -> None:
    files = {
        path.relative_to(SAMPLES).as_posix()
        for path in SAMPLES.rglob("*")
        if path.is_file() and path.name not in NOT_SAMPLES
    }
    transcripts = {path for path in files if path.endswith(EXPECTED)}

    stated = {sample["path"] for sample in TRUTH}

    assert files - transcripts == stated
    assert transcripts == {path + EXPECTED for path in stated}


def test_the_samples_cover_all_forms_all_kinds_and_several_producers() -> None:
    forms = {record["form"] for sample in TRUTH for record in sample.get("record", ())}
    endings = {Path(sample["path"]).suffix for sample in TRUTH}
    producers = {sample["producer"] for sample in TRUTH}
    returned = [s for s in TRUTH if s.get("record") and s["record"][0]["form"] not in ("roster", "facts")]

    assert forms >= {form.id for scheme in load_schemes(None) for form in scheme.form} | {"roster", "facts"}
    assert endings >= ENDINGS
    assert len(producers) >= 6
    assert len(returned) >= 30


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample["path"]) for sample in TRUTH])
def test_a_sample_is_small_and_names_no_machine(sample: dict[str, Any]) -> None:
    data = (SAMPLES / sample["path"]).read_bytes()
    parts = [data]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]

    traces = ("/tmp/", "/home/", "/root/", "/work/", "file:///", "C:\\Users")
    found = [t for t in traces for p in parts if t.encode() in p or t.encode("utf-16-le") in p]

    assert len(data) < 120_000
    assert not found


def test_a_wrong_value_is_noticed() -> None:
    sample = next(sample for sample in TRUTH if sample["path"].endswith("张庄村-张守田.docx"))
    reading = reading_of(sample["path"])
    wrong = {**sample, "record": [sample["record"][0] | {"values": sample["record"][0]["values"] | {"2.1": "9"}}]}

    faults = judge(wrong, reading)

    assert any(fault.startswith("record 0: wrong value: 2.1") for fault in faults)
