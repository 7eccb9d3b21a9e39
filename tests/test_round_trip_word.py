"""A blank that is made in Word, filled in and read again gives exactly the values that were written."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from paper import NS, PERIODS, W, all_forms, controls, part, rendered

from formgen import libreoffice
from formgen.model import Form, IssueCode, Item, Record, Subject, Value
from parsers.reading import read_file

FILLINGS = 24  #: Of each of the nine forms.
FORMS = [form for _, form in all_forms().values()]

VILLAGES = ("张庄村", "王家洼村", "柳树湾村（社区）", "第三铺村", "阿勒腾也木勒村")
NAMES = ("李四", "欧阳振华", "阿依古丽·买买提", "王𠮷", "诸葛一", "田〇一", "吴十")
GROUPS = ("一组", "第12自然庄", "东李庄", "A组")
TEAMS = ("县交通运输局", "市第二人民医院（总院）", "县委组织部")
WORDS = (
    "走访记录缺2户",
    "材料<补>&核",
    "“两委”已核实——无误",
    "群众反映：好；下月续报",
    "{{ 7*7 }} {% raw %}",
    "见附表3第2页",
    "ABC 公司捐助１万元",
    "已整改",
)
PARAGRAPH = (
    "一、走访农户42户，开展政策宣传3次。\n二、协助落实危房改造2户，小额信贷1户。\n三、下一步打算：抓好防贫监测。"
)


# --- filling in, as Word does ----------------------------------------------------------------------------------


def filled(data: bytes, answers: Mapping[str, str]) -> bytes:
    """The document after somebody typed these words into its content controls."""
    root = part(data)
    found = controls(root)
    for tag, words in answers.items():
        properties, content = found[tag].find("w:sdtPr", NS), found[tag].find("w:sdtContent", NS)
        assert properties is not None
        assert content is not None
        for shown in properties.findall("w:showingPlcHdr", NS):
            properties.remove(shown)
        for child in list(content):
            content.remove(child)
        run = etree.SubElement(content, W + "r")
        for number, line in enumerate(words.split("\n")):
            if number:
                etree.SubElement(run, W + "br")
            text = etree.SubElement(run, W + "t")
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            text.text = line
    return replaced(data, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def replaced(data: bytes, document: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, document if name == "word/document.xml" else source.read(name))
    return output.getvalue()


# --- what is written, and what it means ------------------------------------------------------------------------


def score(item: Item, form: Form, chance: random.Random) -> tuple[str, Value]:
    """Words for the score of an item, and the value that they are."""
    if item.money_only or chance.random() < (0.08 if item.required else 0.4):
        return "", None
    if form.judgements:
        word = chance.choice(form.judgements)
        return word, word
    if item.tiers:
        value = chance.choice(item.tiers)
    elif item.points is None:
        value = Decimal(chance.randrange(0, 400)) / 10
    else:
        steps = int(item.points * 10)
        value = Decimal(chance.choice((0, steps, 1, steps - 1, chance.randrange(steps + 1)))) / 10
    plain = format(value, "f")
    wide = plain.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789."})
    return chance.choice((plain, plain, plain, wide, f"{plain}分", f" {plain} ", f"{value:.2f}")), value


def answers_of(form: Form, chance: random.Random) -> tuple[dict[str, str], dict[str, Value]]:
    """Words by tag, and the values that must be read; every form names its subject."""
    written: dict[str, str] = {}
    wanted: dict[str, Value] = {}
    places = {"village": VILLAGES, "name": NAMES, "group": GROUPS, "team": TEAMS}
    for blank in form.blanks:
        if blank.id in places:
            written[blank.id] = chance.choice(places[blank.id])
    for item in form.items:
        written[item.id], wanted[item.id] = score(item, form, chance)
        if any(head in form.columns for head in ("备注", "扣分情况")) and chance.random() < 0.3:
            written[f"{item.id}.remark"] = chance.choice(WORDS)
    for box in form.fields:
        if box.id in places:
            written[box.id] = chance.choice(places[box.id])
        elif chance.random() < 0.6:
            written[box.id] = BOXES.get(box.id) or chance.choice((*WORDS, PARAGRAPH))
    wanted |= {tag: words for tag, words in written.items() if tag not in wanted}
    return {tag: words for tag, words in written.items() if words}, wanted


BOXES = {
    "sex": "女",
    "birth": "1985年3月",
    "political_status": "中共党员",
    "employer_post": "县交通运输局 科员",
    "resident_post": "第一书记",
}


def check(record: Record, form: Form, wanted: Mapping[str, Value], written: Mapping[str, str]) -> None:
    """Every field holds its value, and nothing else was read."""
    read = {field: reading.value for field, reading in record.readings.items() if reading.value is not None}
    assert read == {field: value for field, value in wanted.items() if value is not None}
    assert record.form == form.id
    assert record.period == PERIODS[form.period]
    assert record.subject == Subject(*(written.get(key, "") for key in ("village", "name", "group", "team")))


def read_again(path: Path, form: Form, written: Mapping[str, str], wanted: Mapping[str, Value]) -> None:
    reading = read_file(path, FORMS)

    assert [record.form for record in reading.records] == [form.id], reading.issues
    check(reading.records[0], form, wanted, written)
    blank = {item.id for item in form.items if item.required and wanted[item.id] is None}
    found = {(issue.code, issue.field) for issue in reading.issues if issue.needs_person}
    assert found == {(IssueCode.MISSING_SCORE, field) for field in blank}


def blank_of(form: Form) -> bytes:
    return rendered(form.id)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_is_typed_into_a_blank_is_read_exactly(form: Form, tmp_path: Path) -> None:
    chance = random.Random(form.id)
    blank = blank_of(form)

    for number in range(FILLINGS):
        written, wanted = answers_of(form, chance)
        path = tmp_path / f"{number}.docx"
        path.write_bytes(filled(blank, written))

        read_again(path, form, written, wanted)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_an_untouched_blank_holds_nothing(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "blank.docx"
    path.write_bytes(rendered(form.id, subject=Subject("张庄村", "李四")))
    named = {"village": "张庄村", "name": "李四"} if form.subject == "person" else {"village": "张庄村"}

    reading = read_file(path, FORMS)

    assert [record.form for record in reading.records] == [form.id]
    read = {field: r.value for field, r in reading.records[0].readings.items() if r.value is not None}
    assert read == named


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_we_print_we_read(form: Form, tmp_path: Path) -> None:
    chance = random.Random(f"printed {form.id}")
    written, wanted = answers_of(form, chance)
    known = {field: value for field, value in wanted.items() if value is not None}
    path = tmp_path / "printed.docx"
    path.write_bytes(rendered(form.id, known))

    read_again(path, form, written, wanted)


@pytest.mark.libreoffice
def test_libreoffice_may_save_it_in_between(tmp_path: Path) -> None:
    chance = random.Random("libreoffice")
    cases = {}
    for form in FORMS:
        for number in range(2):
            written, wanted = answers_of(form, chance)
            path = tmp_path / f"{form.id}-{number}.docx"
            path.write_bytes(filled(blank_of(form), written))
            cases[path.name] = (form, written, wanted)

    saved = libreoffice.convert_many([tmp_path / name for name in cases], "docx", tmp_path / "saved")

    for path, (form, written, wanted) in zip(saved, cases.values(), strict=True):
        read_again(path, form, written, wanted)
