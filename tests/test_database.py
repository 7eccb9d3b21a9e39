"""The SQLite file: settings by which nothing is lost, and steps to a newer shape that are taken whole or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from formgen.store import database
from formgen.store.database import Database
from formgen.store.schema import MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "formgen.sqlite"


def test_what_is_committed_is_on_the_disk_before_it_is_said_to_be(path: Path) -> None:
    opened = Database(path)

    assert opened.query("PRAGMA journal_mode") == [("wal",)]
    assert opened.query("PRAGMA synchronous") == [(2,)]  # FULL
    opened.close()


def test_a_row_that_refers_to_nothing_is_refused(path: Path) -> None:
    opened = Database(path)

    assert opened.query("PRAGMA foreign_keys") == [(1,)]
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        opened.insert("generation", submission=99, number=1, kind="docx", at="2023-04-01T09:00:00")
    opened.close()


def test_a_transaction_that_is_broken_off_leaves_nothing(path: Path) -> None:
    opened = Database(path)

    with pytest.raises(RuntimeError), opened.transaction():
        opened.insert("submission", sha256="a" * 64, name="李四.docx", received="2023-04-01T09:00:00")
        raise RuntimeError

    assert opened.query("SELECT COUNT(*) FROM submission") == [(0,)]
    assert opened.query("SELECT COUNT(*) FROM audit") == [(0,)]
    opened.close()


def test_a_step_that_fails_leaves_the_older_database_as_it_was_with_its_copy_beside(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database(path).close()
    broken = "CREATE TABLE newer (id INTEGER PRIMARY KEY);\nCREATE TABLE submission (id INTEGER);\n"
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, broken))

    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        Database(path)

    monkeypatch.undo()
    again = Database(path)
    assert again.query("PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert again.query("SELECT name FROM sqlite_master WHERE name = 'newer'") == []
    assert again.faults() == ()
    again.close()
    (copy,) = path.parent.glob("formgen-升级前-*.sqlite")
    assert sqlite3.connect(copy).execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_second_writer_waits_and_is_then_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.1)
    first, second = Database(path), Database(path)

    with (
        first.transaction(),
        pytest.raises(database.FileAccessError, match="另一个 formgen 正在写入"),
        second.transaction(),
    ):
        pass

    first.close()
    second.close()
