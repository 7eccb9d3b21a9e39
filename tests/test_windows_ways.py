"""What Windows does otherwise, brought about on any machine: read-only files, reserved names, locks, no folder sync."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from returns import NINE, SCORES, clock, reader

from formgen import archive, inbox, instance, pending, workspace
from formgen.archive import Archive, sync_folder
from formgen.backup import back_up, restore
from formgen.errors import FileAccessError
from formgen.instance import AlreadyRunningError, sole
from formgen.intake import Outcome, intake
from formgen.model import Issue, IssueCode, Severity
from formgen.store import Store
from formgen.workspace import Workspace

LI = f"dayang-monthly 2023-03 张庄村/李四 {SCORES}"


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "大杨镇", scheme="dayang-2023")


@pytest.fixture
def read_only_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without the right to write is not removed, as on Windows."""
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.exists() and not self.stat().st_mode & 0o200:
            raise PermissionError(13, "Access is denied", str(self))
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)


def take(office: Workspace) -> list[Outcome]:
    ticking = clock()
    with Store(office.database) as store:
        return [file.outcome for file in intake(office, store, reader, now=lambda: next(ticking)).files]


@pytest.mark.usefixtures("read_only_stays")
def test_a_read_only_file_leaves_the_inbox_too(office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_WINDOWS", True)
    path = office.inbox / "李四.docx"
    path.write_text(LI, encoding="utf-8")
    path.chmod(0o444)

    assert take(office) == [Outcome.TAKEN]
    assert not path.exists()


@pytest.mark.usefixtures("read_only_stays")
def test_a_copy_that_could_not_be_named_is_swept_though_it_is_read_only(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.docx").write_bytes(b"x")

    def held(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", held)
        with pytest.raises(FileAccessError):
            Archive(office.archive).add(tmp_path / "a.docx")

    assert [path for path in office.archive.rglob("*") if path.is_file()] == []


@pytest.mark.usefixtures("read_only_stays")
def test_a_restoring_that_fails_leaves_no_read_only_originals_behind(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (office.inbox / "李四.docx").write_text(LI, encoding="utf-8")
    take(office)
    made = back_up(office, tmp_path / "备份.zip", NINE)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if "恢复中" in self.name:
            raise PermissionError(13, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(FileAccessError, match=r"恢复到.*时出错"):
        restore(made.path, tmp_path / "新", NINE)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["备份.zip", "大杨镇"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("三月.zip/CON.docx", "_CON.docx"),
        ("三月.zip/aux", "_aux"),
        ("三月.zip/LPT1 .docx", "_LPT1 .docx"),
        ("三月.zip/李四?.docx", "李四_.docx"),
        ("三月.zip/李四.docx:藏.exe", "李四.docx_藏.exe"),
        ("三月.zip/a\nb|c.docx", "a_b_c.docx"),
        ("三月.zip/李四.docx. .", "李四.docx"),
        ("三月.zip/contract.docx", "contract.docx"),
    ],
)
def test_a_copy_in_the_pending_folder_has_a_name_that_windows_can_hold(
    office: Workspace, tmp_path: Path, name: str, safe: str
) -> None:
    original = tmp_path / "original"
    original.write_bytes(b"x")
    issue = Issue(IssueCode.UNREADABLE, Severity.ERROR, "打不开")

    place = pending.set_aside(office.pending, original, name, archive.file_sha256(original), [issue], NINE, "存档/原件")

    assert place == office.pending / safe
    assert (office.pending / f"{safe}.原因.txt").is_file()
    assert f"文件：{name.splitlines()[0]}" in (office.pending / f"{safe}.原因.txt").read_text(encoding="utf-8-sig")


def test_the_lock_is_taken_with_what_windows_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: set[int] = set()
    places: list[int] = []

    def locking(handle: int, mode: int, many: int) -> None:
        places.append(os.lseek(handle, 0, os.SEEK_CUR))
        file = os.fstat(handle).st_ino
        if file in held:
            raise PermissionError(13, "Permission denied")
        held.add(file)

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
    monkeypatch.setattr(instance, "os", SimpleNamespace(**{**vars(os), "name": "nt"}))
    monkeypatch.setattr(instance, "_BETWEEN", 0.0)

    with sole(tmp_path, "收件", NINE):
        with pytest.raises(AlreadyRunningError, match="收件，2023-04-01 09:00 起"), sole(tmp_path, "看守收件箱", NINE):
            pass
        words = (tmp_path / "formgen.lock").read_text(encoding="utf-8")

    assert set(places) == {1 << 30}  # far behind the words, which others must be able to read
    assert "收件" in words


def test_where_folders_cannot_be_synced_nothing_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(archive, "os", SimpleNamespace(name="nt", open=refused))

    sync_folder(tmp_path)
