"""A full disk, a locked database, a clock set back, a share that goes: one clear message, nothing lost, go on later."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import offices
import pytest
from offices import NINE, SCORES, Inbox
from returns import reader

from formgen import intake as taking
from formgen.archive import Archive
from formgen.errors import FileAccessError
from formgen.intake import Outcome
from formgen.parsing import FileReading, Hints
from formgen.store import Store, database
from formgen.verification import verify


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1.5 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)]
    if (
        sys.platform != "linux"
        or shutil.which("mount") is None
        or subprocess.run(mount, capture_output=True).returncode
    ):
        pytest.skip("no right to mount a small disk on this machine")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_and_the_rest_is_taken_once_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    inbox = Inbox(
        {
            f"李{number}.docx": f"dayang-monthly 2023-03 村/李{number} {SCORES}30\n# {str(number) * 60_000}".encode()
            for number in range(10)
        }
    )
    calm = inbox.lay(tmp_path / "calm")
    offices.run(calm)
    office = inbox.lay(small_disk / "office")
    (small_disk / "ballast").write_bytes(b"x" * 400_000)

    with pytest.raises(FileAccessError) as caught:
        offices.run(office)

    assert "没有丢失任何东西" in str(caught.value)
    assert "磁盘" in str(caught.value)
    (small_disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    assert offices.amiss(inbox, office) == []
    offices.run(office)
    assert offices.unfinished(inbox, office, offices.said(calm)) == []


def test_a_database_that_another_program_holds_is_said_and_taken_up_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.2)
    inbox = offices.few()
    calm, office = inbox.lay(tmp_path / "calm"), inbox.lay(tmp_path / "office")
    offices.run(calm)
    Store(office.database).close()
    other = sqlite3.connect(office.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(FileAccessError, match=r"正在写入.*没有丢失任何东西.*再运行一次"):
        offices.run(office)

    assert offices.amiss(inbox, office) == []
    other.execute("ROLLBACK")
    other.close()
    offices.run(office)
    assert offices.unfinished(inbox, office, offices.said(calm)) == []


def test_a_clock_set_back_changes_neither_who_counts_nor_what_was_taken(tmp_path: Path) -> None:
    first = Inbox({"李四.docx": f"dayang-monthly 2023-03 张庄村/李四 {SCORES}30".encode()})
    office = first.lay(tmp_path / "office")
    offices.run(office, NINE)
    (office.inbox / "李四（更正）.docx").write_text(f"dayang-monthly 2023-03 张庄村/李四 {SCORES}29", encoding="utf-8")

    offices.run(office, datetime(1980, 1, 1))
    (office.inbox / "李四.docx").write_bytes(first.files["李四.docx"])
    offices.run(office, NINE - timedelta(days=365))

    with Store(office.database) as store:
        (counts,) = store.records()
        assert counts.file == "李四（更正）.docx"
        assert len(store.submissions()) == 2
        assert verify(store, Archive(office.archive), office.root).faults == ()


def test_a_share_that_goes_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    inbox = offices.few()
    calm, office = inbox.lay(tmp_path / "calm"), inbox.lay(tmp_path / "office")
    offices.run(calm)
    gone = office.root / "share"
    read = 0

    def cut_off(path: Path, hints: Hints) -> FileReading:
        nonlocal read
        read += 1
        if read == 3:
            office.inbox.rename(gone)
        return reader(path, hints)

    ticking = offices.ticking()
    with Store(office.database) as store:
        result = taking.intake(office, store, cut_off, now=lambda: next(ticking))

    left = [file for file in result.files if file.outcome is Outcome.LEFT]
    assert left
    assert all(any("一" <= letter <= "鿿" for letter in file.messages[0]) for file in left)
    shutil.rmtree(office.inbox, ignore_errors=True)
    gone.rename(office.inbox)
    assert offices.amiss(inbox, office) == []
    offices.run(office, NINE + timedelta(hours=1))
    assert offices.unfinished(inbox, office, offices.said(calm)) == []


def test_a_virus_scanner_that_holds_what_was_unpacked_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = offices.few()
    calm, office = inbox.lay(tmp_path / "calm"), inbox.lay(tmp_path / "office")
    offices.run(calm)
    real = Path.unlink

    def held(self: Path, missing_ok: bool = False) -> None:
        if ".拆包-" in str(self):
            raise PermissionError(13, "The process cannot access the file", str(self))
        real(self, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held)
        offices.run(office)

    assert offices.unfinished(inbox, office, offices.said(calm)) == []


def test_a_pending_folder_that_cannot_be_written_keeps_the_file_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = offices.few()
    calm, office = inbox.lay(tmp_path / "calm"), inbox.lay(tmp_path / "office")
    offices.run(calm)
    from formgen import pending

    def refused(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(pending, "_write", refused)
        with pytest.raises(FileAccessError, match=r"没有丢失任何东西：《.*扫描\.docx》的原件已在存档"):
            offices.run(office)

    assert any(path.name == "扫描.docx" for path in office.inbox.rglob("*"))
    offices.run(office, NINE + timedelta(hours=1))
    assert offices.unfinished(inbox, office, offices.said(calm)) == []
