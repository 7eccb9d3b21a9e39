"""Files that formgen writes for itself: whole or not there, their owner's alone, nothing left behind on a full disk."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from formgen.cli.outcomes import as_lines
from formgen.instance import Heart, last_beat
from formgen.outcomes import FileOutcome, Outcome
from formgen.workspace import write_private

NOW = datetime(2023, 4, 1, 9, 0)


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_no_half_file_with_names_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        write_private(tmp_path / "导出.xlsx", "李四".encode())

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_open_elsewhere_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "核实表.xlsx").write_bytes(b"half filled in")

    def held(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "replace", held)

    with pytest.raises(PermissionError):
        write_private(tmp_path / "核实表.xlsx", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["核实表.xlsx"]
    assert (tmp_path / "核实表.xlsx").read_bytes() == b"half filled in"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such modes")
def test_a_sign_of_life_is_its_owners_alone(tmp_path: Path) -> None:
    Heart(tmp_path / "formgen.heartbeat", NOW).beat(NOW, "trouble", trouble="李四.docx 打不开")

    assert (tmp_path / "formgen.heartbeat").stat().st_mode & 0o777 == 0o600
    assert last_beat(tmp_path) is not None


def test_a_name_cannot_turn_the_line_that_names_it_round() -> None:
    lines = as_lines(FileOutcome(Path("李四\u202excod.docx"), Outcome.TAKEN, records=1))

    assert lines[0] == "[已收] 李四 xcod.docx　1 条记录"
