"""A template prepared once: the same bytes as docxtpl gives, and docxtpl's own features through whichever way."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from docxtpl import InlineImage, Listing, RichText
from paper import PERIODS, all_forms, part, text
from PIL import Image
from word_templates import by_docxtpl, canonical, names, template

from formgen.errors import MissingProgramError, TemplateError
from formgen.model import Subject
from formgen.rendering import word
from formgen.rendering.context import form_context
from formgen.rendering.prepared import Prepared
from formgen.resources import find_template

NAMES = (
    "李四",
    "欧阳振华",
    "阿依古丽·买买提",
    "王𠮷",
    "{{ 7*7 }}",
    "=cmd|' /C calc'!A0",
    "<b>&amp;",
    "坏\x00字\x0b",
    "长" * 60,
)
WORDS = ("", " ", "走访记录缺2户", "一\n二\n\n三", "甲\t乙", ' "引"号 ', "&<>&lt;", "行末\r\n又一行", "\ufde00\ufde1")


def context(form_id: str, seed: int) -> dict[str, Any]:
    """A form filled at random, blanks and awkward words among it."""
    scheme, form = all_forms()[form_id]
    chance = random.Random(f"{form_id}{seed}")
    values: dict[str, Any] = {one.id: Decimal(chance.randrange(50)) / 10 for one in form.items if chance.random() < 0.8}
    values |= {f"{one.id}.remark": chance.choice(WORDS) for one in form.items}
    values |= {one.id: chance.choice(WORDS) for one in (*form.fields, *form.blanks)}
    values.pop("birth", None)
    return form_context(form, Subject("张庄村", chance.choice(NAMES)), PERIODS[form.period], values, scheme)


@pytest.mark.parametrize("form_id", all_forms())
def test_a_prepared_form_is_byte_for_byte_what_docxtpl_gives(form_id: str) -> None:
    path = find_template(f"docx/{form_id}.docx")
    ready = Prepared(path.read_bytes(), path.name)
    contexts = [context(form_id, seed) for seed in range(25)]

    made = [ready.render(one) for one in contexts]

    assert made == [word.render(path, one) for one in contexts]
    assert ready.quick > ready.slow


def test_a_score_table_needs_one_plate_for_all() -> None:
    path = find_template("docx/dayang-monthly.docx")
    ready = Prepared(path.read_bytes(), path.name)

    for seed in range(40):
        ready.render(context("dayang-monthly", seed))

    assert (ready.quick, ready.slow, ready.reason) == (40, 0, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_as_it_is_or_visibly_mended(name: str) -> None:
    ready = Prepared(template("姓名：{{ name }}。"), "名.docx")

    made = text(part(ready.render({"name": name})))

    assert made.strip() == f"姓名：{name}。".replace("\x00", "\ufffd").replace("\x0b", "\ufffd")
    assert ready.quick == 1


def test_what_a_template_looks_at_is_looked_at_for_everybody() -> None:
    ready = Prepared(
        template(
            "{% if grade == '优秀' %}奖{% elif not grade %}未定{% else %}{{ grade }}{% endif %}",
            "{{ name|upper }} {{ name|length }} {{ '长' if name|length > 2 else '短' }} {{ name[0] }}",
            "{% for part in note.split('；') %}[{{ part }}]{% endfor %}{{ rows|map(attribute='n')|join('+') }}",
            "{{ name ~ '同志' }}{{ '%s号'|format(name) }}{{ name is string }}{{ note|int }}{{ note in name }}",
        ),
        "看.docx",
    )
    people = [
        {"grade": grade, "name": name, "note": note, "rows": [{"n": name}, {"n": note}]}
        for grade in ("优秀", "", "称职", "<b>")
        for name in ("a李", "ab王", "c&d")
        for note in ("", "一；二", "12", "a李")
    ]

    made = [ready.render(one) for one in people]

    assert made == [word.render_data(ready._data, "看.docx", one) for one in people]
    assert "优秀" not in text(part(made[0]))


def test_a_context_that_differs_where_the_template_looked_gets_its_own_plate() -> None:
    ready = Prepared(template("{% if note %}注：{{ note }}{% endif %}{{ name }}"), "注.docx")

    made = [
        text(part(ready.render({"note": note, "name": name})))
        for note, name in (("", "甲"), ("见附", "乙"), ("", "丙"))
    ]

    assert [one.strip() for one in made] == ["甲", "注：见附乙", "丙"]
    assert (ready.quick, ready.slow) == (3, 0)


def test_an_undefined_name_is_an_error_whichever_way() -> None:
    ready = Prepared(template("{{ name }}{{ nobody }}"), "错.docx")

    with pytest.raises(TemplateError, match=r"错\.docx.*nobody"):
        ready.render({"name": "甲"})


def test_papers_with_nothing_in_common_still_come_out() -> None:
    ready = Prepared(template("{% for letter in name %}{{ letter }}-{% endfor %}"), "散.docx")

    made = [text(part(ready.render({"name": f"{number}"}))).strip() for number in range(12)]

    assert made == ["-".join(str(number)) + "-" for number in range(12)]
    assert ready.slow == 6


# --- docxtpl's own features ------------------------------------------------------------------------------------

PEOPLE = [{"name": "张三", "grade": "优秀"}, {"name": "李<四>", "grade": "称职"}, {"name": "王五", "grade": "&"}]
ROWS = {"people": PEOPLE, "title": "名单", "colour": "D9E2F3", "columns": ["一月", "二月", "三月", "四月"]}
FEATURES = {
    "tr": (
        ["姓名", "等次"],
        ["{%tr for one in people %}", ""],
        ["{{ one.name }}", "{{ one.grade }}"],
        ["{%tr endfor %}", ""],
    ),
    "tc": (
        ["月", "{%tc for one in columns %}", "{{ one }}", "{%tc endfor %}"],
        ["数", "{%tc for one in columns %}", "{{ loop.index }}", "{%tc endfor %}"],
    ),
    "p": ("{%p for one in people %}", "{{ one.name }}：{{ one.grade }}", "{%p endfor %}"),
    "r": ("共{%r if people %}{{ people|length }}{%r endif %}人",),
    "comment": ("前{# 不印 #}后", "{#p 整段不印 #}"),
    "minus": ("{%- if people %}", "并到上一段", "{%- endif %}"),
    "colspan": (["{% colspan 2 %}{{ title }}", ""], ["{{ title }}", "乙"]),
    "cellbg": (["{% cellbg colour %}{{ title }}", "白"],),
    "vm": (
        ["村", "姓名"],
        ["{%tr for one in people %}", ""],
        ["{% vm %}{{ title }}", "{{ one.name }}"],
        ["{%tr endfor %}", ""],
    ),
    "hm": (
        ["{%tc for one in columns %}", "{% hm %}{{ title }}", "{%tc endfor %}"],
        ["{%tc for one in columns %}", "{{ one }}", "{%tc endfor %}"],
    ),
    "escaped": ("{_{ title }_} 是标记，{_% if %_} 也是",),
    "set": ("{% set total = people|length %}{{ total }}",),
}


def features(name: str) -> bytes:
    content = FEATURES[name]
    return template(content) if isinstance(content[0], list) else template(*content)


@pytest.mark.parametrize("name", FEATURES)
def test_docxtpls_own_tags_render_as_docxtpl_renders_them(name: str) -> None:
    data = features(name)
    ready = Prepared(data, f"{name}.docx")

    made = [ready.render(ROWS), ready.render({**ROWS, "title": "又一次 & <别的>"})]

    assert canonical(made[0]) == canonical(by_docxtpl(data, ROWS))
    assert canonical(made[1]) == canonical(by_docxtpl(data, {**ROWS, "title": "又一次 & <别的>"}))
    assert ready.quick == 2, ready.reason


def rich() -> RichText:
    made = RichText("粗", bold=True)
    made.add("体 & <红>\n第二行\t列\a新段", color="FF0000")
    return made


def picture(document: Any) -> InlineImage:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(drawn, "PNG")
    drawn.seek(0)
    return InlineImage(document, drawn)


def linked(document: Any) -> RichText:
    made = RichText("见")
    made.add("网站", url_id=document.build_url_id("https://example.com/?a=1&b=2"))
    return made


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("前{{r value }}后", rich()),
        ("{{ value }}", Listing("一\n二\t三\a四\f五 & <六>")),
        ("图：{{ value }}", word.Deferred(picture)),
        ("{{r value }}", word.Deferred(linked)),
    ],
    ids=["RichText", "Listing", "InlineImage", "link"],
)
def test_what_docxtpl_makes_itself_goes_through_docxtpl(tag: str, value: object) -> None:
    data = template(tag, "{{ title }}")
    ready = Prepared(data, "富.docx")

    made = ready.render({"value": value, "title": "题"})

    peer = by_docxtpl(data, {"value": value, "title": "题"})
    assert canonical(made) == canonical(peer)
    assert canonical(made, "word/_rels/document.xml.rels") == canonical(peer, "word/_rels/document.xml.rels")
    assert set(names(made)) >= set(names(peer))
    assert (ready.quick, ready.slow) == (0, 1)
    assert ready.reason


def sub_document(document: Any) -> object:
    inner = document.new_subdoc()
    inner.add_paragraph("里面的一段 & <它>")
    inner.add_table(1, 2).rows[0].cells[0].text = "格"
    return inner


def brought_in(document: Any) -> object:
    """A sub-document of its own file, which brings a picture with it."""
    import docx

    outside = docx.Document()
    outside.add_paragraph("外来的一段")
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "blue").save(drawn, "PNG")
    drawn.seek(0)
    outside.add_picture(drawn)
    held = io.BytesIO()
    outside.save(held)
    held.seek(0)
    return document.new_subdoc(held)


@pytest.mark.parametrize("built", [sub_document, brought_in])
def test_a_sub_document_goes_through_docxtpl(built: Callable[[Any], object]) -> None:
    data = template("{{p value }}", "后")
    ready = Prepared(data, "套.docx")

    made = ready.render({"value": word.Deferred(built)})

    peer = by_docxtpl(data, {"value": word.Deferred(built)})
    assert canonical(made) == canonical(peer)
    assert canonical(made, "word/_rels/document.xml.rels") == canonical(peer, "word/_rels/document.xml.rels")
    assert set(names(made)) >= set(names(peer))
    assert ready.slow == 1


def test_without_docxcompose_a_sub_document_is_refused_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("docxtpl.subdoc", "docxcompose", "docxcompose.properties"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "docxtpl.subdoc")
    data = template("{{p value }}")

    with pytest.raises(MissingProgramError, match=r"pip install \"formgen\[subdoc\]\""):
        Prepared(data, "套.docx").render({"value": word.Deferred(sub_document)})


def test_a_header_is_filled_for_each() -> None:
    ready = Prepared(template("{{ name }}", header="{{ mark }}"), "眉.docx")

    made = [
        ready.render({"name": name, "mark": mark}) for name, mark in (("甲", ""), ("乙", "草稿<1>"), ("丙", "草稿<1>"))
    ]

    heads = [text(part(one, next(path for path in names(one) if "header" in path))) for one in made]
    assert heads == ["", "草稿<1>", "草稿<1>"]
    assert ready.quick == 3


def test_an_empty_answer_shows_its_placeholder_and_a_filled_one_does_not() -> None:
    path = find_template("docx/dayang-monthly.docx")
    ready = Prepared(path.read_bytes(), path.name)
    scheme, form = all_forms()["dayang-monthly"]

    blank, filled = (
        ready.render(form_context(form, Subject("张庄村", "李四"), "2023-03", values, scheme))
        for values in ({}, {one.id: Decimal(1) for one in form.items})
    )

    assert blank.count(b"PK\x01\x02") == filled.count(b"PK\x01\x02")
    shown = [sum(1 for one in part(made).iter() if str(one.tag).endswith("showingPlcHdr")) for made in (blank, filled)]
    assert shown[0] == shown[1] + len(form.items)
    assert ready.quick == 2
