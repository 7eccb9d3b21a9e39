"""A small fixed part of ``make fuzz``, and its judges: a mutant is known by its name, each kind of fault is found."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="the workers bound their memory as Linux does")

from formgen.model import Issue, IssueCode, Locator, Reading, Record, Severity, Subject
from formgen.parsing import FileReading
from fuzzed import campaign, corpus, readers, workers
from fuzzed.findings import Finding, Probe
from fuzzed.invariants import broken, lost, misplaced
from fuzzed.mutation import Mutant, mutant
from parsers.grid import Cell, Document, Grid

FORMS = {form.id: form for form in readers.forms()}
WHERE = Locator("table 1", "row 7, column 5")


def test_three_hundred_mutants_end_well() -> None:
    plan = {kind: count for kind, count in campaign.shares(300).items() if kind != "scan"}

    result = campaign.run(plan, 20, workers=2)

    assert {place: found[0] for place, found in result.findings.items()} == {}
    assert result.tried == sum(plan.values())
    assert result.tallies["docx"].outcomes["records"] > plan["docx"] / 3


@pytest.mark.parametrize("kind", [kind for kind in corpus.KINDS if kind != "scan"])
def test_a_mutant_is_known_by_its_name(kind: str) -> None:
    names = [f"{kind}:5:{number}" for number in range(6)]

    made = [mutant(name).data for name in names]

    assert made == [mutant(name).data for name in names]
    assert len(set(made)) > 1


def test_another_process_makes_the_same_mutants() -> None:
    names = ("docx:5:1", "xlsx:5:2+7", "pdf:5:3", "picture:5:4", "template:5:5")
    code = "from fuzzed.mutation import mutant; import hashlib\n"
    code += f"for name in {names}: print(hashlib.sha256(mutant(name).data).hexdigest())"
    here = Path(__file__).parents[1]

    said = [
        subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert said[0] == said[1]
    assert len(set(said[0].split())) == len(names)


def one_record(**readings: Reading) -> FileReading:
    form = FORMS["dayang-monthly"]
    plain = {item.id: Reading("", None, WHERE) for item in form.items}
    record = Record(form.id, form.scheme, Subject("张庄村", "李四"), "2023-03", plain | readings)
    return FileReading("三月.docx", "0" * 64, "docx", (record,), ())


def test_a_sound_reading_is_not_found_fault_with() -> None:
    assert list(broken(one_record(**{"2.1": Reading("8", Decimal(8), WHERE)}), FORMS)) == []


@pytest.mark.parametrize(
    "reading",
    [
        Reading("800", Decimal(800), WHERE),
        Reading("-1", Decimal(-1), WHERE),
        Reading("八九分", None, WHERE),
        Reading("8", Decimal(8), Locator()),
        Reading("NaN", Decimal("NaN"), WHERE),
        Reading("", Decimal(8), WHERE),
        Reading("8", 8.0, WHERE),  # type: ignore[arg-type]
    ],
)
def test_a_reading_that_does_not_hold_is_found(reading: Reading) -> None:
    assert list(broken(one_record(**{"2.1": reading}), FORMS))


def test_a_doubt_about_a_reading_answers_for_it() -> None:
    doubt = Issue(IssueCode.OUT_OF_RANGE, Severity.ERROR, "得分800超过本项满分", WHERE, "2.1", 0)
    found = one_record(**{"2.1": Reading("800", Decimal(800), WHERE)})

    assert list(broken(replace(found, issues=(doubt,)), FORMS)) == []


def test_words_that_were_dropped_are_found() -> None:
    cell = Cell(6, 4, "乙玖玖", WHERE)
    paper = Document("docx", (Grid("table 1", 9, 6, (cell,)),))

    assert list(lost("乙玖玖", paper, one_record()))
    assert list(lost("乙玖玖", Document("docx", ()), one_record()))
    assert not list(lost("乙玖玖", paper, one_record(**{"2.1": Reading("乙玖玖", "乙玖玖", WHERE)})))


def test_a_cell_outside_of_its_grid_is_found() -> None:
    cell = Cell(8, 4, "8", WHERE, rowspan=3)

    assert list(misplaced(Document("docx", (Grid("table 1", 9, 6, (cell,)),))))


def fails(_: Mutant, found: Probe) -> None:
    found.outcome = str(int("八"))


def works_on(_: Mutant, found: Probe) -> None:
    while True:
        found.outcome = "records"


def grows(_: Mutant, found: Probe) -> None:
    found.outcome = str(len(b"x" * (100 << 20)))


def dies(_: Mutant, found: Probe) -> None:
    import os

    os.abort()


@pytest.mark.parametrize(
    ("reader", "said"), [(fails, "ValueError"), (works_on, "a hang"), (grows, "growth"), (dies, "the process died")]
)
def test_each_kind_of_fault_is_found_and_the_others_are_still_tried(
    reader: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(readers._READERS, "text", reader)
    monkeypatch.setattr(campaign, "HANG", 1.0)
    monkeypatch.setattr(workers, "GROWTH", 50)

    result = campaign.run({"text": 2}, 1, guided=False)

    assert result.tried == 2
    ((signature, found),) = result.findings.items()
    assert signature.startswith(said)
    assert len(found) == 2


def test_what_a_net_caught_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    from parsers import excel

    def panics(*_: object) -> None:
        raise IndexError("8")

    monkeypatch.setattr(excel, "_notes", panics)

    with pytest.raises(Finding, match="IndexError"):
        readers.probe(mutant("xlsx:1:0"))
