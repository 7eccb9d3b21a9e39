"""A document that is open in Word, a database that is held: each command that writes says so, and the work is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from returns import SCORES, clock, reader

from formgen import workspace
from formgen.cli import formgen
from formgen.errors import FileAccessError, UsageError
from formgen.intake import intake
from formgen.store import Store, database
from formgen.workspace import Workspace


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A workspace with a return that is in doubt."""
    place = workspace.create(tmp_path / "大杨镇", scheme="dayang-2023", demo=True)
    (place.inbox / "李四.docx").write_text(f"dayang-monthly 2023-03 张庄村/李四 {SCORES}\n! 2.1", encoding="utf-8")
    ticking = clock()
    with Store(place.database) as store:
        intake(place, store, reader, now=lambda: next(ticking))
    return place


def lines(place: Workspace) -> int:
    with Store(place.database, read_only=True) as store:
        assert store.faults() == ()
        return len(store.audit_lines())


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "words",
    [
        ("review", "-w", "大杨镇", "sheet"),
        ("export", "-w", "大杨镇"),
        ("export", "-w", "大杨镇", "-f", "csv"),
        ("backup", "备份.zip", "-w", "大杨镇"),
        ("generate", "blank", "-p", "2023-04", "--village", "甲村", "--name", "李四", "-w", "大杨镇"),
    ],
    ids=" ".join,
)
def test_a_file_that_another_program_holds_is_said_and_nothing_half_is_left(
    office: Workspace, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(office.root.parent)
    before = files(office.root.parent)

    def held(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", held)
        result = CliRunner().invoke(formgen, words, standalone_mode=False)

    assert isinstance(result.exception, FileAccessError)
    assert "being used by another process" in str(result.exception)
    assert any(said in str(result.exception) for said in ("请关闭", "请换一个", "换一个地方", "正在打开"))
    assert [name for name in files(office.root.parent) if "formgen.sqlite-" not in name] == before
    again = CliRunner().invoke(formgen, words, standalone_mode=False)
    assert again.exception is None
    assert lines(office) >= 2


@pytest.fixture
def held(office: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The database, held by another program."""
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.1)
    other = sqlite3.connect(office.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield office
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize(
    "words",
    [
        ("review", "-w", "大杨镇", "set", "1:2.1", "9", "--by", "王敏", "--why", "核过"),
        ("assess", "-p", "2023-03", "-w", "大杨镇"),
        ("export", "-w", "大杨镇"),
        ("facts", "add", "李四", "会议无故迟到", "--date", "2023-03-08", "--by", "王敏", "--why", "表", "-w", "大杨镇"),
        ("forget", "张庄村/李四", "--by", "王敏", "--why", "本人申请", "-w", "大杨镇"),
    ],
    ids=lambda words: " ".join(words[:3]),
)  # fmt: skip
def test_a_database_that_another_program_writes_is_said_and_nothing_changes(
    held: Workspace, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(held.root.parent)
    before = lines(held), files(held.outbox)

    result = CliRunner().invoke(formgen, words, standalone_mode=False)

    assert isinstance(result.exception, FileAccessError), result.output
    assert "另一个 formgen 正在写入" in str(result.exception)
    assert "没有丢失任何东西" in str(result.exception)
    assert (lines(held), files(held.outbox)) == before


def test_a_review_sheet_is_not_laid_where_it_would_be_taken_in(office: Workspace) -> None:
    target = office.inbox / "核实表.xlsx"

    result = CliRunner().invoke(
        formgen, ["review", "-w", str(office.root), "sheet", "-o", str(target)], standalone_mode=False
    )

    assert isinstance(result.exception, UsageError)
    assert not target.exists()
