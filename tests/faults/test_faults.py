"""The small fixed part of ``make faults``: kills and failing system calls, and what is left after them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import offices
import pytest
from injection import campaign, compiler

from formgen.archive import Archive
from formgen.workspace import Workspace

pytestmark = pytest.mark.skipif(
    compiler() is None and os.environ.get("FORMGEN_REQUIRE_PROGRAMS") != "1",
    reason="no C compiler for the fault-injecting shim on this machine",
)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """The parts of a short campaign, by name."""
    options = ("--order", "--step", "67", "--papers", "67", "--kills", "12", "--seed", "7")
    return {part["part"]: part for part in campaign(*options)}


def test_what_leaves_the_inbox_is_on_the_disk_with_every_name_that_leads_to_it(found: dict[str, Any]) -> None:
    assert found["order"]["wrong"] == []
    assert found["order"]["removed"] == len(offices.few().files)


def test_no_failing_system_call_loses_or_doubles_a_file(found: dict[str, Any]) -> None:
    assert found["calls"]["wrong"] == []
    assert found["calls"]["faults"] >= 80
    assert found["calls"]["said"] >= 20


def test_no_failing_system_call_leaves_half_a_document_or_backup(found: dict[str, Any]) -> None:
    assert found["papers"]["wrong"] == []
    assert found["papers"]["faults"] >= 30


def test_an_intake_of_200_files_that_is_killed_again_and_again_loses_and_doubles_nothing(found: dict[str, Any]) -> None:
    assert found["kills"]["wrong"] == []
    assert (found["kills"]["kills"], found["kills"]["files"]) == (12, 200)


# --- the judges themselves: each finds what it is there for -----------------------------------------------------


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[tuple[offices.Inbox, Workspace, dict[str, Any]]]:
    inbox = offices.few()
    office = inbox.lay(tmp_path / "office")
    offices.run(office)
    wanted = offices.said(office)
    assert offices.unfinished(inbox, office, wanted) == []
    yield inbox, office, wanted


Taken = tuple[offices.Inbox, Workspace, dict[str, Any]]


def _original(office: Workspace) -> Path:
    return next(path for _, path in Archive(office.archive).each())


def test_a_lost_file_is_found(taken: Taken) -> None:
    inbox, office, _ = taken
    _original(office).unlink()

    assert any(one.startswith("lost: ") for one in offices.amiss(inbox, office))


def test_a_changed_original_is_found(taken: Taken) -> None:
    inbox, office, _ = taken
    original = _original(office)
    original.chmod(0o600)
    original.write_bytes(original.read_bytes()[:-1])

    assert any("内容与收进时不同" in one for one in offices.amiss(inbox, office))


def test_an_original_that_is_kept_twice_is_found(taken: Taken) -> None:
    inbox, office, _ = taken
    original = _original(office)
    original.with_suffix(".doc").write_bytes(original.read_bytes())

    assert any("2 times in the archive" in one for one in offices.amiss(inbox, office))


def test_half_a_copy_in_pending_is_found(taken: Taken) -> None:
    inbox, office, _ = taken
    next(path for path in office.pending.iterdir() if path.suffix == ".docx").write_bytes(b"B")

    assert any("half a copy" in one for one in offices.amiss(inbox, office))


def test_a_record_that_is_counted_twice_is_found(taken: Taken) -> None:
    inbox, office, wanted = taken
    (office.inbox / "again.docx").write_bytes(inbox.files["张庄村/李四（更正）.docx"] + b"\n# another")
    offices.run(office)

    assert any("told otherwise" in one for one in offices.unfinished(inbox, office, wanted))
