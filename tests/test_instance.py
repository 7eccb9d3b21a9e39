"""One formgen at a time for a workspace, however the last one ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from formgen.instance import HEARTBEAT, LOCK, AlreadyRunningError, holder, last_beat, sole

NOW = datetime(2026, 11, 22, 9, 30)

HOLD = """
import sys, time
from datetime import datetime
from pathlib import Path
from formgen.instance import sole
with sole(Path(sys.argv[1]), "收件", datetime(2026, 11, 22, 8, 0)) as heart:
    heart.beat(datetime(2026, 11, 22, 8, 1), "reading", waiting=3, done=4)
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_one_is_told_who_works_and_nothing_is_lost(tmp_path: Path) -> None:
    with sole(tmp_path, "看守收件箱", NOW), pytest.raises(AlreadyRunningError) as told, sole(tmp_path, "收件", NOW):
        pass

    assert "看守收件箱，2026-11-22 09:30 起" in str(told.value)
    assert "没有丢失任何东西" in str(told.value)


def test_the_lock_is_free_again_once_it_is_left(tmp_path: Path) -> None:
    with sole(tmp_path, "收件", NOW):
        assert holder(tmp_path) is not None

    assert holder(tmp_path) is None
    with sole(tmp_path, "收件", NOW):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        held = holder(tmp_path)
        other.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    assert held is not None
    assert (held.pid, held.work) == (other.pid, "收件")
    assert (tmp_path / LOCK).exists()
    assert holder(tmp_path) is None
    beat = last_beat(tmp_path)
    assert beat is not None
    assert (beat.state, beat.waiting, beat.done, beat.pid) == ("reading", 3, 4, other.pid)
    with sole(tmp_path, "收件", NOW):
        pass


@pytest.mark.parametrize(
    "words", [b"", b"\x00" * 100, b"{", b"[1]", b"null", b'{"work": 1, "pid": "x"}', b"\xff" * 9000]
)
def test_what_stands_in_the_files_need_not_be_trusted(tmp_path: Path, words: bytes) -> None:
    with sole(tmp_path, "收件", NOW):
        (tmp_path / LOCK).write_bytes(words)
        (tmp_path / HEARTBEAT).write_bytes(words)

        held = holder(tmp_path)

        assert held is not None
        assert held.words == "另一个 formgen"
        assert last_beat(tmp_path) is None


def test_where_there_is_no_lock_file_nobody_works_and_none_is_made(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    assert last_beat(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
