"""The samples: what is read from each is what stands on it, and a transcript of it lies beside it."""

from __future__ import annotations

import difflib
import functools
import io
import tomllib
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from judging import judge
from transcripts import transcript

from formgen import libreoffice
from formgen.model import Issue, IssueCode, Locator, Reading, Record, Severity, Subject
from formgen.parsing import FileReading, Hints, Scanning
from formgen.rendering.layout import layouts
from formgen.scheme.loading import load_schemes
from parsers.reading import read_file

SAMPLES = Path(__file__).parent.parent / "samples"
TRUTH: list[dict[str, Any]] = tomllib.loads((SAMPLES / "truth.toml").read_text("utf-8"))["file"]
EXPECTED = ".expected.txt"
ENDINGS = {".docx", ".docm", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".pdf", ".doc", ".wps", ".et", ".jpg", ".tif"}


FORMS = tuple(form for scheme in load_schemes(None) for form in scheme.form)


@functools.cache
def scanning() -> Scanning:
    return Scanning(layouts(None, FORMS))


@functools.cache
def reading_of(path: str) -> FileReading:
    hints = Hints(names=(Path(path).name,))
    return read_file(SAMPLES / path, FORMS, hints=hints, convert=libreoffice.convert, scanning=scanning)


def each(**only: bool) -> list[Any]:
    """The samples as parameters; those that LibreOffice has to open carry its mark."""
    chosen = [sample for sample in TRUTH if not only or bool(sample.get("record")) is only["forms"]]
    marks = {True: (pytest.mark.libreoffice,), False: ()}
    return [pytest.param(sample, id=sample["path"], marks=marks["program" in sample]) for sample in chosen]


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
        if path.is_file() and path.suffix not in (".toml", ".md")
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

    assert len(data) < (400_000 if sample["kind"] == "scan" else 120_000)
    assert not found


# --- the judge is judged ---------------------------------------------------------------------------------------

PAPER = {
    "path": "-",
    "kind": "docx",
    "record": [
        {
            "form": "dayang-monthly",
            "subject": {"village": "张庄村"},
            "period": "2023-03",
            "values": {"2.1": "9", "3.1": "31", "4.1": "8"},
            "blank": ["5.1"],
            "field_issues": {"3.1": ["out-of-range"]},
            "may_doubt": ["4.1"],
        }
    ],
}
RANGE = Issue(IssueCode.OUT_OF_RANGE, Severity.ERROR, "", field="3.1", record=0)


def read_as(*issues: Issue, **values: str | None) -> FileReading:
    """A reading of PAPER: right but for the values given (``i2_1``)."""
    found: dict[str, str | None] = {"2.1": "9", "3.1": "31", "4.1": "8", "5.1": None}
    found |= {key[1:].replace("_", "."): value for key, value in values.items()}
    readings = {key: Reading("", Decimal(text) if text else None, Locator()) for key, text in found.items()}
    record = Record("dayang-monthly", "dayang-2023", Subject("张庄村"), "2023-03", readings)
    return FileReading("-", "", "docx", (record,), issues)


def test_a_right_reading_passes() -> None:
    assert judge(PAPER, read_as(RANGE)) == []


@pytest.mark.parametrize(
    ("reading", "fault"),
    [
        (read_as(RANGE, i2_1="8"), "wrong value: 2.1"),
        (read_as(RANGE, i2_1=None), "not read: 2.1"),
        (read_as(RANGE, i5_1="0"), "wrong value: 5.1"),
        (read_as(RANGE, i1_1="2"), "invented: 1.1"),
        (read_as(), "3.1: needs an issue"),
        (read_as(RANGE, i3_1="30"), "wrong value: 3.1"),
        (read_as(RANGE, i4_1="2"), "wrong value: 4.1"),
        (read_as(RANGE, i4_1=None), "wrong value: 4.1"),
        (read_as(RANGE, replace(RANGE, field="2.1")), "false alarm on 2.1"),
        (read_as(RANGE, replace(RANGE, field=None)), "false alarm: out-of-range"),
        (replace(read_as(RANGE), records=()), "0 records, stated 1"),
        (replace(read_as(RANGE), kind="pdf"), "kind pdf"),
    ],
)
def test_a_fault_of_the_reader_is_noticed(reading: FileReading, fault: str) -> None:
    faults = judge(PAPER, reading)

    assert fault in faults[0]
