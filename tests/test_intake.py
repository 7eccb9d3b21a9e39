"""Taking in: every file exactly once, wherever it stops."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from returns import NINE, SCORES, clock, reader

from formgen import intake as intake_module
from formgen import workspace
from formgen.archive import Archive, file_sha256
from formgen.errors import FileAccessError, FormgenError, UsageError
from formgen.inbox import find
from formgen.intake import IntakeResult, Outcome, intake, reread
from formgen.model import Correction, Issue, IssueCode, Severity
from formgen.parsing import FileReading, Hints
from formgen.store import Store
from formgen.verification import verify
from formgen.workspace import Workspace

LI = f"dayang-monthly 2023-03 张庄村/李四 {SCORES}"
WANG = f"dayang-monthly 2023-03 张庄村/王五 {SCORES}"


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "大杨镇", scheme="dayang-2023")


@pytest.fixture
def store(office: Workspace) -> Iterator[Store]:
    with Store(office.database) as opened:
        yield opened


_moments = clock()


def drop(office: Workspace, name: str, text: str) -> Path:
    path = office.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    moment = next(_moments).timestamp()
    os.utime(path, (moment, moment))
    return path


def take(office: Workspace, store: Store, *paths: Path) -> IntakeResult:
    ticking = clock()
    return intake(office, store, reader, paths or None, now=lambda: next(ticking))


def outcomes(result: IntakeResult) -> dict[str, Outcome]:
    return {file.path.name: file.outcome for file in result.files}


def left(office: Workspace) -> list[str]:
    return sorted(path.name for path in office.inbox.rglob("*") if path.is_file())


def aside(office: Workspace) -> list[str]:
    return sorted(path.name for path in office.pending.iterdir())


def originals(office: Workspace) -> list[str]:
    return sorted(sha256 for sha256, _ in Archive(office.archive).each())


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- the plain case --------------------------------------------------------------------------------------------


def test_a_return_is_kept_recorded_and_leaves_the_inbox(office: Workspace, store: Store) -> None:
    drop(office, "张庄村/李四.docx", LI)

    result = take(office, store)

    assert outcomes(result) == {"李四.docx": Outcome.TAKEN}
    assert not result.needs_person
    assert left(office) == aside(office) == []
    (kept,) = Archive(office.archive).each()
    assert kept[0] == sha(LI)
    assert kept[1].read_text(encoding="utf-8") == LI
    assert kept[1].suffix == ".docx"
    (stored,) = store.records()
    assert (stored.file, stored.submission, stored.subject.key) == ("李四.docx", sha(LI), "张庄村/李四")
    assert Archive(office.archive).faults() == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_originals_cannot_be_saved_over_and_the_database_is_private(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)

    take(office, store)

    ((_, original),) = Archive(office.archive).each()
    assert original.stat().st_mode & 0o777 == 0o400
    assert office.database.stat().st_mode & 0o777 == 0o600


def test_folders_of_the_inbox_are_hints_nearest_first(office: Workspace, store: Store) -> None:
    drop(office, "2023年3月/张庄村/李四.docx", LI)
    seen: list[Hints] = []

    def watching(path: Path, hints: Hints) -> FileReading:
        seen.append(hints)
        return reader(path, hints)

    intake(office, store, watching, now=lambda: NINE, hints_for=lambda names: Hints("2023-03", names))

    assert seen == [Hints("2023-03", ("李四.docx", "张庄村", "2023年3月"))]


def test_what_programs_leave_behind_is_not_a_return(office: Workspace, store: Store) -> None:
    litter = ["~$李四.docx", ".~李四.docx", "a.TMP", "Thumbs.db", ".DS_Store", "desktop.ini", "x.docx.原因.txt"]
    for name in litter:
        drop(office, name, LI)

    result = take(office, store)

    assert result.files == ()
    assert left(office) == sorted(litter)


@pytest.mark.skipif(os.name == "nt", reason="needs a right on Windows")
def test_links_are_not_followed(office: Workspace, store: Store, tmp_path: Path) -> None:
    (tmp_path / "别处").mkdir()
    (tmp_path / "别处" / "李四.docx").write_text(LI, encoding="utf-8")
    (office.inbox / "链接.docx").symlink_to(tmp_path / "别处" / "李四.docx")
    (office.inbox / "链接夹").symlink_to(tmp_path / "别处")

    result = take(office, store)

    assert result.files == ()
    assert len(result.skipped) == 2
    assert result.needs_person
    assert (tmp_path / "别处" / "李四.docx").exists()


@pytest.mark.parametrize(
    "name", ["张庄村 李四（1） - 副本.docx", "很" * 80 + ".docx", "无后缀", "a.b.c.表格", "🙂.docx"]
)
def test_names_of_any_kind_are_taken(office: Workspace, store: Store, name: str) -> None:
    drop(office, name, LI)

    take(office, store)

    assert [stored.file for stored in store.records()] == [name]
    assert left(office) == []


def test_a_roster_goes_ahead_of_what_came_with_it(office: Workspace) -> None:
    for name in ("刘桥村.pdf", "一/李四.docx", "2023年花名册.xlsx", "二/附.jpg"):
        place = office.inbox / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"-")

    names = [one.path.name for one in find(office.inbox, office.archive, None, [])]

    assert names == ["2023年花名册.xlsx", "刘桥村.pdf", "李四.docx", "附.jpg"]


def test_progress_is_told_to_the_end(office: Workspace, store: Store) -> None:
    drop(office, "a.docx", LI)
    drop(office, "b.docx", WANG)
    told: list[tuple[int, int, str]] = []

    intake(office, store, reader, now=lambda: NINE, progress=lambda *step: told.append(step))

    assert told == [(0, 2, "a.docx"), (1, 2, "b.docx"), (2, 2, "")]


# --- explicit paths --------------------------------------------------------------------------------------------


def test_a_given_file_outside_the_inbox_stays_where_it_is(office: Workspace, store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "李四.docx"
    outside.write_text(LI, encoding="utf-8")

    first = take(office, store, outside)
    second = take(office, store, outside)

    assert outside.read_text(encoding="utf-8") == LI
    assert outcomes(first) == {"李四.docx": Outcome.TAKEN}
    assert outcomes(second) == {"李四.docx": Outcome.DUPLICATE}
    assert len(store.arrivals(sha(LI))) == 1


def test_a_given_file_of_the_inbox_leaves_it_and_the_others_stay(office: Workspace, store: Store) -> None:
    chosen = drop(office, "李四.docx", LI)
    drop(office, "王五.docx", WANG)

    take(office, store, chosen)

    assert left(office) == ["王五.docx"]


def test_the_folder_of_a_given_file_is_a_hint(office: Workspace, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "2023年3月"
    folder.mkdir()
    (folder / "李四.docx").write_text(LI, encoding="utf-8")
    seen: list[tuple[str, ...]] = []

    def watching(path: Path, hints: Hints) -> FileReading:
        seen.append(hints.names)
        return reader(path, hints)

    intake(office, store, watching, [folder], now=lambda: NINE)
    (folder / "李四.docx").write_text(WANG, encoding="utf-8")
    intake(office, store, watching, [folder / "李四.docx"], now=lambda: NINE)

    assert seen == [("李四.docx", "2023年3月")] * 2


def test_a_given_path_that_is_not_there_is_said(office: Workspace, store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="找不到"):
        take(office, store, tmp_path / "没有.docx")


def test_the_archive_is_not_taken_in(office: Workspace, store: Store) -> None:
    with pytest.raises(UsageError, match="存档"):
        take(office, store, office.archive)


# --- what cannot be read ---------------------------------------------------------------------------------------


def test_an_unreadable_file_is_set_aside_with_its_reason_and_the_others_go_on(office: Workspace, store: Store) -> None:
    drop(office, "坏.docx", "BAD")
    drop(office, "李四.docx", LI)

    result = take(office, store)

    assert outcomes(result) == {"坏.docx": Outcome.SET_ASIDE, "李四.docx": Outcome.TAKEN}
    assert aside(office) == ["坏.docx", "坏.docx.原因.txt"]
    assert left(office) == []
    assert (office.pending / "坏.docx").read_text() == "BAD"
    reason = (office.pending / "坏.docx.原因.txt").read_text(encoding="utf-8-sig")
    for words in ("文件有打开密码", "没有丢失任何东西", "存档/原件/", "怎么办", "去掉打开密码", "收件箱"):
        assert words in reason
    assert "Traceback" not in reason


def test_an_unreadable_file_is_kept_and_recorded_with_its_issues(office: Workspace, store: Store) -> None:
    drop(office, "坏.docx", "BAD")

    take(office, store)

    assert originals(office) == [sha("BAD")]
    assert [one.issue.code for one in store.issues(sha("BAD"))] == [IssueCode.ENCRYPTED]


def test_two_unreadable_files_of_one_name_do_not_overwrite_each_other(office: Workspace, store: Store) -> None:
    drop(office, "张庄村/表.docx", "BAD 1")
    drop(office, "王庄村/表.docx", "BAD 2")

    take(office, store)

    assert aside(office) == ["表.docx", "表.docx.原因.txt", "表（2）.docx", "表（2）.docx.原因.txt"]


def test_a_name_of_the_longest_kind_still_gets_its_reason(office: Workspace, store: Store) -> None:
    name = "很" * 83 + ".docx"  # 254 bytes: the longest name that file systems take
    drop(office, name, "BAD")

    take(office, store)

    assert len(aside(office)) == 2
    assert aside(office)[0].endswith("很.docx")


@pytest.mark.parametrize("fault", [KeyError("w:tbl"), FileAccessError("读不到"), RuntimeError("一\nTraceback")])
def test_a_reader_that_breaks_leaves_the_file_and_does_not_stop_the_others(
    office: Workspace, store: Store, fault: Exception
) -> None:
    drop(office, "a.docx", WANG)
    drop(office, "b.docx", LI)

    def breaking(path: Path, hints: Hints) -> FileReading:
        if path.name == "a.docx":
            raise fault
        return reader(path, hints)

    result = intake(office, store, breaking, now=lambda: NINE)

    assert outcomes(result) == {"a.docx": Outcome.LEFT, "b.docx": Outcome.TAKEN}
    assert "a.docx 没有收，仍在原处" in result.files[0].messages[0]
    assert "Traceback" not in result.files[0].messages[0]
    assert left(office) == ["a.docx"]
    assert [one.submission.name for one in store.submissions()] == ["b.docx"]


def test_a_reader_that_cannot_start_ends_the_run_and_loses_nothing(office: Workspace, store: Store) -> None:
    drop(office, "a.docx", LI)

    def dead(path: Path, hints: Hints) -> FileReading:
        raise FormgenError("读取程序无法启动")

    with pytest.raises(FormgenError, match="无法启动"):
        intake(office, store, dead, now=lambda: NINE)

    assert left(office) == ["a.docx"]
    assert store.submissions() == ()


def test_an_unreadable_file_that_comes_again_is_tried_again(office: Workspace, store: Store) -> None:
    drop(office, "旧.doc", LI)

    def without_libreoffice(path: Path, hints: Hints) -> FileReading:
        issue = Issue(IssueCode.MISSING_PROGRAM, Severity.ERROR, "没有安装 LibreOffice")
        return FileReading(path.name, "", "doc", issues=(issue,))

    first = intake(office, store, without_libreoffice, now=lambda: NINE)
    drop(office, "旧.doc", LI)
    second = take(office, store)

    assert outcomes(first) == {"旧.doc": Outcome.SET_ASIDE}
    assert outcomes(second) == {"旧.doc": Outcome.TAKEN}
    assert [stored.subject.name for stored in store.records()] == ["李四"]
    assert aside(office) == []


def test_a_file_that_can_be_read_later_leaves_the_set_aside_ones(office: Workspace, store: Store) -> None:
    drop(office, "扫描.jpg", LI)
    drop(office, "改过.jpg", WANG)

    def without(path: Path, hints: Hints) -> FileReading:
        issue = Issue(IssueCode.MISSING_PROGRAM, Severity.ERROR, "没有装附加部件")
        return FileReading(path.name, "", "image", issues=(issue,))

    intake(office, store, without, now=lambda: NINE)
    (office.pending / "改过.jpg").write_text("有人改过", encoding="utf-8")
    reread(office, store, reader, now=lambda: NINE)

    assert aside(office) == ["改过.jpg", "改过.jpg.原因.txt"]


def test_a_file_that_is_unreadable_for_another_reason_says_that_one(office: Workspace, store: Store) -> None:
    drop(office, "扫描.jpg", LI)
    reasons = ["没有装附加部件", "图像上没有认出表格"]

    def never(path: Path, hints: Hints) -> FileReading:
        return FileReading(path.name, "", "image", issues=(Issue(IssueCode.NOT_A_FORM, Severity.ERROR, reasons[0]),))

    intake(office, store, never, now=lambda: NINE)
    del reasons[0]
    reread(office, store, never, now=lambda: NINE)

    assert "没有认出表格" in (office.pending / "扫描.jpg.原因.txt").read_text(encoding="utf-8-sig")


def test_doubtful_records_are_counted_and_get_no_copy(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI + "\n!2.1")

    result = take(office, store)

    assert outcomes(result) == {"李四.docx": Outcome.DOUBTFUL}
    assert [issue.field for issue in result.files[0].issues] == ["2.1"]
    assert result.count(Outcome.DOUBTFUL) == 1
    assert aside(office) == []


# --- the same again, and changed -------------------------------------------------------------------------------


def test_the_same_bytes_under_another_name_are_linked(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)
    take(office, store)
    drop(office, "李四（1）.docx", LI)

    result = take(office, store)

    assert outcomes(result) == {"李四（1）.docx": Outcome.DUPLICATE}
    assert "《李四.docx》内容完全相同" in result.files[0].messages[0]
    assert len(store.records(current=False)) == len(originals(office)) == 1
    assert [arrival.name for arrival in store.arrivals(sha(LI))] == ["李四.docx", "李四（1）.docx"]
    assert [one.issue.code for one in store.issues()] == [IssueCode.DUPLICATE]
    assert left(office) == []


def test_a_changed_return_supersedes_and_the_result_says_so(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)
    take(office, store)
    changed = LI.replace("2.1=10", "2.1=8")
    drop(office, "李四.docx", changed)

    result = take(office, store)

    assert outcomes(result) == {"李四.docx": Outcome.TAKEN}
    assert "取代2023-04-01收到的《李四.docx》中的：张庄村/李四 2023-03；旧的仍保留" in result.files[0].messages[0]
    assert store.records()[0].record.readings["2.1"].value == Decimal(8)
    assert originals(office) == sorted((sha(LI), sha(changed)))


@pytest.mark.parametrize("earlier_by_clock", ["李四.docx", "李四 (1).xlsx"])
def test_two_versions_in_one_batch_are_for_a_person_to_judge(
    office: Workspace, store: Store, earlier_by_clock: str
) -> None:
    texts = {"李四.docx": LI, "李四 (1).xlsx": LI.replace("2.1=10", "2.1=8")}
    for name in sorted(texts, key=lambda name: name != earlier_by_clock):
        drop(office, name, texts[name])

    result = take(office, store)

    assert outcomes(result) == {"李四.docx": Outcome.TAKEN, "李四 (1).xlsx": Outcome.DOUBTFUL}
    assert [stored.file for stored in store.records()] == ["李四 (1).xlsx"]
    assert "同一批里还有《李四.docx》" in result.files[1].issues[0].message


def test_two_files_in_one_batch_that_say_the_same_are_no_doubt(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)
    drop(office, "李四 (1).xlsx", f"{LI} ")  # another file, the same values

    result = take(office, store)

    assert set(outcomes(result).values()) == {Outcome.TAKEN}
    assert len(store.records()) == 1


def test_two_versions_in_one_batch_are_seen_though_the_run_was_stopped_between_them(
    office: Workspace, store: Store
) -> None:
    drop(office, "李四.docx", LI)
    drop(office, "李四（更正）.docx", LI.replace("2.1=10", "2.1=8"))
    read: list[str] = []

    def stopped(path: Path, hints: Hints) -> FileReading:
        read.append(path.name)
        if len(read) == 2:
            raise FormgenError("断电")
        return reader(path, hints)

    with pytest.raises(FormgenError):
        intake(office, store, stopped, now=lambda: NINE)

    result = take(office, store)

    (outcome,) = result.files
    assert outcome.outcome is Outcome.DOUBTFUL
    assert "同一批里还有《李四.docx》" in outcome.issues[0].message


def test_a_batch_that_was_ended_is_over(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)
    take(office, store)
    drop(office, "李四（更正）.docx", LI.replace("2.1=10", "2.1=8"))

    result = take(office, store)

    assert [file.outcome for file in result.files] == [Outcome.TAKEN]
    assert [one.event.what for one in store.audit_lines() if one.event.event == "batch"] == ["一批收完：1 个文件"] * 2


def test_two_forms_of_one_person_in_one_file_are_for_a_person_to_judge(office: Workspace, store: Store) -> None:
    drop(office, "汇总.docx", f"{LI}\n{WANG}\n{LI.replace('2.1=10', '2.1=8')}")

    result = take(office, store)

    assert outcomes(result) == {"汇总.docx": Outcome.DOUBTFUL}
    assert [(issue.code, issue.record) for issue in result.files[0].issues] == [(IssueCode.DUPLICATE, 2)]
    assert [stored.index for stored in store.records()] == [1, 2]


def test_an_outdated_version_that_comes_again_does_not_come_back(office: Workspace, store: Store) -> None:
    for text in (LI, LI.replace("2.1=10", "2.1=8"), LI):
        drop(office, "李四.docx", text)
        result = take(office, store)

    assert outcomes(result) == {"李四.docx": Outcome.DUPLICATE}
    assert "仍以后来的为准" in result.files[0].messages[1]
    assert store.records()[0].record.readings["2.1"].value == Decimal(8)


# --- the roster ------------------------------------------------------------------------------------------------

ROSTER = "roster - 张庄村/李四 post=组长\nroster - 王庄村/李四 post=组长\nroster - 张庄村/王五 post=组长"


def test_a_name_that_the_roster_does_not_know_is_said_with_near_ones(office: Workspace, store: Store) -> None:
    drop(office, "花名册.xlsx", ROSTER)
    drop(office, "李思.docx", LI.replace("李四", "李思"))

    result = take(office, store)

    assert outcomes(result) == {"花名册.xlsx": Outcome.TAKEN, "李思.docx": Outcome.DOUBTFUL}
    (issue,) = result.files[1].issues
    assert (issue.code, issue.field, issue.record) == (IssueCode.UNKNOWN_SUBJECT, "name", 0)
    assert "没有“张庄村/李思”；相近的有：张庄村/李四" in issue.message
    assert issue.where.chinese == "第1个表第1行第2列"


@pytest.mark.parametrize("roster", ["a花名册.xlsx", "z花名册.xlsx"])
def test_the_order_of_roster_and_returns_does_not_matter(office: Workspace, store: Store, roster: str) -> None:
    drop(office, "m.docx", LI.replace("李四", "李思"))
    drop(office, roster, ROSTER)

    result = take(office, store)

    assert outcomes(result) == {"m.docx": Outcome.DOUBTFUL, roster: Outcome.TAKEN}


def test_a_later_roster_settles_the_question(office: Workspace, store: Store) -> None:
    drop(office, "李思.docx", LI.replace("李四", "李思"))
    drop(office, "花名册.xlsx", ROSTER)
    take(office, store)
    drop(office, "花名册.xlsx", ROSTER + "\nroster - 张庄村/李思 post=组长")

    take(office, store)

    assert store.issues() == ()


def test_a_corrected_name_settles_the_question(office: Workspace, store: Store) -> None:
    drop(office, "李思.docx", text := LI.replace("李四", "李思"))
    drop(office, "花名册.xlsx", ROSTER)
    take(office, store)

    store.add_correction(Correction(sha(text), 0, "name", "李四", "王会计", NINE, "笔误"))
    take(office, store)

    assert store.issues() == ()


def test_without_a_roster_nothing_is_said_of_names(office: Workspace, store: Store) -> None:
    drop(office, "李思.docx", LI.replace("李四", "李思"))

    assert not take(office, store).needs_person


def test_namesakes_in_two_villages_are_both_known(office: Workspace, store: Store) -> None:
    drop(office, "花名册.xlsx", ROSTER)
    drop(office, "a.docx", LI)
    drop(office, "b.docx", LI.replace("张庄村", "王庄村"))

    result = take(office, store)

    assert not result.needs_person
    assert len([stored for stored in store.records() if stored.record.form == "dayang-monthly"]) == 2


def test_namesakes_in_one_village_are_not_told_apart_without_their_group(office: Workspace, store: Store) -> None:
    drop(office, "花名册.xlsx", "roster - 张庄村/李四 group=一组\nroster - 张庄村/李四 group=二组")
    drop(office, "a.docx", LI)

    result = take(office, store)

    assert "分不清是哪一个" in result.files[1].issues[0].message


# --- stopping anywhere -----------------------------------------------------------------------------------------

FILES = {"a.docx": LI, "b.docx": "BAD", "c.docx": WANG, "c（1）.docx": WANG}


class PulledPlugError(BaseException):
    """Not an Exception: nothing may catch it."""


def pull(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, when: str, nth: int) -> None:
    """Stop at the nth call of something, before or after it."""
    real: Callable[..., object] = getattr(owner, name)
    calls = 0

    def stopping(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth and when == "before":
            raise PulledPlugError
        result = real(*given, **named)
        if calls == nth:
            raise PulledPlugError
        return result

    monkeypatch.setattr(owner, name, stopping)


STEPS: list[tuple[object, str]] = [
    (Archive, "add"),
    (Path, "replace"),
    (Store, "add_reading"),
    (Store, "add_arrival"),
    (intake_module, "set_aside"),
    (intake_module, "removed"),
    (Path, "unlink"),
    (intake_module, "check_roster"),
]


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_stop_at_any_step_loses_nothing_and_counts_nothing_twice(
    office: Workspace, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, when: str, nth: int
) -> None:
    for file, text in FILES.items():
        drop(office, file, text)

    with monkeypatch.context() as patched, Store(office.database) as store:
        pull(patched, owner, name, when, nth)
        with contextlib.suppress(PulledPlugError):
            take(office, store)
    with Store(office.database) as store:
        take(office, store)

        assert originals(office) == sorted({sha(text) for text in FILES.values()})
        assert [one.submission.name for one in store.submissions()] == ["a.docx", "b.docx", "c.docx"]
        assert [len(store.arrivals(sha(text))) for text in (LI, "BAD", WANG)] == [1, 1, 2]
        assert sorted(stored.subject.name for stored in store.records(current=False)) == ["李四", "王五"]
        assert [one.issue.code for one in store.issues()] == [IssueCode.ENCRYPTED, IssueCode.DUPLICATE]
        assert store.faults() == ()
    assert left(office) == []
    assert aside(office) == ["b.docx", "b.docx.原因.txt"]
    assert Archive(office.archive).faults() == ()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("step", ["set_aside", "removed"])
def test_a_killed_run_is_taken_up_where_it_stopped(
    office: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    for file, text in FILES.items():
        drop(office, file, text)
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(intake_module, step, lambda *_: os._exit(9))
        take(office, Store(office.database))
        os._exit(0)

    _, status = os.waitpid(child, 0)
    with Store(office.database) as store:
        take(office, store)

        assert os.waitstatus_to_exitcode(status) == 9
        assert [len(store.arrivals(sha(text))) for text in (LI, "BAD", WANG)] == [1, 1, 2]
        assert store.faults() == ()
    assert left(office) == []


def test_what_a_stopped_copy_left_is_swept_an_hour_later(office: Workspace, store: Store) -> None:
    half = office.archive / "原件" / ".未完成-1"
    half.parent.mkdir()
    half.write_text("半")
    written = half.stat().st_mtime

    for seconds, there in ((60, True), (4000, False)):
        moment = datetime.fromtimestamp(written) + timedelta(seconds=seconds)
        intake(office, store, reader, now=lambda moment=moment: moment)
        assert half.exists() is there


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_time(office: Workspace, store: Store) -> None:
    path = drop(office, "李四.docx", LI)

    def slow(given: Path, hints: Hints) -> FileReading:
        reading = reader(given, hints)
        path.write_text(WANG + " 5.1=1", encoding="utf-8")
        return reading

    result = intake(office, store, slow, now=lambda: NINE)

    assert outcomes(result) == {"李四.docx": Outcome.LEFT}
    assert left(office) == ["李四.docx"]
    assert store.submissions() == ()


def test_a_file_that_cannot_be_opened_is_left_and_the_others_go_on(
    office: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(office, "开着.docx", LI)
    drop(office, "王五.docx", WANG)
    real = Path.open

    def locked(path: Path, *given: object, **named: object) -> object:
        if path.name == "开着.docx":
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **named)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(Path, "open", locked)

    result = take(office, store)

    assert outcomes(result) == {"开着.docx": Outcome.LEFT, "王五.docx": Outcome.TAKEN}
    assert "请关闭" in result.files[0].messages[0]
    assert left(office) == ["开着.docx"]


@pytest.fixture
def powerless(office: Workspace) -> Iterator[Path]:
    """A workspace of somebody else's that may be read but not written, also by root."""
    if os.name == "nt":
        pytest.skip("Windows has no permission bits")
    folder = Path(tempfile.mkdtemp())
    root = folder / "只读"
    shutil.copytree(office.root, root)
    Store(root / "存档" / "formgen.sqlite").close()
    (root / "收件箱" / "李四.docx").write_text(LI, encoding="utf-8")
    for path in (folder, root, *root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield root
    os.seteuid(user)
    for path in (root, *root.rglob("*")):
        path.chmod(0o700)
    shutil.rmtree(folder)


def test_a_read_only_folder_is_a_matter_of_access(powerless: Path) -> None:
    opened = workspace.open(powerless)

    with pytest.raises(FileAccessError, match="只读") as caught, Store(opened.database) as store:
        take(opened, store)

    assert "Traceback" not in str(caught.value)
    assert (powerless / "收件箱" / "李四.docx").exists()


# --- the archive -----------------------------------------------------------------------------------------------


def test_a_damaged_original_is_found_and_mended_by_the_same_bytes(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)
    take(office, store)
    ((_, original),) = Archive(office.archive).each()
    original.chmod(0o600)
    original.write_text("别的", encoding="utf-8")

    (fault,) = Archive(office.archive).faults()
    drop(office, "李四.docx", LI)
    take(office, store)

    assert "内容与收进时不同" in fault
    assert Archive(office.archive).faults() == ()
    assert file_sha256(original) == sha(LI)


def test_an_archive_that_went_in_the_middle_is_not_made_anew(office: Workspace, store: Store, tmp_path: Path) -> None:
    drop(office, "李四.docx", LI)
    away = tmp_path / "away"
    office.archive.rename(away)

    with pytest.raises(FileAccessError, match=r"存档 .*不能写入.*李四\.docx 仍在原处"):
        take(office, store)

    assert not office.archive.exists()
    assert left(office) == ["李四.docx"]
    away.rename(office.archive)
    assert outcomes(take(office, store)) == {"李四.docx": Outcome.TAKEN}


def test_a_workspace_whose_archive_is_gone_is_not_opened_as_an_empty_one(office: Workspace) -> None:
    shutil.rmtree(office.archive)

    with pytest.raises(FileAccessError, match=r"“存档”文件夹 .*不见了"):
        workspace.open(office.root)

    assert not office.archive.exists()


def test_a_database_that_was_put_in_the_place_of_another_is_not_written_past(
    office: Workspace, store: Store, tmp_path: Path
) -> None:
    drop(office, "李四.docx", LI)
    store.copy_to(tmp_path / "copy.sqlite")
    office.database.rename(tmp_path / "old.sqlite")
    shutil.copy(tmp_path / "copy.sqlite", office.database)

    with pytest.raises(FileAccessError, match="数据库文件不在原处"):
        take(office, store)

    assert left(office) == ["李四.docx"]
    with Store(office.database) as again:
        assert outcomes(take(office, again)) == {"李四.docx": Outcome.TAKEN}


def test_a_database_on_a_disk_that_cannot_be_written_can_be_read(
    office: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(office, "李四.docx", LI)
    take(office, store)
    store.close()
    monkeypatch.setattr(os, "access", lambda *_: False)
    for path in office.archive.glob("formgen.sqlite-*"):
        path.unlink()

    with Store(office.database, read_only=True) as still:
        assert len(still.records()) == 1
        assert verify(still, Archive(office.archive), office.root).faults == ()
        assert list(office.archive.glob("formgen.sqlite-*")) == []
        still.copy_to(office.root / "copy.sqlite")
    with Store(office.root / "copy.sqlite") as copy:
        assert len(copy.records()) == 1


def test_half_a_copy_of_a_stopped_run_does_not_stay_in_the_pending_folder(office: Workspace, store: Store) -> None:
    old, young = office.pending / ".未完成-aa.tmp", office.pending / ".未完成-bb.tmp"
    for path, moment in ((old, NINE), (young, NINE + timedelta(hours=1))):
        path.write_bytes("李四".encode())
        os.utime(path, (moment.timestamp(), moment.timestamp()))

    intake(office, store, reader, now=lambda: NINE + timedelta(hours=1, minutes=1))

    assert (old.exists(), young.exists()) == (False, True)


def test_verifying_finds_a_lost_and_a_changed_original(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)
    drop(office, "王五.docx", WANG)
    take(office, store)
    assert verify(store, Archive(office.archive), office.root).faults == ()
    lost, changed = (path for sha256 in (sha(LI), sha(WANG)) if (path := Archive(office.archive).find(sha256)))
    lost.chmod(0o600)
    lost.unlink()
    changed.chmod(0o600)
    changed.write_text("别的", encoding="utf-8")

    faults = verify(store, Archive(office.archive), office.root).faults

    assert len(faults) == 2
    assert str(changed) in faults[0]
    assert "《李四.docx》的原件不在存档中" in faults[1]


# --- reading again ---------------------------------------------------------------------------------------------


def test_reading_again_keeps_corrections_and_says_what_reads_otherwise(office: Workspace, store: Store) -> None:
    drop(office, "李四.docx", LI)
    drop(office, "王五.docx", WANG)
    take(office, store)
    store.add_correction(Correction(sha(LI), 0, "2.1", Decimal(9), "王会计", NINE, "核实"))

    def better(path: Path, hints: Hints) -> FileReading:
        text = path.read_text(encoding="utf-8")
        reading = reader(path, hints)
        return reader_of(text.replace("2.2=20", "2.2=19"), reading) if "李四" in text else reading

    changed = reread(office, store, better, now=lambda: NINE)

    assert changed == ("李四.docx",)
    stored = store.records_of(sha(LI))[0]
    assert (stored.generation, stored.record.readings["2.2"].value) == (2, Decimal(19))
    assert [one.value for one in store.corrections(sha(LI), 0)] == [Decimal(9)]
    assert store.records_of(sha(WANG))[0].generation == 1


def reader_of(text: str, like: FileReading) -> FileReading:
    from dataclasses import replace

    from returns import record

    return replace(like, records=tuple(record(line, row) for row, line in enumerate(text.splitlines(), 1)))


def test_reading_again_without_a_change_adds_nothing(office: Workspace, store: Store) -> None:
    drop(office, "花名册.xlsx", ROSTER)
    drop(office, "李思.docx", LI.replace("李四", "李思") + "\n!2.1")
    drop(office, "坏.docx", "BAD")
    take(office, store)

    assert reread(office, store, reader, now=lambda: NINE) == ()
    assert len([one for one in store.issues() if one.issue.code is IssueCode.UNKNOWN_SUBJECT]) == 1
