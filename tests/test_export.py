"""What is exported: every figure, no formula of a sender, and with --redact nobody's name."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kept import Office
from openpyxl import load_workbook

from formgen import workspace
from formgen.cli import formgen
from formgen.exporting import harmless
from formgen.model import Subject
from formgen.redaction import KEY, Redaction, read_key
from formgen.store import Store
from formgen.workspace import Workspace

NAMES = ("李四", "王五", "赵六", "王会计")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = workspace.create(tmp_path_factory.mktemp("导出") / "工作区", scheme="dayang-2023", demo=True)
    office = Office(place.archive, "dayang-2023")
    office.roster("李四", "王五", "赵六", base_pay=600)
    text = "=HYPERLINK(13912345678)"
    office.take(f"facts - 张庄村/李四 date=2023-03-08 kind=会议无故迟到 count=2 text={text}", name="张庄村-李四.docx")
    sheet = office.take_period("dayang-monthly", "2023-03", {"李四": 30, "王五": 20, "赵六": 25})
    office.correct(sheet, 1, "4.1", "与李四谈过，电话13912345678")
    office.correct(sheet, 1, "4.1", None)
    office.assess("2023-03")
    office.store.close()
    return place


def run(place: Workspace, *words: str) -> Result:
    result = CliRunner().invoke(formgen, ["export", *words, "-w", str(place.root)], standalone_mode=False)
    assert result.exception is None, result.exception
    return result


def written(result: Result) -> list[Path]:
    return [Path(line) for line in result.stdout.splitlines() if line.startswith("/")]


def test_every_reading_and_every_line_is_there(place: Workspace) -> None:
    paths = written(run(place, "records", "assessments", "-f", "csv"))
    records, lines = (list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))) for path in paths)

    wanted = {"村": "张庄村", "姓名": "李四", "字段": "4.1", "读数": "30", "时段": "2023-03"}
    assert any(wanted.items() <= row.items() for row in records)
    assert {row["姓名"] for row in lines} == {"李四", "王五", "赵六"}
    assert any(row["计分行"] == "total" and row["数值"] == "100" for row in lines)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths)


def test_what_a_sender_wrote_is_no_formula_in_excel(place: Workspace) -> None:
    (path,) = written(run(place, "facts"))

    cells = [cell for row in load_workbook(path)["事项"].iter_rows() for cell in row]
    formulas = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith("=")]
    assert formulas
    assert {cell.data_type for cell in formulas} == {"s"}
    assert b"<f>" not in path.read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "|cmd", "%0"])
def test_what_could_be_a_formula_is_a_text_in_csv(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["8.5", "-2", "+3", "李四", "2023-03", ""])
def test_figures_and_words_stay_as_they_are_in_csv(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_no_name_and_no_number_of_a_telephone_is_in_what_is_redacted(place: Workspace, kind: str) -> None:
    paths = written(run(place, "--redact", "-f", kind))

    for path in paths:
        if kind == "xlsx":
            book = load_workbook(path)
            text = "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
        else:
            text = path.read_text("utf-8-sig")
        assert [name for name in (*NAMES, "13912345678", "HYPERLINK") if name in text] == [], path.name
        assert "人员-" in text


def test_a_person_has_one_pseudonym_in_all_exports(place: Workspace) -> None:
    def names() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for path in written(run(place, "assessments", "standings", "-f", "json", "--redact")):
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            found[path.stem.rpartition("-")[2]] = {row["name"] for row in rows}
        return found

    first, again = names(), names()

    assert first == again
    assert first["评定"] == first["等次"]
    assert len(first["评定"]) == 3


def test_without_the_key_the_pseudonym_is_another(place: Workspace) -> None:
    whom = [Subject("张庄村", "李四")]

    own, other = Redaction(read_key(place.archive), whom), Redaction(b"x" * 32, whom)

    assert own.subject(whom[0]) != other.subject(whom[0])
    assert own.text("张庄村/李四迟到") == f"张庄村/{own.subject(whom[0]).name}迟到"
    assert (place.archive / KEY).stat().st_mode & 0o777 == 0o600


def test_an_export_is_told_in_the_audit_log(place: Workspace) -> None:
    run(place, "standings")

    with Store(place.database) as store:
        last = store.audit_lines()[-1]
        assert store.broken_lines() == ()
    assert last.event.event == "exported"
    assert "有姓名" in last.event.what
