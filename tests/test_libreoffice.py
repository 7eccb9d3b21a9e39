"""LibreOffice as an outside program: found, bounded, and made to leave nothing behind."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from formgen import libreoffice
from formgen.errors import FileAccessError, MissingProgramError, ProgramFailedError

posix = pytest.mark.skipif(os.name != "posix", reason="a script stands for the program")

#: Reads the arguments as soffice does, and copies each source to the name that is asked for.
COPY = """
import pathlib, shutil, sys
arguments = sys.argv[1:]
to = arguments[arguments.index("--convert-to") + 1].split(":")[0]
out = pathlib.Path(arguments[arguments.index("--outdir") + 1])
for source in map(pathlib.Path, arguments[arguments.index("--outdir") + 2:]):
    shutil.copy(source, out / f"{source.stem}.{to}")
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Makes a Python script the program that is found."""

    def make(script: str) -> None:
        path = tmp_path / "bin" / "soffice"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("FORMGEN_SOFFICE", str(path))

    return make


def source(folder: Path, name: str = "甲.doc", text: str = "x") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- finding ---------------------------------------------------------------------------------------------------


@posix
def test_the_environment_names_the_program(program):
    program(COPY)

    assert libreoffice.find() == Path(os.environ["FORMGEN_SOFFICE"])


def test_a_program_that_the_environment_names_wrongly_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("FORMGEN_SOFFICE", str(tmp_path / "nothing"))

    assert libreoffice.find() is None


def test_the_usual_places_are_looked_at(monkeypatch, tmp_path):
    monkeypatch.delenv("FORMGEN_SOFFICE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    place = tmp_path / "LibreOffice" / "program" / "soffice.exe"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"")

    assert libreoffice.find() == place


def test_without_the_program_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("FORMGEN_SOFFICE", str(tmp_path / "nothing"))

    with pytest.raises(MissingProgramError, match="LibreOffice"):
        libreoffice.convert(source(tmp_path), "pdf", tmp_path)


# --- converting ------------------------------------------------------------------------------------------------


@posix
def test_the_new_file_is_named_after_its_source(program, tmp_path):
    program(COPY)

    made = libreoffice.convert(source(tmp_path, text="内容"), "pdf", tmp_path / "出")

    assert made == tmp_path / "出" / "甲.pdf"
    assert made.read_text(encoding="utf-8") == "内容"


@posix
def test_sources_of_one_name_do_not_overwrite_each_other(program, tmp_path):
    program(COPY)
    sources = [source(tmp_path / "一", text="1"), source(tmp_path / "二", text="2")]

    made = libreoffice.convert_many(sources, "pdf", tmp_path / "出")

    assert [(path.name, path.read_text()) for path in made] == [("甲.pdf", "1"), ("甲-2.pdf", "2")]


@posix
def test_many_files_are_one_start(program, tmp_path):
    program(COPY + f"open({str(tmp_path / 'starts')!r}, 'a').write('x')")

    libreoffice.convert_many([source(tmp_path, f"{n}.docx") for n in range(5)], "pdf", tmp_path / "出")

    assert (tmp_path / "starts").read_text() == "x"


def test_nothing_to_convert_needs_no_program(monkeypatch, tmp_path):
    monkeypatch.setenv("FORMGEN_SOFFICE", str(tmp_path / "nothing"))

    assert libreoffice.convert_many([], "pdf", tmp_path) == []


@posix
def test_a_failure_is_tried_once_more_with_a_new_profile(program, tmp_path):
    log = tmp_path / "profiles"
    program(
        f"import sys, pathlib\nlog = pathlib.Path({str(log)!r})\n"
        "with log.open('a') as file: file.write(next(a for a in sys.argv if 'UserInstallation' in a) + '\\n')\n"
        "if len(log.read_text().split()) == 1: sys.exit(1)\n" + COPY
    )

    libreoffice.convert(source(tmp_path), "pdf", tmp_path / "出")

    first, second = log.read_text().split()
    assert first != second


@posix
def test_after_two_failures_the_files_that_failed_are_named_and_none_is_written(program, tmp_path):
    program(COPY.replace("for source in", "for source in list(").replace("2:]):", "2:]))[:1]:"))
    sources = [source(tmp_path, "好.doc"), source(tmp_path, "坏一.doc"), source(tmp_path, "坏二.doc")]

    with pytest.raises(ProgramFailedError, match="坏二") as raised:
        libreoffice.convert_many(sources, "pdf", tmp_path / "出")

    assert "好" not in str(raised.value)
    assert not (tmp_path / "出").exists()


@posix
def test_a_program_that_hangs_is_killed_with_all_that_it_started(program, tmp_path):
    program(
        "import subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    begun = time.monotonic()

    with pytest.raises(ProgramFailedError, match="时间"):
        libreoffice.convert(source(tmp_path), "pdf", tmp_path / "出", seconds=1.5)

    assert time.monotonic() - begun < 10
    pid = int((tmp_path / "pid").read_text())
    for _ in range(50):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or ") Z" in state.read_text():
            return
        time.sleep(0.1)
    pytest.fail("the child of the program still runs")


@posix
def test_the_profile_is_private_and_refuses_macros_and_the_network(program, tmp_path):
    program(
        "import pathlib, sys, urllib.parse\n"
        "profile = next(a for a in sys.argv if 'UserInstallation' in a).split('file://')[1]\n"
        "settings = pathlib.Path(urllib.parse.unquote(profile)) / 'user' / 'registrymodifications.xcu'\n"
        f"pathlib.Path({str(tmp_path / 'settings')!r}).write_text(settings.read_text())\n" + COPY
    )

    libreoffice.convert(source(tmp_path), "pdf", tmp_path / "出")

    settings = (tmp_path / "settings").read_text()
    assert '"MacroSecurityLevel" oor:op="fuse"><value>3<' in settings
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true<' in settings
    assert settings.count('"Link" oor:op="fuse"><value>2<') == 2
    assert '"ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1<' in settings


@posix
def test_nothing_is_left_in_the_temporary_folder(program, tmp_path, monkeypatch):
    import tempfile

    program(COPY)
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))

    libreoffice.convert(source(tmp_path), "pdf", tmp_path / "出")

    assert list((tmp_path / "temp").iterdir()) == []


@posix
def test_a_missing_source_and_a_folder_that_cannot_be_written_are_said(program, tmp_path):
    program(COPY)
    blocked = tmp_path / "文件"
    blocked.write_text("x")

    with pytest.raises(FileAccessError):
        libreoffice.convert(tmp_path / "没有.doc", "pdf", tmp_path)
    with pytest.raises(FileAccessError):
        libreoffice.convert(source(tmp_path), "pdf", blocked / "出")


# --- the real program ------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_a_workbook_becomes_a_pdf_and_an_old_workbook(tmp_path):
    from sheets import grid_of, xlsx

    book = tmp_path / "张庄村 (1) & 副本.xlsx"
    book.write_bytes(xlsx({"A1": "序号", "B1": 8.5}))

    (pdf,) = libreoffice.convert_many([book], "pdf", tmp_path / "出")
    old = libreoffice.convert(book, "xls", tmp_path / "出")

    assert pdf.read_bytes().startswith(b"%PDF-")
    assert [cell.text for cell in grid_of(old.read_bytes(), "xls").cells] == ["序号", "8.5"]


@pytest.mark.libreoffice
def test_a_form_that_libreoffice_saved_again_keeps_its_tags(tmp_path):
    from openpyxl.workbook.defined_name import DefinedName
    from sheets import cell_at, decoded, xlsx

    def name_it(book):
        book.active.defined_names["fg_2_1"] = DefinedName("fg_2_1", attr_text="'考核表'!$B$2")

    path = tmp_path / "空表.xlsx"
    path.write_bytes(xlsx({"A1": "序号", "B1": "得分", "B2": 8.5}, name_it))

    for kind in ("xlsx", "ods"):
        again = libreoffice.convert(path, kind, tmp_path / "出").read_bytes()
        (grid,) = decoded(again, kind).grids
        assert cell_at(grid, "B2").tags == ("2.1",)
        assert list(decoded(again, kind).paragraphs) == []
