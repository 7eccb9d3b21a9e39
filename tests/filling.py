"""What a clerk may write into a form, and the values that it means: for the round trips through Word and Excel."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from paper import PERIODS, all_forms

from formgen.model import Form, IssueCode, Item, Record, Subject, Value
from parsers.reading import read_file

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
BOXES = {
    "sex": "女",
    "birth": "1985年3月",
    "political_status": "中共党员",
    "employer_post": "县交通运输局 科员",
    "resident_post": "第一书记",
}


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


def check(record: Record, form: Form, wanted: Mapping[str, Value], written: Mapping[str, str]) -> None:
    """Every field holds its value, and nothing else was read."""
    read = {field: reading.value for field, reading in record.readings.items() if reading.value is not None}
    assert read == {field: value for field, value in wanted.items() if value is not None}
    assert record.form == form.id
    assert record.period == PERIODS[form.period]
    assert record.subject == Subject(*(written.get(key, "") for key in ("village", "name", "group", "team")))


def read_again(path: Path, form: Form, written: Mapping[str, str], wanted: Mapping[str, Value]) -> None:
    """The file holds one record with exactly these values, and no doubt but the blanks that must be filled."""
    reading = read_file(path, FORMS)

    assert [record.form for record in reading.records] == [form.id], reading.issues
    check(reading.records[0], form, wanted, written)
    blank = {item.id for item in form.items if item.required and wanted[item.id] is None}
    found = {(issue.code, issue.field) for issue in reading.issues if issue.needs_person}
    assert found == {(IssueCode.MISSING_SCORE, field) for field in blank}
