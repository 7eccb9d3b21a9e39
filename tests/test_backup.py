"""The workspace in one file and back: whole, compared, never over another one."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from returns import NINE, SCORES, clock, reader

from formgen import backup, workspace
from formgen.archive import Archive, file_sha256
from formgen.backup import MANIFEST, back_up, check, restore
from formgen.cli import formgen
from formgen.errors import FileAccessError, UsageError, VerificationError
from formgen.instance import sole
from formgen.intake import intake
from formgen.store import Store
from formgen.store.database import Database
from formgen.store.schema import APPLICATION_ID, MIGRATIONS
from formgen.verification import verify
from formgen.workspace import Workspace

LI = f"dayang-monthly 2023-03 张庄村/李四 {SCORES}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a file in each of its folders."""
    place = workspace.create(tmp_path_factory.mktemp("office") / "大杨镇", scheme=None)
    (place.inbox / "李四.docx").write_text(LI, encoding="utf-8")
    (place.inbox / "坏.docx").write_text("BAD", encoding="utf-8")
    ticking = clock()
    with Store(place.database) as store:
        intake(place, store, reader, now=lambda: next(ticking))
    (place.inbox / "张庄村").mkdir()
    (place.inbox / "张庄村" / "王五 （1）.docx").write_text("还没收", encoding="utf-8")
    (place.outbox / "通报.docx").write_bytes(b"paper" * 1000)
    (place.root / "templates" / "docx").mkdir()
    (place.root / "templates" / "docx" / "本镇.docx").write_bytes(b"template")
    return place


@pytest.fixture
def kept(office: Workspace, tmp_path: Path) -> Path:
    return back_up(office, tmp_path / f"大杨镇{backup.SUFFIX}", NINE).path


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a workspace but what SQLite keeps beside its own."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "formgen.sqlite" not in path.name
    }


def told(place: Workspace) -> list[str]:
    with Store(place.database) as store:
        return [repr((one.submission, one.record)) for one in store.records()] + [
            repr(one) for one in store.submissions()
        ]


def test_a_restored_workspace_holds_every_byte_and_every_record(office: Workspace, kept: Path, tmp_path: Path) -> None:
    replaced = restore(kept, tmp_path / "新电脑" / "大杨镇", NINE)

    again = workspace.open(tmp_path / "新电脑" / "大杨镇")
    assert replaced is None
    assert contents(again.root) == contents(office.root)
    assert told(again) == told(office)
    with Store(again.database) as store:
        assert verify(store, Archive(again.archive), again.root).faults == ()


def test_a_restored_workspace_is_its_owners_alone_and_its_originals_cannot_be_saved_over(
    kept: Path, tmp_path: Path
) -> None:
    restore(kept, tmp_path / "again", NINE)

    again = workspace.open(tmp_path / "again")
    assert again.root.stat().st_mode & 0o777 == 0o700
    assert again.database.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for _, path in Archive(again.archive).each()} == {0o400}
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_backup_goes_on_while_somebody_writes(office: Workspace, tmp_path: Path) -> None:
    with Store(office.database) as store, store.together():
        store.settle_issues([], "", NINE)
        made = back_up(office, tmp_path / "a.zip", NINE)

    assert made.files == check(made.path).files > 5


def test_a_living_workspace_is_not_overwritten(office: Workspace, kept: Path) -> None:
    before = contents(office.root)

    with pytest.raises(UsageError, match="已经有一个工作区，没有恢复"):
        restore(kept, office.root, NINE)

    assert contents(office.root) == before


def test_with_force_the_former_workspace_is_renamed_and_kept(kept: Path, tmp_path: Path) -> None:
    older = workspace.create(tmp_path / "place", scheme=None)
    (older.inbox / "没收的.docx").write_bytes(b"precious")

    aside = restore(kept, tmp_path / "place", datetime(2023, 5, 1, 8, 30), force=True)

    assert aside == tmp_path / "place-恢复前-20230501-083000"
    assert (aside / "收件箱" / "没收的.docx").read_bytes() == b"precious"
    assert not (tmp_path / "place" / "收件箱" / "没收的.docx").exists()


@pytest.mark.parametrize("place", ["收件箱/旧", "存档/旧", "旧"])
def test_nothing_is_restored_within_a_workspace(office: Workspace, kept: Path, place: str) -> None:
    with pytest.raises(UsageError, match=r"在工作区 .* 里面"):
        restore(kept, office.root / place, NINE)

    assert not (office.root / place).exists()


def test_where_a_formgen_works_nothing_is_restored_even_with_force(kept: Path, tmp_path: Path) -> None:
    busy = workspace.create(tmp_path / "busy", scheme=None)

    with sole(busy.archive, "收件", NINE), pytest.raises(FileAccessError, match="请先停下它"):
        restore(kept, busy.root, NINE, force=True)

    assert busy.settings.exists()


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_damaged_backup_is_found_and_nothing_is_made_of_it(kept: Path, tmp_path: Path, place: float) -> None:
    data = bytearray(kept.read_bytes())
    for offset in range(8):
        data[int(len(data) * place) + offset] ^= 0xFF
    kept.write_bytes(data)

    with pytest.raises(VerificationError, match="不是完好的 formgen 备份"):
        restore(kept, tmp_path / "again", NINE)

    assert not (tmp_path / "again").exists()


def test_a_backup_that_was_cut_short_is_found(kept: Path, tmp_path: Path) -> None:
    os.truncate(kept, kept.stat().st_size // 2)

    with pytest.raises(VerificationError, match="没有改动任何东西"):
        check(kept)


def rebuilt(kept: Path, target: Path, *, change: tuple[str, bytes] | None = None, add: str | None = None) -> Path:
    """The backup again with a member changed, or one more that no list names."""
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if change and info.filename == MANIFEST:
                data = data.replace(*(part.encode() for part in (change[0], change[1].decode())))
            new.writestr(info.filename, data)
        if add:
            new.writestr(add, b"x")
    return target


def test_a_member_that_the_list_does_not_name_is_refused(kept: Path, tmp_path: Path) -> None:
    odd = rebuilt(kept, tmp_path / "odd.zip", add="收件箱/多出来的.docx")

    with pytest.raises(VerificationError, match="与清单对不上"):
        check(odd)


@pytest.mark.parametrize("name", ["收件箱/../../out", "/etc/out", "收件箱/..\\\\out", "别处/out", "收件箱"])
def test_a_name_that_leads_out_of_the_workspace_is_refused(kept: Path, tmp_path: Path, name: str) -> None:
    odd = rebuilt(kept, tmp_path / "odd.zip", change=("发文/通报.docx", name.encode()), add=name)

    with pytest.raises(VerificationError, match="不该有的文件名"):
        restore(odd, tmp_path / "again", NINE)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([kept.name, "odd.zip"])


def test_a_backup_is_not_laid_into_the_workspace_nor_over_a_file(office: Workspace, kept: Path) -> None:
    with pytest.raises(UsageError, match="在工作区里面"):
        back_up(office, office.outbox / "a.zip", NINE)
    before = kept.read_bytes()
    with pytest.raises(UsageError, match="没有覆盖"):
        back_up(office, kept, NINE)

    assert kept.read_bytes() == before


def test_a_full_disk_leaves_no_half_backup_and_says_so(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_write", full)

    with pytest.raises(FileAccessError, match="没有留下半份"):
        back_up(office, tmp_path / "a.zip", NINE)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_or_restoring_left_is_swept_an_hour_later(office: Workspace, tmp_path: Path) -> None:
    (tmp_path / ".未完成-aa.tmp").write_bytes(b"half")
    (tmp_path / ".again-恢复中-bb" / "存档").mkdir(parents=True)
    (tmp_path / ".未完成-young.tmp").write_bytes(b"half")
    for name in (".未完成-aa.tmp", ".again-恢复中-bb"):
        os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))

    kept = back_up(office, tmp_path / "kept.zip", NINE).path
    restore(kept, tmp_path / "again", NINE)

    assert sorted(path.name for path in tmp_path.iterdir()) == [".未完成-young.tmp", "again", "kept.zip"]


def older_database(path: Path) -> None:
    """A database as the first version of the schema made it."""
    raw = sqlite3.connect(path)
    raw.executescript(MIGRATIONS[0])
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    raw.execute("PRAGMA user_version = 1")
    raw.close()


def version(path: Path) -> int:
    raw = sqlite3.connect(path)
    (found,) = raw.execute("PRAGMA user_version").fetchone()
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    return int(found)


def test_an_older_database_is_copied_before_it_is_led_on(tmp_path: Path) -> None:
    older_database(tmp_path / "formgen.sqlite")
    (tmp_path / ".formgen-升级前-killed.tmp").write_bytes(b"half")

    Store(tmp_path / "formgen.sqlite").close()
    Store(tmp_path / "formgen.sqlite").close()

    (copy,) = tmp_path.glob("*升级前*")
    assert (version(copy), version(tmp_path / "formgen.sqlite")) == (1, len(MIGRATIONS))
    assert copy.stat().st_mode & 0o777 == 0o600


def test_without_room_for_the_copy_the_database_is_not_led_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older_database(tmp_path / "formgen.sqlite")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Database, "copy_to", full)

    with pytest.raises(FileAccessError, match="数据库没有升级，也没有改动"):
        Store(tmp_path / "formgen.sqlite")

    assert version(tmp_path / "formgen.sqlite") == 1


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    Store(tmp_path / "formgen.sqlite").close()

    assert list(tmp_path.glob("*升级前*")) == []


def test_a_backup_and_a_restoring_are_told_in_the_audit_log(office: Workspace, tmp_path: Path) -> None:
    made = back_up(office, tmp_path / "乙.zip", NINE)
    restore(made.path, tmp_path / "新", NINE)

    with Store(office.database) as store:
        told = store.audit_lines()[-1].event
        assert store.broken_lines() == ()
    with Store(tmp_path / "新" / "存档" / "formgen.sqlite") as store:
        restored = store.audit_lines()[-1].event
        assert store.broken_lines() == ()
    sha256 = file_sha256(made.path)[:12]
    assert (told.event, told.after, told.file) == ("backed-up", str(made.path), f"{sha256} 乙.zip")
    assert (restored.event, restored.after) == ("restored", str(tmp_path / "新"))
    assert restored.what == "从 2023-04-01 09:00 的备份恢复"
    assert restored.file == told.file


def test_a_backup_is_kept_though_the_log_cannot_tell_of_it(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise FileAccessError("磁盘已满。")

    monkeypatch.setattr(Store, "note", full)

    made = back_up(office, tmp_path / "甲.zip", NINE)

    assert made.untold == "备份已写好并核对过，但没有记进审计日志：磁盘已满。"
    assert check(made.path).files == made.files


def test_the_commands_say_what_was_done(office: Workspace, tmp_path: Path) -> None:
    run = CliRunner()

    made = run.invoke(formgen, ["backup", str(tmp_path), "-w", str(office.root)], standalone_mode=False)
    (file,) = tmp_path.glob(f"*{backup.SUFFIX}")
    checked = run.invoke(formgen, ["backup", "--check", str(file)], standalone_mode=False)
    back = run.invoke(formgen, ["restore", str(file), str(tmp_path / "again")], standalone_mode=False)
    refused = run.invoke(formgen, ["restore", str(file), str(tmp_path / "again")], standalone_mode=False)

    assert (made.return_value, checked.return_value, back.return_value) == (0, 0, 0)
    assert "已备份并核对" in made.output
    assert "备份完好" in checked.output
    assert "已恢复到" in back.output
    assert isinstance(refused.exception, UsageError)
