"""Templates that ask for too much: each ends at once with a clear message, whichever way it is looked at."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from test_template_names import book
from word_templates import template

from formgen.cli import formgen
from formgen.errors import ExitCode, TemplateError
from formgen.rendering import excel, word
from formgen.rendering.fitness import faults_of
from formgen.rendering.mergefields import import_merge_fields
from formgen.rendering.official.wordings import Wording
from formgen.rendering.prepared import Prepared

HOSTILE = (
    "{% for i in range(10**9) %}{{ i }}{% endfor %}",
    "{% for i in range(99999) %}{{ i }}{% endfor %}",
    "{{ 'a' * 10**9 }}",
    "{{ 10**9 * 'a' }}",
    "{{ [1] * 999999999 }}",
    "{{ 9 ** 99999999 }}",
    "{{ 'x'|center(999999999) }}",
    "{{ 'x'|indent(999999999, true) }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ 'x'.ljust(999999999) }}",
    "{{ 'x'.zfill(999999999) }}",
    "{{ '{:999999999}'.format(1) }}",
    "{{ lipsum(n=999999) }}",
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ title.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as o %}{{ o }}",
    "{% extends 'base' %}",
    "{{ self._TemplateReference__context }}",
    "{{ title|attr('__class__') }}",
    "{{ 1 / 0 }}",
    "{{ title.nothing.more }}",
    "{% for i in range(9999) %}{% for j in range(9999) %}{% for k in range(9999) %}"
    "{% endfor %}{% endfor %}{% endfor %}",
    "{% for i in range(9999)|list %}{% for j in range(9999)|list %}{% set x = 1 %}{% endfor %}{% endfor %}",
    "{% for i in range(9) recursive %}{{ loop(range(9)) }}{% endfor %}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x='aa') %}{% for i in range(60) %}{% set n.x = '%s%s' % (n.x, n.x) %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=['a']) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=['a']) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x|string }}",
    "{% set n = namespace(x=9) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}{{ n.x > 1 }}",
    "{{ range(9999)|join(range(9999)|join('aaaaaaaaaa' * 900)) }}",
    "{{ ('a' * 9999)|replace('a', 'a' * 9999) }}",
    "{{ ('a' * 9999).replace('', 'a' * 9999) }}",
    "{{ ('a' * 9999).join(['a', 'b'] * 4999) }}",
    "{% set x %}{% for i in range(9999) %}{{ 'a' * 9999 }}{% endfor %}{% endset %}{{ x }}",
    "{% for i in range(9999) %}{{ 'a' * 9999 }}{% endfor %}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_word_template_that_asks_too_much_is_refused_at_once(words: str) -> None:
    data = template(words)
    begun = time.perf_counter()

    faults_of(data, "results.docx")
    with pytest.raises(TemplateError, match=r"恶\.docx"):
        word.render_data(data, "恶.docx", {"title": "题"})
    with pytest.raises(TemplateError, match=r"恶\.docx"):
        Prepared(data, "恶.docx").render({"title": "题"})

    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize("words", HOSTILE)
def test_a_cell_that_asks_too_much_is_refused_at_once(words: str, tmp_path: object) -> None:
    path = tmp_path / "恶.xlsx"  # type: ignore[operator]
    path.write_bytes(book(words))
    begun = time.perf_counter()

    with pytest.raises(TemplateError, match=r"恶\.xlsx"):
        excel.render(path, {"title": "题", "rows": []})

    assert time.perf_counter() - begun < 10


OWN = ("{{ ''|blank(999999999) }}", "{% for i in ''|lines_left(1, 999999999) %}{% endfor %}")


@pytest.mark.parametrize("words", OWN)
def test_our_own_filters_are_bounded_too(words: str) -> None:
    with pytest.raises(TemplateError, match="太大"):
        word.render_data(template(words), "恶.docx", {"title": "题"})


@pytest.mark.parametrize("words", HOSTILE)
def test_a_wording_that_asks_too_much_is_refused_at_once(words: str) -> None:
    begun = time.perf_counter()

    faults_of(words.encode(), "results.md")
    with pytest.raises(TemplateError, match="恶"):
        Wording("恶", f"标题：通知\n\n{words}\n").paper({"title": "题"})

    assert time.perf_counter() - begun < 10


def test_loops_of_a_sane_size_are_printed() -> None:
    words = "{% for i in range(300) %}{% for j in range(300) %}{{ loop.length - 299 }}{% endfor %}{% endfor %}"

    paper = Wording("大", f"标题：通知\n\n{words}\n").paper({})

    assert str(paper.blocks).count("1") >= 300 * 300


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"):
            archive.writestr(name, b"<a/>" + b" " * 80_000_000)
    return held.getvalue()


def test_an_archive_that_bursts_is_not_unpacked() -> None:
    data = bomb()

    assert [fault.serious for fault in faults_of(data, "a.docx")] == [True]
    assert [fault.serious for fault in faults_of(data, "a.xlsx")] == [True]
    with pytest.raises(TemplateError, match="过大"):
        word.render_data(data, "爆.docx", {})
    with pytest.raises(TemplateError):
        import_merge_fields(data)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + b"x" * 100, template("{{ 没有 }} {{ (")])
def test_verify_looks_at_the_tags_of_a_template_that_is_no_form(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(content)

    ended = formgen.main(["template", "verify", str(path)], standalone_mode=False)

    assert ended == ExitCode.VERIFICATION_FAILED
    assert "没有通过（检查标记）" in capsys.readouterr().out
