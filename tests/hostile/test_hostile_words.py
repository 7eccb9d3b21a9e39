"""What senders write that is a formula, a template tag or a command of a terminal comes out as the text that it is.

One return full of it goes through all that writes: on paper, into books, on the screen, into the log.
"""

from __future__ import annotations

import csv
import html
import io
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from dropping import SCORES
from paper import all_forms, rendered

from formgen import workspace
from formgen.cli import main
from formgen.display import harmless, harmless_line
from formgen.model import Subject
from formgen.rendering import excel
from formgen.rendering.context import form_context
from formgen.resources import find_template
from formgen.status import status, write_daily
from formgen.store import Store
from formgen.workspace import Workspace

WORDS = {
    "1.1": '=HYPERLINK("http://127.0.0.1:9/","点我")',
    "1.2": "=cmd|'/k calc'!A0",
    "1.3": "@SUM(1+1)*cmd|'/k calc'!A0",
    "1.4": "+1+cmd|'/k calc'!A0",
    "2.1": "-2+3+cmd|'/k calc'!A0",
    "2.2": "{{ 7*7 }}{% for i in range(9) %}甲{% endfor %}",
    "3.1": "{{ ''.__class__ }}${jndi:ldap://127.0.0.1:9/x}#{7*7}<%= 7*7 %>",
    "4.1": "<script>alert(1)</script>&lt;b&gt;\u202ecod.exe",
}
NAME = "=周\u202e{{7*7}}"
FILE = "=cmd \x1b[2J\x1b]0;改名\x07{{ 7*7 }}\u202excod.docx"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Run = Callable[..., str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace.create(tmp_path_factory.mktemp("字") / "大杨镇", scheme="dayang-2023", demo=True)


@pytest.fixture
def run(place: Workspace, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """What a command prints on both streams, as a terminal gets it."""

    def call(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["formgen", *words])
        monkeypatch.chdir(place.root)
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, getattr(sys, f"__{name}__"))
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        printed = capfd.readouterr()
        assert ended.value.code in (0, 1), printed.err
        return printed.out + printed.err

    return call


@pytest.fixture(autouse=True)
def taken(place: Workspace, run: Run) -> str:
    """The return is in; what ``intake`` printed."""
    if any(place.outbox.rglob("*")) or (place.archive / "原件").is_dir():
        return ""
    values = {field: Decimal(points) for field, points in SCORES.items() if field != "3.1"}
    values |= {f"{item}.remark": words for item, words in WORDS.items()}  # type: ignore[misc]
    (place.inbox / FILE).write_bytes(rendered("dayang-monthly", values, Subject("张庄村", NAME)))  # type: ignore[arg-type]
    (place.inbox / "坏\x1b[31m.docx").write_bytes(b"hello")
    return run("intake")


def test_they_are_read_as_they_stand(run: Run) -> None:
    written = run("export", "records", "-f", "json")
    (path,) = (Path(line) for line in written.splitlines() if line.startswith("/"))
    text = path.read_text("utf-8")

    for words in WORDS.values():
        assert words.replace("\\", "\\\\").replace('"', '\\"')[:20] in text


@pytest.mark.parametrize(
    "words", [("status",), ("review",), ("audit",), ("audit", "--json"), ("status", "--json"), ("verify",)]
)
def test_a_terminal_is_not_steered(run: Run, words: tuple[str, ...]) -> None:
    printed = run(*words)

    assert not STEERING.search(printed)


def test_a_terminal_is_not_steered_by_the_names_of_files_that_are_taken_in(place: Workspace, run: Run) -> None:
    (place.inbox / "又坏\x1b[2J.docx").write_bytes(b"hello again")

    printed = run("intake")

    assert "又坏" in printed
    assert not STEERING.search(printed)


def test_the_reason_beside_a_file_steers_no_terminal(place: Workspace) -> None:
    (reason, *_) = (path.read_text("utf-8-sig") for path in place.pending.glob("坏*.原因.txt"))

    assert "\\u001b[31m" in reason
    assert not STEERING.search(reason)


def test_they_are_no_formulas_in_csv(run: Run) -> None:
    paths = [Path(line) for line in run("export", "-f", "csv").splitlines() if line.startswith("/")]
    cells = [cell for path in paths for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for cell in row]

    assert any("cmd|" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in "=@\t" and cell] == []
    assert [cell for cell in cells if cell[:1] in ("+", "-") and not re.fullmatch(r"[+-][\d.]+", cell)] == []


def formulas_of(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def words_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_they_are_no_formulas_in_an_export_to_excel(run: Run) -> None:
    paths = [Path(line) for line in run("export").splitlines() if line.startswith("/")]

    assert any("cmd|" in words_of(path) for path in paths)
    assert [formula for path in paths for formula in formulas_of(path)] == []


def test_they_are_no_formulas_in_the_sheet_to_review(place: Workspace, run: Run) -> None:
    run("review", "sheet")
    paths = list(place.outbox.rglob("*核实*.xlsx")) or list(place.root.rglob("*核实*.xlsx"))

    assert paths
    assert [formula for path in paths for formula in formulas_of(path)] == []


def test_they_are_printed_as_they_stand_on_paper(place: Workspace, run: Run) -> None:
    before = set(place.outbox.rglob("*.docx"))
    with Store(place.database) as store:
        (record,) = store.records("dayang-monthly")
    assert "{{7*7}}" in record.subject.name
    run("generate", "return-slip")
    made = [path for path in place.outbox.rglob("*.docx") if path not in before]

    text = ""
    for path in made:
        with zipfile.ZipFile(path) as archive:
            text += re.sub("<[^>]*>", "", archive.read("word/document.xml").decode())

    assert "7*7" in text
    assert "49" not in text


def test_they_are_printed_as_they_stand_on_a_form() -> None:
    """Word and Excel: the words of a value are never looked at for tags, and are no formulas."""
    scheme, form = all_forms()["dayang-monthly"]
    values = {f"{item}.remark": words for item, words in WORDS.items()}
    context = form_context(form, Subject("张庄村", NAME), "2023-03", values, scheme)  # type: ignore[arg-type]
    paper = rendered("dayang-monthly", values, Subject("张庄村", NAME))  # type: ignore[arg-type]
    made = excel.render_form(find_template("xlsx/dayang-monthly.xlsx"), context)

    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        text = html.unescape(re.sub("<[^>]*>", "", archive.read("word/document.xml").decode()))
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(made)).worksheets[0].iter_rows() for cell in row]
    assert all(words.replace("\u202e", "")[:12] in text.replace("\u202e", "") for words in WORDS.values())
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert any("cmd|" in str(cell.value) for cell in cells)


def test_names_of_documents_are_made_harmless(place: Workspace) -> None:
    for path in place.outbox.rglob("*"):
        assert not STEERING.search(path.name), path.name.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x1b[2J", "\\u001b[2J"), ("a\rb", "a\\u000db"), ("\u202ecod", "\\u202ecod"), ("\x9b31m", "\\u009b31m"),
     ("一行\n二\t三", "一行\n二\t三"), ("李四（更正）.docx", "李四（更正）.docx"), ("👍🏽", "👍🏽")],
)  # fmt: skip
def test_what_steers_a_terminal_is_shown_and_nothing_else_is_changed(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_a_name_on_one_line_stays_on_it() -> None:
    assert harmless_line("名\n行\t列") == "名\\u000a行 列"


def test_the_summary_of_the_day_steers_no_terminal(place: Workspace) -> None:
    with Store(place.database) as store:
        found = status(place, store, None, None, datetime.now())
        write_daily(place, found)

    (path,) = place.pending.glob("收件日报*.txt")
    words = path.read_text("utf-8-sig")
    assert "坏" in words
    assert not STEERING.search(words)
