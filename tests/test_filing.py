"""What is made is there whole or not at all; a document that is open elsewhere costs nobody his work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from formgen.errors import FileAccessError, OpenDocumentWarning
from formgen.rendering import filing
from formgen.rendering.filing import file_away

ENVIRONMENT = {**os.environ, "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """通报.docx as Word on Windows holds it: it is there, and nobody else may read it."""
    path = tmp_path / "通报.docx"
    path.write_bytes(b"older")
    real = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        if self == path:
            raise PermissionError(13, "The process cannot access the file", str(path))
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    return path


def test_a_document_that_is_open_in_word_is_left_and_the_new_one_lies_beside_it(locked: Path) -> None:
    with pytest.warns(OpenDocumentWarning, match="“通报.docx”打不开.*没有动它，这一份另存为“通报-2.docx”"):
        made = file_away(b"newer", locked.parent, ["通报"], ".docx", taken=set())

    assert made == locked.parent / "通报-2.docx"
    assert made.read_bytes() == b"newer"
    with locked.open("rb") as file:
        assert file.read() == b"older"


def test_the_command_line_says_which_document_is_open(tmp_path: Path) -> None:
    program = """
import warnings
from formgen.cli.console import heed_warnings
from formgen.errors import OpenDocumentWarning
heed_warnings()
for _ in range(2):
    warnings.warn(OpenDocumentWarning("“通报.docx”打不开"))
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=ENVIRONMENT, check=True)

    assert done.stderr.decode().split() == ["提示：“通报.docx”打不开"] * 2


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_no_half_document_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full) if step == "fsync" else monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(FileAccessError, match=r"没有留下半份.*磁盘是否已满"):
        file_away(b"data", tmp_path, ["通报"], ".docx", taken=set())

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_half_written_is_swept_an_hour_later(tmp_path: Path) -> None:
    old, young = tmp_path / ".formgen-a.tmp", tmp_path / ".formgen-b.tmp"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    filing._sweep.cache_clear()

    file_away(b"data", tmp_path, ["通报"], ".docx", taken=set())

    assert sorted(path.name for path in tmp_path.iterdir()) == [".formgen-b.tmp", "通报.docx"]


def test_the_same_bytes_again_make_no_second_file(tmp_path: Path) -> None:
    first = file_away(b"data", tmp_path, ["通报"], ".docx", taken=set())
    again = file_away(b"data", tmp_path, ["通报"], ".docx", taken=set())
    other = file_away(b"other", tmp_path, ["通报"], ".docx", taken=set())

    assert (first, again, other) == (tmp_path / "通报.docx", tmp_path / "通报.docx", tmp_path / "通报-2.docx")
