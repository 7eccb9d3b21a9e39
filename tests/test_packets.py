"""Zip files: each file in them is taken in like any other, with where it came from; nothing in them is trusted."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from returns import NINE, SCORES, reader

from formgen import packets, workspace
from formgen.archive import Archive, file_sha256
from formgen.intake import IntakeResult, Outcome, intake, reread
from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import FileReading, Hints, Limits
from formgen.store import Store
from formgen.workspace import Workspace

LI = f"dayang-monthly 2023-03 张庄村/李四 {SCORES}"
WANG = f"dayang-monthly 2023-03 张庄村/王五 {SCORES}"


def zip_aware(path: Path, hints: Hints) -> FileReading:
    """As the readers do: a zip is told by its content, and nothing is read in it."""
    if path.read_bytes().startswith((b"PK\x03\x04", b"PK\x05\x06")):
        issue = Issue(IssueCode.UNSUPPORTED, Severity.ERROR, "这是压缩包。请先解压，再放入其中的文件。")
        return FileReading(path.name, file_sha256(path), "zip", issues=(issue,))
    return reader(path, hints)


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "大杨镇", scheme="dayang-2023")


@pytest.fixture
def store(office: Workspace) -> Iterator[Store]:
    with Store(office.database) as opened:
        yield opened


def zipped(*files: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return data.getvalue()


def drop(office: Workspace, data: bytes, name: str = "三月.zip") -> Path:
    path = office.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def take(office: Workspace, store: Store) -> IntakeResult:
    return intake(office, store, zip_aware, now=lambda: NINE)


def messages(store: Store) -> str:
    return "\n".join(one.issue.message for one in store.issues())


def test_each_file_in_a_zip_is_taken_in_with_where_it_came_from(office: Workspace, store: Store) -> None:
    drop(office, zipped(("张庄村/李四.docx", LI), ("张庄村/王五.docx", WANG)), "大杨镇/三月.zip")
    seen: list[Hints] = []

    def watching(path: Path, hints: Hints) -> FileReading:
        seen.append(hints)
        return zip_aware(path, hints)

    result = intake(office, store, watching, now=lambda: NINE)

    assert [one.outcome for one in result.files] == [Outcome.TAKEN] * 3
    assert [one.submission.name for one in store.submissions()] == [
        "三月.zip/张庄村/李四.docx",
        "三月.zip/张庄村/王五.docx",
        "三月.zip",
    ]
    assert seen[1].names == ("李四.docx", "张庄村", "三月", "大杨镇")
    assert len(list(Archive(office.archive).each())) == 3
    assert sorted(one.subject.name for one in store.records()) == ["李四", "王五"]
    assert [path for path in office.inbox.rglob("*") if path.is_file()] == []
    assert list(office.archive.glob(".*")) == []


def test_a_zip_that_comes_again_counts_nothing_twice(office: Workspace, store: Store) -> None:
    data = zipped(("李四.docx", LI))
    for name in ("三月.zip", "三月 副本.zip"):
        drop(office, data, name)

    result = take(office, store)

    assert [one.outcome for one in result.files] == [Outcome.TAKEN, Outcome.TAKEN, Outcome.DUPLICATE]
    assert len(store.records(current=False)) == 1


def test_a_stop_within_a_zip_loses_nothing_and_counts_nothing_twice(
    office: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(office, zipped(("a.docx", LI), ("b.docx", WANG)))
    with monkeypatch.context() as patched:
        real = Store.add_reading
        calls: list[str] = []

        def stopping(self: Store, *given: object, **named: object) -> object:
            calls.append("")
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(self, *given, **named)  # type: ignore[arg-type]

        patched.setattr(Store, "add_reading", stopping)
        with pytest.raises(KeyboardInterrupt):
            take(office, store)

    result = take(office, store)

    assert result.count(Outcome.TAKEN) == 3
    assert len(store.records(current=False)) == 2
    assert [len(store.arrivals(one.submission.sha256)) for one in store.submissions()] == [1, 1, 1]


def test_a_file_in_a_zip_that_cannot_be_read_is_set_aside_alone(office: Workspace, store: Store) -> None:
    drop(office, zipped(("坏.docx", "BAD"), ("李四.docx", LI)))

    result = take(office, store)

    assert [one.outcome for one in result.files] == [Outcome.TAKEN, Outcome.SET_ASIDE, Outcome.TAKEN]
    assert sorted(path.name for path in office.pending.iterdir()) == ["坏.docx", "坏.docx.原因.txt"]
    assert "三月.zip/坏.docx" in (office.pending / "坏.docx.原因.txt").read_text(encoding="utf-8-sig")


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "name", ["../../外面.docx", "/etc/外面.docx", "C:\\外面.docx", "张庄村\\..\\..\\外面.docx", link("链接.docx")]
)
def test_path_tricks_and_links_are_refused_and_said(
    office: Workspace, store: Store, name: str | zipfile.ZipInfo
) -> None:
    drop(office, zipped((name, WANG), ("李四.docx", LI)))
    before = {path for path in office.root.parent.rglob("*") if "原件" not in path.parts}

    result = take(office, store)

    assert result.files[0].outcome is Outcome.DOUBTFUL
    assert [one.subject.name for one in store.records()] == ["李四"]
    assert "没有收" in messages(store)
    assert {path for path in office.root.parent.rglob("*") if "原件" not in path.parts} <= before


def test_names_in_gbk_are_read(office: Workspace, store: Store) -> None:
    data = zipped(("ABCDEFGH.docx", LI)).replace(b"ABCDEFGH", "张庄李四".encode("gbk"))
    drop(office, data)

    take(office, store)

    assert store.submissions()[0].submission.name == "三月.zip/张庄李四.docx"


def test_encrypted_members_are_said_and_the_others_taken(office: Workspace, store: Store) -> None:
    data = bytearray(zipped(("密.docx", WANG), ("李四.docx", LI)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    drop(office, bytes(data))

    result = take(office, store)

    assert result.files[0].outcome is Outcome.DOUBTFUL
    assert [one.issue.code for one in store.issues()] == [IssueCode.ENCRYPTED]
    assert "《密.docx》没有收：有密码" in messages(store)


def test_a_zip_of_nothing_but_encrypted_files_is_set_aside(office: Workspace, store: Store) -> None:
    data = bytearray(zipped(("密.docx", WANG)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    drop(office, bytes(data))

    result = take(office, store)

    assert [one.outcome for one in result.files] == [Outcome.SET_ASIDE]
    assert "有密码" in (office.pending / "三月.zip.原因.txt").read_text(encoding="utf-8-sig")


def test_a_zip_within_a_zip_is_opened_and_one_within_that_is_not(office: Workspace, store: Store) -> None:
    deep = zipped(("深.docx", WANG))
    drop(office, zipped(("村.zip", zipped(("李四.docx", LI), ("套.zip", zipped(("再套.zip", deep)))))))

    take(office, store)

    assert [one.subject.name for one in store.records()] == ["李四"]
    assert "超过两层" in messages(store)


@pytest.mark.parametrize(
    ("limits", "said"),
    [(Limits(unpacked_bytes=100_000), "解开后太大"), (Limits(file_bytes=100_000), "文件过大")],
)
def test_a_bomb_is_not_unpacked(office: Workspace, store: Store, limits: Limits, said: str) -> None:
    small = replace(office, config=replace(office.config, limits=limits))
    drop(small, zipped(("零.docx", bytes(1_000_000))))

    result = take(small, store)

    assert [one.outcome for one in result.files] == [Outcome.SET_ASIDE]
    assert said in messages(store)


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    data = zipped(("a.docx", LI * 50), ("b.docx", LI * 50))
    second = data.rindex(b"PK\x01\x02")
    path = tmp_path / "重叠.zip"
    path.write_bytes(data[: second + 42] + bytes(4) + data[second + 46 :])

    packet = packets.look(path, Limits(), packets.Budget(10**9))

    assert packet.members == ()
    assert "重叠" in packet.issues[0].message


def end_record(size: int) -> bytes:
    return b"PK\x05\x06" + bytes(8) + size.to_bytes(4, "little") + bytes(6)


def end_record_64(size: int) -> bytes:
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(28) + size.to_bytes(8, "little") + bytes(8)
    return record + b"PK\x06\x07" + bytes(12) + (1).to_bytes(4, "little") + end_record(46)


@pytest.mark.parametrize("end", [end_record(46_000_000), end_record_64(46_000_000)], ids=["32", "64"])
def test_a_list_of_a_million_members_is_not_read(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "多.zip"
    path.write_bytes(bytes(50_000_000) + end)

    packet = packets.look(path, Limits(), packets.Budget(10**9))

    assert "太多" in packet.issues[0].message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", zipped(("a.docx", LI))[:-8], b"PK\x05\x06" + bytes(17)])
def test_a_zip_that_is_cut_off_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "断.zip"
    path.write_bytes(data)

    packet = packets.look(path, Limits(), packets.Budget(10**9))

    assert (packet.members, packet.issues[0].code) == ((), IssueCode.UNREADABLE)


def test_damaged_bytes_of_one_member_are_said_and_the_others_taken(office: Workspace, store: Store) -> None:
    data = bytearray(zipped(("坏.docx", WANG), ("李四.docx", LI)))
    data[14] ^= 0xFF  # the checksum in the local header
    place = data.index(b"PK\x01\x02") + 16
    data[place] ^= 0xFF  # and in the list
    drop(office, bytes(data))

    result = take(office, store)

    assert result.files[0].outcome is Outcome.DOUBTFUL
    assert [one.subject.name for one in store.records()] == ["李四"]
    assert "《坏.docx》没有收：内容已损坏" in messages(store)


def test_what_programs_leave_in_a_zip_is_no_return(office: Workspace, store: Store) -> None:
    drop(office, zipped(("__MACOSX/._李四.docx", b"x"), (".DS_Store", b"x"), ("~$四.docx", b"x"), ("李四.docx", LI)))

    result = take(office, store)

    assert [one.outcome for one in result.files] == [Outcome.TAKEN, Outcome.TAKEN]
    assert messages(store) == ""


def test_a_file_of_another_program_is_not_opened_as_a_zip(office: Workspace, store: Store) -> None:
    drop(office, zipped(("[Content_Types].xml", "<Types/>"), ("x/a.xml", "<a/>")))

    result = take(office, store)

    assert [one.outcome for one in result.files] == [Outcome.SET_ASIDE]


def test_reading_all_again_leaves_zips_alone(office: Workspace, store: Store) -> None:
    drop(office, zipped(("李四.docx", LI)))
    take(office, store)

    changed = reread(office, store, zip_aware, now=lambda: datetime(2023, 4, 2, 9, 0))

    assert changed == ()
