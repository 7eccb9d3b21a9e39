"""``formgen intake --watch``: take in by itself, until somebody stops it."""

from __future__ import annotations

import contextlib
import signal
from datetime import datetime
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import click

from formgen.cli.outcomes import as_json, as_lines
from formgen.cli.workspaces import law, loaded_forms, scanning
from formgen.errors import ExitCode

if TYPE_CHECKING:
    from formgen.intake import HintsFor
    from formgen.outcomes import FileOutcome
    from formgen.scheme.types import Scheme
    from formgen.workspace import Workspace


def watch(place: Workspace, hints_for: HintsFor, *, poll: bool, still: float, json_wanted: bool) -> int:
    """Watch 收件箱 until SIGINT or SIGTERM; what becomes of each file goes to stdout, the rest to stderr."""
    from formgen import libreoffice
    from formgen.instance import sole
    from formgen.intake import Intake
    from formgen.status import status, write_daily
    from formgen.store import Store
    from formgen.watching import LOOK_SECONDS, POLL_SECONDS, FolderEvents, Settling, Watch
    from formgen.watching import watch as begin
    from parsers.isolated import IsolatedReader

    now = partial(datetime.now, datetime.now().astimezone().tzinfo)
    forms = loaded_forms(place)
    scheme = _scheme(place)
    stop = _stop_event()
    with (
        sole(place.archive, "看守收件箱", now()) as heart,
        Store(place.database) as store,
        IsolatedReader(
            forms, place.config.limits, libreoffice.convert, scanning=partial(scanning, place, forms)
        ) as reader,
    ):
        watching = Watch(
            Intake(place, store, reader, now, hints_for),
            heart,
            partial(_said, json_wanted),
            _told,
            lambda: write_daily(place, status(place, store, scheme, None, now())),
            stop.is_set,
            Settling(still),
            look_seconds=POLL_SECONDS if poll else LOOK_SECONDS,
        )
        _told(f"在看守 {place.inbox}：放进去的文件会自动收。按 Ctrl+C 停下；formgen status 可查情况。")
        begin(
            watching,
            stop.wait if poll else FolderEvents(place.inbox, stop),
        )
        _told(f"已停下，这次收了 {watching.done} 个文件。")
    return ExitCode.DONE


def _scheme(place: Workspace) -> Scheme | None:
    """The scheme of the workspace, None where it names none."""
    return law(place, None)[0] if place.config.scheme else None


def _stop_event() -> Event:
    """Set once somebody asks to stop: the file that is being read is still finished. Asked again, it stops at once."""
    stop = Event()

    def ask(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.default_int_handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError, OSError):  # not in the main thread
            signal.signal(number, ask)
    return stop


def _said(json_wanted: bool, file: FileOutcome, late: tuple[str, ...]) -> None:
    with contextlib.suppress(OSError):  # nobody reads it any more: the work goes on
        click.echo(as_json(file) if json_wanted else "\n".join(as_lines(file)))
        for words in late:
            click.echo(words, err=json_wanted)


def _told(words: str) -> None:
    with contextlib.suppress(OSError):
        click.echo(f"{datetime.now():%H:%M:%S} {words}", err=True)
