"""Stops and faults without number: a process with the shim preloaded forks a child for each and looks at what is left.

Run by the tests and by ``make faults``; one line of JSON for each part on stdout.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import offices
from injection import Shim
from offices import NINE

from formgen.backup import back_up, check, restore
from formgen.errors import FormgenError
from formgen.rendering.filing import file_away
from formgen.workspace import Workspace

_ENDED, _SAID, _BROKE = 0, 40, 41  #: How a child ended: well, with words for the clerk, with a traceback.
#: As in shim.c, with the error.
KINDS = [("K", ""), ("A", ""), ("T", ""), ("S", "")]
KINDS += [(kind, name) for kind in "EF" for name in ("EIO", "ENOSPC", "EACCES", "EROFS")]


def forked(work: Callable[[], object], words: Path, kill_after: float | None = None) -> int | None:
    """Do the work in a child; its exit code, None if it was killed. What it said is in the file ``words``."""
    child = os.fork()
    if not child:
        code = _BROKE
        try:
            work()
            code = _ENDED
        except FormgenError as fault:
            words.write_text(str(fault), encoding="utf-8")
            code = _SAID
        except BaseException:
            words.write_text(traceback.format_exc(), encoding="utf-8")
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def every_call(shim: Shim, room: Path, step: int) -> dict[str, Any]:
    """Each fault at each call (or each ``step``-th) that writes, during an intake of a few files; then a next start."""
    inbox = offices.few()
    words = room / "words"
    calm = inbox.lay(room / "calm")

    def counted() -> None:
        shim.arm(room / "calm")
        offices.run(calm)
        words.write_text(str(shim.count()))

    assert forked(counted, words) == _ENDED, words.read_text()
    calls = int(words.read_text())
    wanted = offices.said(calm)
    faults, stopped, said, wrong = 0, 0, 0, []
    for place, (kind, name) in enumerate(KINDS):
        for number in range(1 + place % step, calls + 1, step):
            office = inbox.lay(room / "disturbed")

            def disturbed(office: Workspace = office, kind: str = kind, number: int = number, name: str = name) -> None:
                shim.arm(office.root, kind, number, getattr(errno, name) if name else 0)
                offices.run(office)

            words.write_text("")
            ended = forked(disturbed, words)
            faults += 1
            stopped += ended is None
            said += ended == _SAID
            found = [words.read_text()] if ended == _BROKE else []
            if ended == _SAID and not any("一" <= letter <= "鿿" for letter in words.read_text()):
                found.append(f"not for a clerk: {words.read_text()}")
            found += _after(inbox, office, wanted)
            wrong += [f"{kind}{name}@{number}: {one}" for one in found]
            shutil.rmtree(office.root)
    return {"part": "calls", "calls": calls, "faults": faults, "killed": stopped, "said": said, "wrong": wrong}


def _after(inbox: offices.Inbox, office: Workspace, wanted: dict[str, Any]) -> list[str]:
    """What is wrong now, and after the next start, which nobody disturbs."""
    try:
        wrong = offices.amiss(inbox, office)
        offices.run(office, NINE + timedelta(hours=1))
        return wrong + [f"next start: {one}" for one in offices.unfinished(inbox, office, wanted)]
    except BaseException:
        return [traceback.format_exc()]


def kills(shim: Shim, room: Path, wanted_kills: int, seed: int) -> dict[str, Any]:
    """Kill an intake of 200 files again and again until it ends, then the next one, until so many kills are reached.

    Every other round is the watcher's. Every other kill comes from outside at a random time, the rest at a random
    system call, before, within or after it.
    """
    chance = random.Random(seed)
    inbox = offices.two_hundred()
    words = room / "words"
    calm = inbox.lay(room / "calm")

    def counted() -> None:
        shim.arm(calm.root)
        offices.run(calm)
        words.write_text(str(shim.count()))

    begun = time.monotonic()
    assert forked(counted, words) == _ENDED, words.read_text()
    whole = time.monotonic() - begun
    calls = int(words.read_text())
    wanted = offices.said(calm)
    killed, rounds, starts, wrong = 0, 0, 0, []
    while killed < wanted_kills:
        office = inbox.lay(room / f"round {rounds}")
        rounds += 1
        while True:
            starts += 1

            def disturbed(
                office: Workspace = office,
                start: datetime = NINE + timedelta(minutes=10 * starts),
                begin: Callable[..., object] = offices.watched if rounds % 2 else offices.run,
            ) -> None:
                begin(office, start)

            if killed >= wanted_kills:
                ended = forked(disturbed, words)
            elif killed % 2:
                ended = forked(disturbed, words, chance.uniform(0.002, whole / 6))
            else:
                number, kind = chance.randrange(1, calls // 6), chance.choice("KTA")

                def shimmed(
                    office: Workspace = office, number: int = number, kind: str = kind, work: Any = disturbed
                ) -> None:
                    shim.arm(office.root, kind, number)
                    work()

                ended = forked(shimmed, words)
            killed += ended is None
            if ended not in (None, _ENDED):
                wrong.append(words.read_text())
                break
            if ended == _ENDED:
                break
            wrong += [f"kill {killed}: {one}" for one in offices.amiss(inbox, office)]
        wrong += [f"round {rounds}: {one}" for one in offices.unfinished(inbox, office, wanted)]
        shutil.rmtree(office.root)
    files = len(inbox.files)
    return {"part": "kills", "kills": killed, "rounds": rounds, "starts": starts, "files": files, "wrong": wrong}


def papers(shim: Shim, room: Path, step: int) -> dict[str, Any]:
    """Each fault at each call while documents are written, a backup is made, and it is restored; then the same again.

    A document, a backup and a restored workspace are whole or not there; the workspace that is backed up does not
    change; nothing half written stays for ever.
    """
    office = offices.few().lay(room / "office")
    offices.run(office)
    (office.outbox / "通报.docx").write_bytes(b"paper" * 4000)
    before = _contents(office.root)
    kept = back_up(office, room / "kept.zip", NINE).path
    documents = {f"公文{number}.docx": bytes([number]) * 30_000 for number in range(4)}

    def write(place: Path) -> None:
        taken: set[str] = set()
        for name, data in documents.items():
            file_away(data, place / "发文", [Path(name).stem], ".docx", taken=taken)

    def save(place: Path) -> None:
        back_up(office, place / "备份.zip", NINE)

    def bring(place: Path) -> None:
        restore(kept, place / "大杨镇", NINE)

    def wrong_papers(place: Path, ended: bool) -> list[str]:
        found = {path.name: path.read_bytes() for path in place.rglob("*.docx")}
        wrong = [f"half a document: {name}" for name, data in found.items() if documents.get(name) != data]
        return wrong + (["not every document"] if ended and len(found) < len(documents) else [])

    def wrong_backup(place: Path, ended: bool) -> list[str]:
        if not (place / "备份.zip").exists():
            return ["no backup"] if ended else []
        check(place / "备份.zip")
        return []

    def wrong_restored(place: Path, ended: bool) -> list[str]:
        if not (place / "大杨镇").exists():
            return ["nothing restored"] if ended else []
        return [] if _contents(place / "大杨镇") == before else ["restored otherwise"]

    faults, killed, said, calls, wrong = 0, 0, 0, 0, []
    words = room / "words"
    for work, judge in ((write, wrong_papers), (save, wrong_backup), (bring, wrong_restored)):

        def armed(place: Path, kind: str, number: int, error: int, work: Callable[[Path], None] = work) -> None:
            shim.arm(place, kind, number, error)
            work(place)
            words.write_text(str(shim.count()))

        (room / "calm").mkdir()
        assert forked(lambda run=armed: run(room / "calm", "N", 1 << 40, 0), words) == _ENDED, words.read_text()  # type: ignore[misc]
        many = int(words.read_text())
        calls += many
        shutil.rmtree(room / "calm")
        for turn, (kind, name) in enumerate(KINDS):
            for number in range(1 + turn % step, many + 1, step):
                place = room / "disturbed"
                place.mkdir()
                words.write_text("")
                error = getattr(errno, name) if name else 0
                ended = forked(lambda run=armed, a=(place, kind, number, error): run(*a), words)  # type: ignore[misc]
                faults += 1
                killed += ended is None
                said += ended == _SAID
                found = [words.read_text()] if ended == _BROKE else []
                try:
                    found += judge(place, ended == _ENDED)
                    if forked(lambda again=work, there=place: again(there), words) not in (_ENDED, _SAID):  # type: ignore[misc]
                        found.append(words.read_text())
                    found += judge(place, True)
                except Exception:
                    found.append(traceback.format_exc())
                wrong += [f"{work.__name__} {kind}{name}@{number}: {one}" for one in found]
                shutil.rmtree(place)
        wrong += ["the workspace changed"] if _contents(office.root) != before else []
    return {"part": "papers", "calls": calls, "faults": faults, "killed": killed, "said": said, "wrong": wrong}


def _contents(root: Path) -> dict[str, bytes]:
    """Every file of a workspace but the database, which is never the same byte for byte."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "formgen.sqlite" not in path.name
    }


def order(shim: Shim, room: Path) -> dict[str, Any]:
    """Whether a power cut could take what has left 收件箱: all that is kept must be on the disk before a file goes.

    Reads the log of one undisturbed intake: whenever a file of 收件箱 is unlinked, every byte and every name below 存档
    and 待核 that was written before must have been synced.
    """
    inbox = offices.few()
    office = inbox.lay(room / "office")
    log, words = room / "log", room / "words"

    def logged() -> None:
        shim.log(log)
        shim.arm(office.root)
        offices.run(office)

    assert forked(logged, words) == _ENDED, words.read_text()
    data: set[str] = set()  # files with bytes that are not yet on the disk
    names: set[str] = set()  # files and folders whose name is not
    removed, wrong = 0, []
    for line in log.read_text(encoding="utf-8").splitlines():
        call, _, rest = line.partition(" ")
        path, _, other = rest.partition(" -> ")
        if path.endswith("-shm"):
            continue  # made anew by SQLite at every start
        if call == "sync":
            data.discard(path)
            names = {name for name in names if name.rpartition("/")[0] != path}
        elif call in ("create", "mkdir"):
            names.add(path)
        elif call in ("write", "truncate"):
            data.add(path)
        elif call == "rename":
            data |= {other} if path in data else set()
            data.discard(path)
            names.discard(path)
            names.add(other)
        elif call == "unlink":
            data.discard(path)
            names.discard(path)
            if path.startswith(f"{office.inbox}/"):
                removed += 1
                wrong += [f"not on the disk when {path} goes: {one}" for one in sorted(data | names)]
    return {"part": "order", "removed": removed, "wrong": wrong}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=0)
    options.add_argument("--step", type=int, default=0, help="a fault at every STEP-th call; 0: none")
    options.add_argument("--papers", type=int, default=0, help="the same while documents and backups are written")
    options.add_argument("--order", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--room", type=Path)
    given = options.parse_args()
    shim = Shim()
    with tempfile.TemporaryDirectory(dir=given.room) as folder:
        for name, wanted, work in (
            ("order", given.order, lambda room: order(shim, room)),
            ("papers", given.papers, lambda room: papers(shim, room, given.papers)),
            ("calls", given.step, lambda room: every_call(shim, room, given.step)),
            ("kills", given.kills, lambda room: kills(shim, room, given.kills, given.seed)),
        ):
            if wanted:
                room = Path(folder) / name
                room.mkdir()
                begun = time.monotonic()
                found = work(room)
                found["seconds"] = round(time.monotonic() - begun, 1)
                sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
