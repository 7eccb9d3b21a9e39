"""Watching 收件箱: a file is taken in once it is whole, exactly once, and nothing ends the watching."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Timer

import pytest
from returns import SCORES, reader

from formgen import workspace
from formgen.archive import Archive
from formgen.errors import FileAccessError, UsageError
from formgen.instance import Heart, last_beat
from formgen.intake import FileOutcome, Intake, Outcome
from formgen.model import IssueCode
from formgen.parsing import FileReading, Hints
from formgen.store import Store
from formgen.watching import FolderEvents, Settling, Watch, watch
from formgen.workspace import Workspace

LI = f"dayang-monthly 2023-03 张庄村/李四 {SCORES}"
WANG = f"dayang-monthly 2023-03 张庄村/王五 {SCORES}"


class Bench:
    """A watched workspace whose clock goes only when it is told to."""

    def __init__(self, root: Path) -> None:
        self.office = workspace.create(root, scheme="dayang-2023")
        self.store = Store(self.office.database)
        self.seconds = 1000.0
        self.outcomes: list[tuple[str, Outcome]] = []
        self.files: list[FileOutcome] = []
        self.late: list[str] = []
        self.words: list[str] = []
        self.sums = 0
        self.read = reader
        self.watch = Watch(
            Intake(self.office, self.store, lambda path, hints: self.read(path, hints), self.now),
            Heart(self.office.archive / "formgen.heartbeat", self.now()),
            self.said,
            self.words.append,
            self.sum_up,
            lambda: False,
            Settling(3.0),
            clock=lambda: self.seconds,
        )

    def now(self) -> datetime:
        return datetime(2023, 4, 1, 9, 0) + timedelta(seconds=self.seconds)

    def said(self, file: FileOutcome, late: tuple[str, ...]) -> None:
        self.outcomes.append((file.path.name, file.outcome))
        self.files.append(file)
        self.late += late

    def sum_up(self) -> None:
        self.sums += 1

    def drop(self, name: str, text: str | bytes) -> Path:
        path = self.office.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def look(self, *pauses: float) -> float:
        """Look now, and again after each pause."""
        pause = self.watch.look()
        for seconds in pauses:
            self.seconds += seconds
            pause = self.watch.look()
        return pause

    @property
    def left(self) -> list[str]:
        return sorted(path.name for path in self.office.inbox.rglob("*") if path.is_file())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "大杨镇")
    yield made
    made.store.close()


# --- wholeness -------------------------------------------------------------------------------------------------


def test_a_file_is_taken_once_it_has_been_still(bench: Bench) -> None:
    bench.drop("李四.docx", LI)

    bench.look(1, 1.5)
    early = list(bench.outcomes)
    bench.look(1)

    assert early == []
    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]
    assert bench.left == []


def test_a_file_that_grows_is_waited_for(bench: Bench) -> None:
    path = bench.drop("李四.docx", LI[:20])
    for size in range(30, len(LI), 30):
        bench.look(2)
        path.write_text(LI[:size], encoding="utf-8")
    path.write_text(LI, encoding="utf-8")

    bench.look(2, 2)

    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]
    assert len(list(Archive(bench.office.archive).each())) == 1


def test_a_file_written_anew_with_the_same_size_begins_to_rest_anew(bench: Bench) -> None:
    path = bench.drop("李四.docx", LI)
    bench.look(2)
    path.write_text(WANG, encoding="utf-8")
    os.utime(path, (1, 1))

    bench.look(2)
    early = list(bench.outcomes)
    bench.look(3)

    assert early == []
    assert [one.subject.name for one in bench.store.records()] == ["王五"]


def test_an_empty_file_is_given_more_time(bench: Bench) -> None:
    path = bench.drop("李四.docx", "")

    bench.look(4, 4)
    path.write_text(LI, encoding="utf-8")
    bench.look(4)

    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]


def test_a_file_that_stays_empty_is_taken_in_the_end(bench: Bench) -> None:
    bench.drop("李四.docx", "")

    bench.look(29)
    early = list(bench.outcomes)
    bench.look(2)

    assert early == []
    assert bench.outcomes == [("李四.docx", Outcome.SET_ASIDE)]


def test_files_that_are_renamed_or_deleted_under_its_hands_are_no_fault(bench: Bench) -> None:
    bench.drop("李四.docx", LI).rename(bench.office.inbox / "甲.docx")
    gone = bench.drop("王五.docx", WANG)
    bench.look(2)
    gone.unlink()
    (bench.office.inbox / "甲.docx").rename(bench.office.inbox / "乙.docx")

    bench.look(2, 3)

    assert bench.outcomes == [("乙.docx", Outcome.TAKEN)]
    assert bench.words == []


def test_a_file_that_goes_between_the_look_and_the_taking_is_no_fault(bench: Bench) -> None:
    bench.drop("a.docx", LI)
    other = bench.drop("b.docx", WANG)

    def greedy(path: Path, hints: Hints) -> FileReading:
        other.unlink(missing_ok=True)
        return reader(path, hints)

    bench.read = greedy

    bench.look(3)

    assert bench.outcomes == [("a.docx", Outcome.TAKEN)]


# --- what is dropped -------------------------------------------------------------------------------------------


def test_a_file_that_is_renamed_while_it_is_read_is_said_to_be_moved_and_taken_under_its_new_name(
    bench: Bench,
) -> None:
    path = bench.drop("李四.docx", LI)

    def renaming(found: Path, hints: Hints) -> FileReading:
        path.rename(path.with_name("改名.docx"))
        bench.read = reader
        raise FileNotFoundError(str(found))

    bench.read = renaming
    bench.look(3, 3, 3)

    assert bench.outcomes == [("李四.docx", Outcome.LEFT), ("改名.docx", Outcome.TAKEN)]
    assert "被移走、改名或改动了" in bench.files[0].messages[0]


def test_a_folder_that_is_moved_in_is_taken_whole_with_its_village(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "张庄村" / "补交").mkdir(parents=True)
    (tmp_path / "张庄村" / "李四.docx").write_text(LI, encoding="utf-8")
    (tmp_path / "张庄村" / "补交" / "王五.docx").write_text(WANG, encoding="utf-8")
    seen: list[tuple[str, ...]] = []

    def watching(path: Path, hints: Hints) -> FileReading:
        seen.append(hints.names)
        return reader(path, hints)

    bench.read = watching
    bench.look()
    shutil.move(tmp_path / "张庄村", bench.office.inbox / "张庄村")

    bench.look(1, 3)

    assert seen == [("李四.docx", "张庄村"), ("王五.docx", "补交", "张庄村")]
    assert bench.left == []


def test_a_burst_is_taken_each_file_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formgen.watching._TOGETHER", 50)
    for number in range(120):  # more than are taken between two looks
        bench.drop(f"{number % 30}村/{number}.docx", f"dayang-monthly 2023-03 {number % 30}村/甲{number} {SCORES}")

    bench.look(3, 1, 1)

    assert [outcome for _, outcome in bench.outcomes] == [Outcome.TAKEN] * 120
    assert bench.left == []
    assert len(bench.store.records()) == len(list(Archive(bench.office.archive).each())) == 120


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize(
    "name",
    [
        "张庄村 李四（1） - 副本.docx",
        "很" * 66 + ".docx",
        "🙂.docx",
        "一\n二.docx",
        "李四.docx.",
        "'; --.docx",
        "-n.docx",
        "%s.docx",
    ],
)
def test_names_of_any_kind_are_taken(bench: Bench, name: str) -> None:
    bench.drop(name, LI)

    bench.look(3)

    assert [outcome for _, outcome in bench.outcomes] == [Outcome.TAKEN]
    assert bench.store.submissions()[0].submission.name == name
    assert bench.left == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_in_another_encoding_is_taken(bench: Bench) -> None:
    path = bytes(bench.office.inbox) + b"/" + "李四".encode("gbk") + b".docx"
    with open(path, "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write(LI.encode())

    bench.look(3)

    assert [outcome for _, outcome in bench.outcomes] == [Outcome.TAKEN]
    assert bench.left == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs fifos")
def test_a_fifo_is_not_opened_and_a_link_not_followed(bench: Bench, tmp_path: Path) -> None:
    os.mkfifo(bench.office.inbox / "管道.docx")
    (tmp_path / "别处.docx").write_text(LI, encoding="utf-8")
    (bench.office.inbox / "链接.docx").symlink_to(tmp_path / "别处.docx")
    (bench.office.inbox / "回头").symlink_to(bench.office.inbox)

    bench.look(4, 4)

    assert bench.outcomes == []
    assert len(bench.words) == 3  # said once, not at every look


def test_what_programs_leave_behind_is_passed_over(bench: Bench) -> None:
    for name in ("~$四.docx", ".~李四.docx", "a.TMP", "Thumbs.db", ".DS_Store", "desktop.ini", "x.docx.crdownload"):
        bench.drop(name, LI)

    bench.look(4, 4)

    assert (bench.outcomes, bench.words, len(bench.left)) == ([], [], 7)


@pytest.mark.skipif(os.name == "nt", reason="needs a right on Windows")
@pytest.mark.parametrize("name", ["发文", "待核", "存档"])
def test_it_refuses_where_an_output_folder_lies_in_the_inbox(bench: Bench, name: str) -> None:
    place = bench.office.root / name
    inside = bench.office.inbox / "里面"
    inside.mkdir()
    shutil.rmtree(place)
    place.symlink_to(inside)

    with pytest.raises(UsageError, match=rf"“{name}”.*里面"):
        watch(bench.watch, lambda _: None)


@pytest.mark.skipif(os.name == "nt", reason="needs a right on Windows")
def test_it_refuses_where_the_inbox_lies_in_an_output_folder(bench: Bench) -> None:
    bench.office.inbox.rmdir()
    (bench.office.outbox / "收").mkdir()
    bench.office.inbox.symlink_to(bench.office.outbox / "收")

    with pytest.raises(UsageError, match=r"收件箱”.*“发文”"):
        watch(bench.watch, lambda _: None)


# --- what counts -----------------------------------------------------------------------------------------------


def test_a_duplicate_is_linked_and_a_correction_supersedes(bench: Bench) -> None:
    for name, text in (("李四.docx", LI), ("李四 副本.docx", LI), ("李四.docx", LI.replace("2.1=10", "2.1=8"))):
        bench.drop(name, text)
        bench.look(3)

    assert [outcome for _, outcome in bench.outcomes] == [Outcome.TAKEN, Outcome.DUPLICATE, Outcome.TAKEN]
    assert "取代" in bench.files[2].messages[0]
    assert len(bench.store.records()) == 1


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("李四.docx", "~$李四.docx"),
        ("张庄村李四三月考核.docx", "~$村李四三月考核.docx"),
        ("汇总.xlsx", "~$汇总.xlsx"),
        ("李四.docx", ".~lock.李四.docx#"),
        ("李四.docx", ".~李四.docx"),
    ],
)
def test_a_file_that_is_open_in_word_is_said_kept_and_taken_once_it_is_closed(
    bench: Bench, name: str, lock: str
) -> None:
    bench.drop(name, LI)
    bench.drop(lock, "who has it")

    bench.look(3, 30)
    bench.look()
    (left,) = bench.files
    (bench.office.inbox / lock).unlink()
    bench.look(61)

    assert left.outcome is Outcome.LEFT
    assert f"旁边有“{lock}”），没有收，仍在原处，没有丢失" in left.messages[0]
    assert bench.outcomes == [(name, Outcome.LEFT), (name, Outcome.TAKEN)]
    assert bench.left == []


def test_a_lock_that_a_broken_program_left_behind_locks_nothing(bench: Bench) -> None:
    bench.drop("李四.docx", LI)
    os.utime(bench.drop("~$李四.docx", ""), (0, 0))

    bench.look(3)

    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]


def test_two_versions_that_come_together_are_in_doubt(bench: Bench) -> None:
    bench.drop("李四.docx", LI)
    bench.drop("李四（更正）.docx", LI.replace("2.1=10", "2.1=8"))

    bench.look(3)

    assert [outcome for _, outcome in bench.outcomes] == [Outcome.TAKEN, Outcome.DOUBTFUL]


def test_two_versions_are_in_doubt_though_the_watcher_was_stopped_between_them(bench: Bench) -> None:
    bench.drop("李四.docx", LI)
    bench.drop("李四（更正）.docx", LI.replace("2.1=10", "2.1=8"))
    bench.look()
    bench.watch.stopped = iter((False, True)).__next__
    bench.look(3)
    assert bench.left == ["李四（更正）.docx"]

    again = Watch(
        Intake(bench.office, bench.store, reader, bench.now),
        bench.watch.heart,
        bench.said,
        bench.words.append,
        bench.sum_up,
        lambda: False,
        Settling(3.0),
        clock=lambda: bench.seconds,
    )
    again.look()
    bench.seconds += 3
    again.look()

    assert [outcome for _, outcome in bench.outcomes] == [Outcome.TAKEN, Outcome.DOUBTFUL]


def test_a_name_that_no_roster_knows_is_said_at_once(bench: Bench) -> None:
    bench.drop("花名册.xlsx", "roster - 张庄村/李四 post=组长")
    bench.look(3)
    bench.drop("李思.docx", LI.replace("李四", "李思"))

    bench.look(3)

    assert bench.outcomes[-1] == ("李思.docx", Outcome.DOUBTFUL)
    assert [one.issue.code for one in bench.store.issues()] == [IssueCode.UNKNOWN_SUBJECT]


def test_a_roster_that_comes_later_takes_the_doubt_back(bench: Bench) -> None:
    bench.drop("花名册.xlsx", "roster - 张庄村/王五 post=组长")
    bench.drop("李四.docx", LI)
    bench.look(3)
    before = [one.issue.code for one in bench.store.issues()]

    bench.drop("花名册2.xlsx", "roster - 张庄村/王五 post=组长\nroster - 张庄村/李四 post=组长")
    bench.look(3)

    assert before == [IssueCode.UNKNOWN_SUBJECT]
    assert bench.store.issues() == ()


# --- faults ----------------------------------------------------------------------------------------------------


def test_a_full_disk_is_said_once_and_tried_again_until_there_is_room(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("李四.docx", LI)

    def full(self: Archive, source: Path) -> object:
        raise FileAccessError("存档不能写入（No space left on device）。")

    with monkeypatch.context() as patched:
        patched.setattr(Archive, "add", full)
        pauses = [bench.look(3), bench.look(60), bench.look(60)]
    bench.look(120)

    assert len([words for words in bench.words if "收不下去了" in words]) == 1
    assert "没有丢失任何文件" in bench.words[0]
    assert pauses == sorted(pauses)
    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]
    assert "恢复正常" in bench.words[-1]


def test_a_full_disk_is_said_once_however_many_files_wait(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        bench.drop(f"{number}.docx", LI.replace("李四", f"李{number}"))
    bench.look()

    def full(self: Archive, source: Path) -> tuple[str, Path]:
        raise FileAccessError(
            f"存档不能写入。没有丢失任何东西：{source.name} 仍在原处。请检查磁盘，然后再运行一次。"
        ) from OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Archive, "add", full)
        bench.look(3, 5, 10, 20)
    bench.look(60, 60)

    (first, *rest) = bench.words
    assert (
        first == "收不下去了：存档不能写入。没有丢失任何东西：0.docx 仍在原处。请检查磁盘。会一直再试，不用重新启动。"
    )
    assert rest == ["恢复正常，继续收件。"]
    assert len(bench.outcomes) == 5


def test_a_daily_summary_that_is_open_elsewhere_does_not_stop_the_taking_in(bench: Bench) -> None:
    def held() -> None:
        raise PermissionError(13, "The process cannot access the file")

    bench.watch.rested = held
    bench.drop("李四.docx", LI)
    bench.look(3)
    bench.drop("王五.docx", WANG)
    bench.look(61, 3)

    assert [outcome for _, outcome in bench.outcomes] == [Outcome.TAKEN, Outcome.TAKEN]
    (words,) = bench.words
    assert words.startswith("收件日报写不成（The process cannot access the file）；收件照常")
    beat = last_beat(bench.office.archive)
    assert beat is not None
    assert beat.state == "waiting"
    bench.watch.rested = bench.sum_up
    bench.look(61)
    assert bench.sums == 1


def test_a_share_that_goes_and_comes_back_is_no_end(bench: Bench, tmp_path: Path) -> None:
    bench.drop("李四.docx", LI)
    bench.look()
    bench.office.inbox.rename(tmp_path / "走了")

    bench.look(5, 10)
    beat = last_beat(bench.office.archive)
    (tmp_path / "走了").rename(bench.office.inbox)
    bench.look(20, 4)

    assert beat is not None
    assert beat.state == "trouble"
    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]
    assert last_beat(bench.office.archive).state == "waiting"  # type: ignore[union-attr]


def test_a_file_that_breaks_the_reader_is_left_said_once_and_tried_less_and_less(bench: Bench) -> None:
    bench.drop("a.docx", LI)
    bench.drop("b.docx", WANG)
    asked: list[str] = []

    def breaking(path: Path, hints: Hints) -> FileReading:
        asked.append(path.name)
        if path.name == "a.docx":
            raise KeyError("w:tbl")
        return reader(path, hints)

    bench.read = breaking

    bench.look(3, *[1] * 100)

    assert bench.outcomes == [("a.docx", Outcome.LEFT), ("b.docx", Outcome.TAKEN)]
    assert asked.count("a.docx") == 3
    assert bench.left == ["a.docx"]


def test_a_fault_of_formgen_itself_leaves_the_file_and_does_not_end_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("李四.docx", LI)

    def faulty(self: Store, *given: object, **named: object) -> object:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Store, "add_reading", faulty)
        bench.look(3)
    bench.look(40)

    assert bench.outcomes == [("李四.docx", Outcome.LEFT), ("李四.docx", Outcome.TAKEN)]


def test_a_file_that_cannot_be_removed_is_counted_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bench.drop("李四.docx", LI)
    real = Path.unlink

    def held(self: Path, missing_ok: bool = False) -> None:
        if self == path:
            raise PermissionError(13, "in use")
        real(self, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held)
        bench.look(3, 40, 80)
    bench.look(200)

    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]
    assert bench.watch.done == 1
    assert len(bench.store.records(current=False)) == 1
    assert len(bench.store.arrivals(bench.files[0].sha256)) == 1
    assert bench.left == []


def test_the_clock_of_the_machine_may_go_back(bench: Bench) -> None:
    path = bench.drop("李四.docx", LI)
    os.utime(path, (4_000_000_000, 4_000_000_000))  # as from a machine whose clock is wrong

    bench.look(3)

    assert bench.outcomes == [("李四.docx", Outcome.TAKEN)]


def test_the_day_is_summed_up_at_rest_and_when_another_begins(bench: Bench) -> None:
    bench.look()
    at_start = bench.sums
    bench.drop("李四.docx", LI)
    bench.look(61, 61)
    after_file = bench.sums

    bench.look(100)
    quiet = bench.sums
    bench.look(86400)

    assert (at_start, after_file, quiet, bench.sums) == (1, 2, 2, 3)


# --- waiting ---------------------------------------------------------------------------------------------------


def test_an_event_in_a_new_sub_folder_ends_the_waiting(tmp_path: Path) -> None:
    wait = FolderEvents(tmp_path, Event())
    timer = Timer(0.3, lambda: ((tmp_path / "村").mkdir(), (tmp_path / "村" / "一.docx").write_text("一")))
    timer.start()
    begun = time.monotonic()

    wait(60)

    assert time.monotonic() - begun < 30
    timer.join()


def test_where_there_are_no_events_time_alone_ends_the_waiting(tmp_path: Path) -> None:
    wait = FolderEvents(tmp_path / "没有", Event())
    begun = time.monotonic()

    wait(1.2)

    assert 1 < time.monotonic() - begun < 30


# --- the command -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("way", [(), ("--poll",)], ids=["events", "poll"])
def test_the_command_watches_says_so_and_stops_when_asked(tmp_path: Path, way: tuple[str, ...]) -> None:
    office: Workspace = workspace.create(tmp_path / "大杨镇", scheme="dayang-2023")
    words = ("intake", "--watch", *way, "--still", "0.2", "--json", "-w", str(office.root))
    command = [sys.executable, "-c", "from formgen.cli import main; main()"]
    with subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        assert watcher.stderr is not None
        assert "在看守" in watcher.stderr.readline().decode()
        second = subprocess.run([*command, "intake", "-w", str(office.root)], capture_output=True, check=False)
        standing = subprocess.run([*command, "status", "-w", str(office.root)], capture_output=True, check=False)
        (office.inbox / "说明.txt").write_text("这不是表", encoding="utf-8")
        line = watcher.stdout.readline().decode()
        watcher.send_signal(signal.SIGTERM)
        _, told = watcher.communicate(timeout=60)

    assert second.returncode == 5
    assert f"进程 {watcher.pid}" in second.stderr.decode()
    assert "看守：在运行：看守收件箱" in standing.stdout.decode()
    assert '"outcome": "set-aside"' in line
    assert watcher.returncode == 0
    assert "已停下，这次收了 1 个文件" in told.decode()
    (summary,) = office.pending.glob("收件日报 *.txt")
    assert "待核：1 个文件" in summary.read_text(encoding="utf-8-sig")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_watcher_that_is_killed_is_followed_by_one_that_goes_on_where_it_stopped(tmp_path: Path) -> None:
    office = workspace.create(tmp_path / "大杨镇", scheme="dayang-2023")
    for number in range(40):
        (office.inbox / f"{number}.txt").write_text(f"这不是表 {number}", encoding="utf-8")
    words = ("intake", "--watch", "--poll", "--still", "0.1", "--json", "-w", str(office.root))
    command = [sys.executable, "-c", "from formgen.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as first:
        assert first.stdout is not None
        for _ in range(7):
            first.stdout.readline()
        first.kill()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as second:
        until = time.monotonic() + 60
        while any(office.inbox.iterdir()) and time.monotonic() < until:
            time.sleep(0.2)
        second.terminate()
        second.communicate(timeout=60)

    with Store(office.database) as store:
        taken = store.submissions()
        assert sorted(one.submission.name for one in taken) == sorted(f"{number}.txt" for number in range(40))
        assert [len(store.arrivals(one.submission.sha256)) for one in taken] == [1] * 40
        assert store.faults() == ()
    assert list(office.inbox.iterdir()) == []
    assert len(list(Archive(office.archive).each())) == 40
    assert len(list(office.pending.glob("*.txt.原因.txt"))) == 40
