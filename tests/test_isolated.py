"""Reading in a child process: what kills or holds up the child is an issue, and the next file is read."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from sheets import compound, xlsx

from formgen.errors import FileAccessError, ProgramFailedError
from formgen.model import IssueCode, Subject
from formgen.parsing import Hints, Limits, Scanning
from formgen.scheme.loading import load_schemes
from parsers.isolated import IsolatedReader
from parsers.reading import read_file
from parsers.scan import missing

DOC = compound({"WordDocument": b""})
HINTS = Hints()


@pytest.fixture(scope="module")
def reader():
    """One reader for the tests that do it no harm."""
    with IsolatedReader([], Limits()) as made:
        yield made


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def child_of(reader: IsolatedReader) -> int:
    pid = reader._child._process.pid
    assert pid
    return pid


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3] if Path("/proc").is_dir() else True


def test_it_reads_what_read_file_reads(tmp_path, reader):
    path = written(tmp_path, "通知.xlsx", xlsx({"A1": "会议通知"}))

    assert reader(path, HINTS) == read_file(path, [])


def test_one_child_reads_all_files(tmp_path, reader):
    path = written(tmp_path, "通知.xlsx", xlsx({"A1": "会议通知"}))

    reader(path, HINTS)
    first = child_of(reader)
    reader(path, HINTS)

    assert child_of(reader) == first


def test_a_missing_file_is_said_to_the_caller_and_costs_no_child(tmp_path, reader):
    reader(written(tmp_path, "a.xlsx", xlsx({"A1": 1})), HINTS)
    before = child_of(reader)

    with pytest.raises(FileAccessError):
        reader(tmp_path / "没有.docx", HINTS)

    assert child_of(reader) == before


def test_a_relative_path_is_that_of_the_caller(tmp_path, reader, monkeypatch):
    written(tmp_path, "空.docx", b"")
    monkeypatch.chdir(tmp_path)

    (issue,) = reader(Path("空.docx"), HINTS).issues

    assert issue.code == IssueCode.EMPTY_FILE


def test_a_file_that_takes_too_long_is_too_slow_and_the_next_one_is_read(tmp_path):
    path = written(tmp_path, "慢.xlsx", xlsx({f"A{row}": "字" for row in range(1, 5000)}))

    with IsolatedReader([], Limits(seconds=0.001)) as reader:
        (issue,) = reader(path, HINTS).issues
        reader._limits = Limits()
        following = reader(written(tmp_path, "空.docx", b""), HINTS)

    assert issue.code == IssueCode.TOO_SLOW
    assert [found.code for found in following.issues] == [IssueCode.EMPTY_FILE]


def test_a_child_that_was_killed_is_replaced_and_the_file_read_again(tmp_path):
    path = written(tmp_path, "通知.xlsx", xlsx({"A1": "会议通知"}))

    with IsolatedReader([], Limits()) as reader:
        reader(path, HINTS)
        os.kill(child_of(reader), getattr(signal, "SIGKILL", signal.SIGTERM))
        time.sleep(0.2)

        (issue,) = reader(path, HINTS).issues

    assert issue.code == IssueCode.NOT_A_FORM


def test_a_file_that_kills_the_child_twice_is_unreadable(tmp_path):
    tries = []

    def kill(source: Path, to: str, folder: Path) -> Path:
        tries.append(source)
        os.kill(child_of(reader), getattr(signal, "SIGKILL", signal.SIGTERM))
        return source

    with IsolatedReader([], Limits(), kill) as reader:
        reading = reader(written(tmp_path, "旧.doc", DOC), HINTS)

    assert [issue.code for issue in reading.issues] == [IssueCode.UNREADABLE]
    assert "异常退出" in reading.issues[0].message
    assert len(reading.sha256) == 64
    assert len(tries) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="no bound on memory here")
def test_a_file_that_wants_all_memory_gets_none(tmp_path):
    stream = zlib.compress(b" " * 400_000_000, 1)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    path = written(tmp_path, "炸弹.pdf", body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF")

    with IsolatedReader([], Limits(), memory=450 << 20) as reader:
        (issue,) = reader(path, HINTS).issues

    assert issue.code in (IssueCode.TOO_LARGE, IssueCode.UNREADABLE, IssueCode.UNSUPPORTED)


def test_conversion_happens_here_and_its_time_is_not_the_childs(tmp_path):
    asked = []

    def convert(source: Path, to: str, folder: Path) -> Path:
        asked.append((os.getpid(), source.suffix, to))
        time.sleep(1.2)
        folder.mkdir()
        return written(folder, "x.xlsx", xlsx({"A1": "会议通知"}))

    html = written(tmp_path, "表.xls", b"<html><table></table></html>")
    with IsolatedReader([], Limits(seconds=1), convert) as reader:
        reading = reader(html, HINTS)

    assert asked == [(os.getpid(), ".html", "xlsx")]
    assert [issue.code for issue in reading.issues] == [IssueCode.MISLABELLED, IssueCode.NOT_A_FORM]


def test_a_conversion_that_fails_is_an_issue_of_the_file(tmp_path):
    def convert(source: Path, to: str, folder: Path) -> Path:
        raise ProgramFailedError("转换失败了")

    with IsolatedReader([], Limits(), convert) as reader:
        (issue,) = reader(written(tmp_path, "旧.doc", DOC), HINTS).issues

    assert (issue.code, issue.message) == (IssueCode.UNREADABLE, "转换失败了")


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()

    with IsolatedReader([], Limits()) as reader:
        reader(written(tmp_path, "空.docx", b""), HINTS)
        pid = child_of(reader)

    assert list((tmp_path / "temp").iterdir()) == []
    assert not alive(pid)


def test_a_reading_can_be_sent_between_processes(tmp_path):
    reading = read_file(written(tmp_path, "a.xlsx", xlsx({"A1": 1})), [])

    assert pickle.loads(pickle.dumps(reading)) == reading


def test_it_works_in_a_program_of_its_own_whose_output_stays_clean(tmp_path):
    written(tmp_path, "空.docx", b"")
    program = written(
        tmp_path,
        "program.py",
        b"from pathlib import Path\n"
        b"from formgen.parsing import Hints, Limits\n"
        b"from parsers.isolated import IsolatedReader\n"
        b"if __name__ == '__main__':\n"
        b"    with IsolatedReader([], Limits()) as reader:\n"
        b"        print(reader(Path('\xe7\xa9\xba.docx'), Hints()).issues[0].code)\n",
    )

    done = subprocess.run([sys.executable, program], cwd=tmp_path, capture_output=True, text=True, timeout=120)

    assert (done.stdout, done.stderr, done.returncode) == ("empty-file\n", "", 0)


@pytest.mark.skipif(bool(missing()), reason="needs the extra formgen[scan]")
def test_a_roster_that_came_meanwhile_is_known_to_the_next_scan():
    scan = Path(__file__).parent.parent / "samples/dayang-2023-03/收件箱/刘桥村-蒋水生（自己排的表，扫描）.pdf"
    forms = tuple(form for scheme in load_schemes() for form in scheme.form)
    known = [Scanning(), Scanning(subjects=(Subject("刘桥村", "蒋水生", "蒋庄"),))]

    with IsolatedReader(forms, Limits(), scanning=lambda: known.pop(0)) as reader:
        before, after = (reader(scan, Hints()) for _ in range(2))

    names = [{issue.field for issue in one.issues} & {"village", "name", "group"} for one in (before, after)]
    assert names == [{"village", "name", "group"}, set()]
