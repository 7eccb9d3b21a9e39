"""What is written into a form by hand, and what it means: whole sheets with totals, faults in known shares."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from formgen.model import Form, Item, Value
from formgen.scheme.types import Scheme

REMARKS = ("材料齐全", "已核实", "缺2户资料", "已整改", "群众反映好", "走访42户", "无")
PARAGRAPHS = (
    "一、走访农户42户，开展政策宣传3次。二、协助落实危房改造2户。三、下一步打算：抓好防贫监测。",
    "全年驻村251天，完成各项任务，开展上门走访和信息采集，群众反映好。",
)
OPINIONS = ("同意", "同意。", "同意定为优秀等次。", "同意村党支部意见。")
BOXES = {
    "name": ("李守田", "杨玉兰"),
    "sex": ("男", "女"),
    "birth": ("1985年3月", "1979年11月"),
    "political_status": ("中共党员", "群众"),
    "employer_post": ("县交通运输局科员", "市教育局教研员"),
    "village": ("沙沟村", "张庄村"),
    "resident_post": ("第一书记", "工作队队员"),
    "post": ("村主任", "村支书"),
    "group": ("东张庄", "第三组"),
    "team": ("县交通运输局",),
}


@dataclass(frozen=True, slots=True)
class Odds:
    """How often each thing happens; of sheets, or of cells where it says so."""

    wrong_total: float = 0.08
    out_of_range: float = 0.03
    corrected: float = 0.08
    unsigned: float = 0.15
    unsealed: float = 0.15
    blank: float = 0.015  #: Of cells that must be filled.
    halves: float = 0.2  #: Of scores that have half a point.
    remark: float = 0.12  #: Of remark cells.
    beyond: float = 0.03  #: Of cells: the writing crosses the rule.
    touching: float | None = None  #: Of writers, those whose figures touch; None: as the hands are (more than half).


@dataclass(frozen=True, slots=True)
class Entry:
    """The words for a field, and what they mean."""

    text: str  #: As written; empty for a blank.
    value: Value = None
    struck: str = ""  #: What was written first and crossed out.


@dataclass(frozen=True, slots=True)
class Entries:
    """A whole form."""

    fields: dict[str, Entry]
    total: Decimal | None = None  #: The sum of the scores, whatever was written; None where nothing is scored.
    faults: frozenset[str] = field(default_factory=frozenset)


def entries(
    form: Form, scheme: Scheme, tags: Collection[str], known: Collection[str], seed: int, odds: Odds
) -> Entries:
    """What somebody writes; ``tags`` are the fields that the paper has, ``known`` those that it prints already."""
    chance = random.Random(f"{form.id} {seed}")
    fields: dict[str, Entry] = {}
    faults: set[str] = set()
    for blank in form.blanks:
        if blank.id == "grade":
            word = chance.choice([grade.name for grade in scheme.grade]) if scheme.grade else ""
            fields[blank.id] = Entry(word, word or None)
        else:
            fields[blank.id] = _words(blank.id, chance)
    for item in form.items:
        fields[item.id] = _score(item, form, chance, odds)
        remark = f"{item.id}.remark"
        if remark in tags:
            text = chance.choice(REMARKS) if chance.random() < odds.remark else ""
            fields[remark] = Entry(text, text or None)
    for box in form.fields:
        fields[box.id] = _words(box.id, chance)
    scored = [item for item in form.items if isinstance(fields[item.id].value, Decimal)]
    total = None
    if form.base_points is not None:
        _spoil(fields, scored, chance, odds, faults)
        total = sum(((-1 if i.deduction else 1) * _number(fields[i.id].value) for i in scored), Decimal(0))
        if "total" in tags:
            fields["total"] = _total(total, chance, odds, faults)
    fields = {name: entry for name, entry in fields.items() if name in tags and name not in known}
    return Entries(fields, total, frozenset(faults))


def plain(value: Decimal) -> str:
    """A number as one writes it: no zeros behind."""
    return format(value.normalize(), "f") if value else "0"


def _number(value: Value) -> Decimal:
    assert isinstance(value, Decimal)
    return value


def _score(item: Item, form: Form, chance: random.Random, odds: Odds) -> Entry:
    if form.judgements:
        word = chance.choice(form.judgements)
        return Entry(word, word)
    if item.money_only or chance.random() < (odds.blank if item.required else 0.55):
        return Entry("")
    if item.tiers:
        value = chance.choice(item.tiers)
    elif item.points is None:
        value = Decimal(chance.randrange(0, 12))
    else:
        top = int(item.points)
        value = Decimal(
            chance.choice((top, top, max(0, top - 1), chance.randrange(top + 1), chance.randrange(top + 1)))
        )
        if value < top and chance.random() < odds.halves:
            value += Decimal("0.5")
    text = plain(value)
    roll = chance.random()
    if item.bonus and value and roll < 0.15:
        text = "+" + text
    elif item.deduction and value and roll < 0.3:
        text = "-" + text
    elif roll > 0.93:
        text += "分"
    elif roll > 0.9 and "." not in text:
        text += ".0"
    return Entry(text, value)


def _spoil(fields: dict[str, Entry], scored: list[Item], chance: random.Random, odds: Odds, faults: set[str]) -> None:
    """A correction, a score above the maximum."""
    plainly = [item for item in scored if item.required and item.points]
    if plainly and chance.random() < odds.corrected:
        item = chance.choice(plainly)
        entry = fields[item.id]
        was = plain(Decimal(chance.randrange(int(item.points or 1) + 1)))
        if was != plain(_number(entry.value)):
            fields[item.id] = Entry(plain(_number(entry.value)), entry.value, was)
            faults.add("corrected")
    if plainly and chance.random() < odds.out_of_range:
        item = chance.choice(plainly)
        if not fields[item.id].struck:
            value = (item.points or Decimal(0)) + chance.choice((1, 2, 5))
            fields[item.id] = Entry(plain(value), value)
            faults.add("out-of-range")


def _total(total: Decimal, chance: random.Random, odds: Odds, faults: set[str]) -> Entry:
    written = total
    if chance.random() < odds.wrong_total:
        off = chance.choice((1, -1, 2, -2, 5, -5, 10, -10, Decimal("0.5"), Decimal("-0.5")))
        if total + off >= 0:
            written = total + off
            faults.add("wrong-total")
    text = plain(written) + ("分" if chance.random() < 0.08 else "")
    return Entry(text, written)


def _words(name: str, chance: random.Random) -> Entry:
    if name == "summary":
        text = chance.choice(PARAGRAPHS)
    elif name in BOXES:
        text = chance.choice(BOXES[name])
    else:
        text = chance.choice(OPINIONS) if chance.random() < 0.9 else ""
    return Entry(text, text or None)
