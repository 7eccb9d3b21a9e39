"""Schemes, settings and templates of a workspace are data of strangers: each fault is one clear message, at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ooxml_builder import par
from packages import links, parts_of, zipped
from word_templates import template

from formgen.errors import ConfigurationError, FormgenError, SchemeError, TemplateError
from formgen.rendering import word
from formgen.resources import scheme_folders
from formgen.scheme.loading import LARGEST_FILE, load_scheme
from formgen.settings import read_settings

RIGHT = (next(folder for folder in scheme_folders(None) if folder.name == "dayang-2023") / "scheme.toml").read_text(
    "utf-8"
)
_SECONDS = 20  #: The bound of the process that a hostile file is loaded in.

BOMBS = {
    "arrays_nested_to_the_bottom": "a = " + "[" * 100_000 + "]" * 100_000,
    "tables_nested_to_the_bottom": "a = " + "{a=" * 100_000 + "1" + "}" * 100_000,
    "names_with_half_a_million_dots": "a" + ".a" * 400_000 + " = 1",
    "headers_with_half_a_million_dots": "[a" + ".a" * 400_000 + "]",
    "a_number_of_nine_hundred_thousand_digits": "points = " + "9" * 900_000,
    "a_number_beyond_all_numbers": "points = 1e999999999",
    "a_fraction_of_nine_hundred_thousand_digits": "points = 0." + "9" * 900_000,
    "a_text_that_never_ends": 'title = """' + "x" * 900_000,
    "a_date_that_is_none": "in_force = 9999-99-99",
    "nothing_but_brackets": "[[" * 400_000,
    "twenty_thousand_empty_tables": "[[form]]\n" * 20_000,
    "zeros": "\0" * 100_000,
    "escapes_that_are_no_characters": 'title = "\\uD800\\U00110000"',
}

LOADING = """
import sys
from pathlib import Path
from formgen.errors import FormgenError
from formgen.scheme.loading import load_scheme
from formgen.settings import read_settings
for load, given in ((load_scheme, Path(sys.argv[1])), (read_settings, Path(sys.argv[1]) / "scheme.toml")):
    try:
        load(given)
    except FormgenError as fault:
        print(type(fault).__name__, len(str(fault)))
"""


@pytest.mark.parametrize("what", BOMBS)
def test_a_hostile_file_of_settings_or_law_is_refused_in_a_bounded_process(what: str, tmp_path: Path) -> None:
    """Bounded like a reader: one thousand megabytes, so many seconds. A message never repeats the file."""
    folder = tmp_path / "bad-2023"
    folder.mkdir()
    (folder / "scheme.toml").write_text(BOMBS[what], encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", _bounded(LOADING), str(folder)], capture_output=True, text=True, timeout=_SECONDS
    )

    assert done.stderr == ""
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, _ in lines] == ["SchemeError", "ConfigurationError"]
    assert all(int(size) < 200_000 for _, size in lines)


def _bounded(program: str) -> str:
    return f"import resource\nresource.setrlimit(resource.RLIMIT_AS, (1_000_000_000,) * 2)\n{program}"


def test_a_law_larger_than_any_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "bad-2023"
    folder.mkdir()
    (folder / "scheme.toml").write_text("#" * (LARGEST_FILE + 1))

    with pytest.raises(SchemeError, match="超过1 MB"):
        load_scheme(folder)


def test_a_law_that_is_a_link_to_an_endless_device_is_not_read_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "bad-2023"
    folder.mkdir()
    (folder / "scheme.toml").symlink_to("/dev/zero")

    with pytest.raises(FormgenError):
        load_scheme(folder)


@pytest.mark.parametrize(
    "points", ["1e999999999", "-1e999999999", "1e-999999999", "nan", "inf", "9" * 5000, "0." + "9" * 5000, "1e400"]
)
def test_points_that_nobody_can_reckon_with_are_refused(points: str, tmp_path: Path) -> None:
    folder = tmp_path / "dayang-2023"
    folder.mkdir()
    changed = RIGHT.replace("points = 30", f"points = {points}", 1)
    assert changed != RIGHT
    (folder / "scheme.toml").write_text(changed, encoding="utf-8")

    with pytest.raises(SchemeError):
        load_scheme(folder)


@pytest.mark.parametrize("value", ["1e999999999", "-1", "nan", "inf", '"50"', "[50]", "0", "true", "9" * 5000])
def test_limits_that_are_none_are_refused(value: str, tmp_path: Path) -> None:
    path = tmp_path / "formgen.toml"
    path.write_text(f"[limits]\nfile_mb = {value}\n")

    with pytest.raises(ConfigurationError):
        read_settings(path)


# --- templates of a workspace (what their tags may do: tests/test_template_hostile.py) ----------------------------


def test_a_template_with_entities_is_refused() -> None:
    held = parts_of(template("{{ title }}"))
    held["word/document.xml"] = held["word/document.xml"].replace(
        b"?>", b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1
    )
    data = zipped({**held, "word/document.xml": held["word/document.xml"].replace(b"{{ title }}", b"{{ title }}&a;")})

    with pytest.raises(TemplateError, match=r"恶\.docx"):
        word.render_data(data, "恶.docx", {"title": "题"})


def test_a_template_nested_to_the_bottom_is_refused() -> None:
    held = parts_of(template("{{ title }}"))
    deep = "<w:x>" * 5_000 + par("{{ title }}") + "</w:x>" * 5_000
    body = held["word/document.xml"].decode().replace("<w:body>", f"<w:body>{deep}", 1)

    with pytest.raises(TemplateError):
        word.render_data(zipped({**held, "word/document.xml": body}), "恶.docx", {"title": "题"})


def test_a_template_that_word_has_attached_is_let_go_of() -> None:
    """What we send out must not make the computer of who opens it ask somebody else."""
    held = parts_of(template("{{ title }}"))
    rels = links(("r1", "attachedTemplate", "http://127.0.0.1:9/x.dotm", "External"))
    settings = held["word/settings.xml"].replace(b"</w:settings>", ATTACHED + b"</w:settings>")
    data = zipped({**held, "word/_rels/settings.xml.rels": rels, "word/settings.xml": settings})

    made = parts_of(word.render_data(data, "外.docx", {"title": "题"}))

    assert "题" in made["word/document.xml"].decode()
    assert not any(b"127.0.0.1" in part or b"attachedTemplate" in part for part in made.values())


ATTACHED = (
    b'<w:attachedTemplate xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="r1"/>'
)


@pytest.mark.parametrize("kind", ["image", "oleObject", "frame", "subDocument", "aFChunk"])
def test_a_template_that_fetches_from_elsewhere_is_refused(kind: str) -> None:
    held = parts_of(template("{{ title }}"))
    name = "word/_rels/document.xml.rels"
    link = links(("r99", kind, "http://127.0.0.1:9/x", "External")).partition("<Relationship ")[2].partition(">")[0]
    rels = held[name].decode().replace("</Relationships>", f"<Relationship {link}></Relationships>")

    with pytest.raises(TemplateError, match="从别处取内容"):
        word.render_data(zipped({**held, name: rels}), "外.docx", {"title": "题"})
