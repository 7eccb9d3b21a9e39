"""Sheets as people send them back: the same form, spoiled at random, with what it truly says."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from grids import Entry, document, item_rows

from formgen.model import Form, Item
from parsers.grid import Document

VILLAGES = ("张庄村", "李庄村", "东风村", "王家洼村", "新村")
NAMES = ("李四", "王五", "欧阳春兰", "赵六一", "孙桂英", "一凡")
GROUPS = ("东庄", "三组", "前张庄", "第二村民小组")
GRADES = ("优秀", "称职", "合格", "不称职")
HEADS = {
    "得分": ("得 分", "得　分", "得\n分", "得分（分）"),
    "备注": ("备 注", "备    注"),
    "序号": ("序 号", "序\n号"),
}
REMARKS = (
    "3月2日迟到一次",
    "核减20元",
    "无",
    "表现突出，群众反映好。",
    "附照片2张",
    "（见附页）",
    "无故迟到1次，核减20元。",
)
SPACES = (" ", "\u3000", "\u00a0", "\u200b", "\n")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True)
class Spoiled:
    """A document and the truth: field id → value, None for blank."""

    document: Document
    truth: dict[str, str | None]
    told: tuple[str, ...]  #: What was done to it.


def noisy(text: str, chance: random.Random) -> str:
    """The same words respaced, in another width, or without their serial number."""
    match chance.randrange(7):
        case 0:
            place = chance.randrange(len(text) + 1)
            return text[:place] + chance.choice(SPACES) + text[place:]
        case 1:
            return text.replace("，", ",").replace("（", "(").replace("）", ")")
        case 2:
            return text.lstrip("0123456789、.") or text
        case 3:
            return f"（{chance.randrange(1, 20)}）" + text.lstrip("0123456789、.")
        case 4:
            return text.rstrip("。")
        case _:
            return text


def written(value: Decimal, item: Item, chance: random.Random) -> str:
    """A score as somebody writes it."""
    plain = format(value, "f")
    forms = [
        plain,
        plain,
        plain,
        f"{plain}分",
        f"{plain} 分",
        plain.translate(FULL_WIDTH),
        f" {plain}\n",
        f"\u200b{plain}",
    ]
    if item.points is not None and value <= item.points and not item.deduction:
        forms += [f"扣{item.points - value}分", f"减{item.points - value}", f"{plain}/{item.points}"]
        forms += ["满分"] if value == item.points else []
    if item.deduction:
        forms += [f"扣{plain}分", f"-{plain}", f"－{plain}"]
    if value == value.to_integral_value() and 0 < value <= 10:
        forms.append("零一二三四五六七八九十"[int(value)])
        forms.append(f"{'零一二三四五六七八九十'[int(value)]}分")
    if value % 1 == Decimal("0.5"):
        forms.append(plain.replace(".", "。"))
        forms.append(f"{int(value)}分半")
    forms += [
        f"{plain}（见附页）",
        f"约{plain}",
        f"{plain}?",
        f"{plain} {plain}",
        f"{plain}→{value + 1}",
        f"得{plain}分",
    ]
    return chance.choice(forms)


def score(item: Item, form: Form, chance: random.Random) -> tuple[str, str | None]:
    """A score's words and its value."""
    if form.judgements:
        if chance.random() < 0.1:
            return chance.choice(("", "/", " ")), None
        word = chance.choice(form.judgements)
        boxes = " ".join(("☑" if other == word else "□") + other for other in form.judgements)
        return chance.choice((word, f" {word} ", word, boxes)), word
    if item.money_only or chance.random() < 0.08:
        return chance.choice(("", "", "/", "—", "　")), None
    if item.tiers and chance.random() < 0.8:
        value = chance.choice(item.tiers)
    else:
        most = int((item.points or Decimal(10)) * 2)
        value = Decimal(chance.randrange(0, most + 1)) / 2
    value = Decimal(format(value, "f").rstrip("0").rstrip(".") if "." in format(value, "f") else value)
    return written(value, item, chance), format(value, "f")


def header(form: Form, truth: dict[str, str | None], chance: random.Random) -> list[str | list[list[Entry]]]:
    """The blanks above the table, laid out in one of several ways."""
    colon = chance.choice(("：", ":", "： ", " ："))
    parts = [(blank.label, truth[blank.id] or "") for blank in form.blanks]
    match chance.randrange(5):
        case 0:
            return [f"{label}{colon}{value}" for label, value in parts]
        case 1:
            return ["　　".join(f"{label}{colon}{value or '      '}" for label, value in parts)]
        case 2:
            return [[[entry for pair in parts for entry in pair]]]
        case 3:
            return [[[f"{label}{colon}{value}" for label, value in parts]]]
        case _:
            return ["  ".join(f"{label}{colon}__{value or '______'}__" for label, value in parts)]


def spoil(form: Form, chance: random.Random) -> Spoiled:
    """A filled form with several things done to it."""
    truth: dict[str, str | None] = {}
    cells: dict[str, str] = {}
    for item in form.items:
        cells[item.id], truth[item.id] = score(item, form, chance)
        if "备注" in form.columns or "扣分情况" in form.columns:
            remark = chance.choice(REMARKS) if chance.random() < 0.25 else None
            truth[f"{item.id}.remark"] = remark
            cells[f"{item.id}.remark"] = chance.choice((" ", "\n", "", "　")) + remark if remark else ""
    told: list[str] = []
    pools = {"village": VILLAGES, "name": NAMES, "group": GROUPS, "grade": GRADES, "post": ("村支书",)}
    for blank in form.blanks:
        pool = pools.get(blank.id, ("县扶贫办",))
        truth[blank.id] = chance.choice(pool) if chance.random() < 0.9 else None
    swap = {item.id: noisy(item.text + chance.choice((item.note, "")), chance) for item in form.items}
    rows = item_rows(form, cells, merged=chance.random() < 0.5, swap=swap)
    merged = any(entry is None for row in rows for entry in row)
    rows[0] = [chance.choice((*HEADS.get(str(head), ()), str(head))) for head in rows[0]]
    if not merged:
        order = list(range(len(rows[0])))
        if chance.random() < 0.4:
            chance.shuffle(order)
            told.append("columns")
        rows = [[row[place] for place in order] for row in rows]
        ids = [item.id for item in form.items]
        for _ in range(chance.randrange(3)):
            rows, ids = _change_rows(rows, ids, truth, form, chance, told)
    if chance.random() < 0.3:
        total = ["" for _ in rows[0]]
        total[0] = "合计"
        rows.append([*total])
    if chance.random() < 0.2:
        rows = [[*row, "" if number else "考核人"] for number, row in enumerate(rows)]
        told.append("column added")
    blocks: list[str | list[list[Entry]]] = []
    period = {"month": "2023年3月", "quarter": "2023年第一季度", "year": "2023年度"}[form.period]
    if chance.random() < 0.9:
        title = form.title
        blocks.append(" ".join(title) if chance.random() < 0.2 else title)
    blocks.append(f"（{period}）")
    blocks += header(form, truth, chance)
    cut = chance.randrange(3, len(rows)) if not merged and chance.random() < 0.2 else len(rows)
    blocks.append(rows[:cut])
    if cut < len(rows):
        told.append("cut by a page")
        blocks.append(([rows[0]] if chance.random() < 0.5 else []) + rows[cut:])
    return Spoiled(document(*blocks), truth, tuple(told))


def _change_rows(
    rows: list[list[Entry]],
    ids: list[str],
    truth: dict[str, str | None],
    form: Form,
    chance: random.Random,
    told: list[str],
) -> tuple[list[list[Entry]], list[str]]:
    place = chance.randrange(1, len(rows))
    match chance.randrange(5):
        case 0:
            told.append(f"row {ids[place - 1]} deleted")
            if ids.count(ids[place - 1]) == 1 and ids[place - 1] in truth:
                truth[ids[place - 1]] = None
                truth |= {name: None for name in (f"{ids[place - 1]}.remark",) if name in truth}
            return rows[:place] + rows[place + 1 :], ids[: place - 1] + ids[place:]
        case 1:
            told.append("row inserted")
            new: list[Entry] = ["" for _ in rows[0]]
            new[len(new) // 2] = "另行安排的工作"
            new[-1] = "5"
            return [*rows[:place], new, *rows[place:]], [*ids[: place - 1], "new", *ids[place - 1 :]]
        case 2:
            told.append(f"row {ids[place - 1]} twice")
            return [*rows[:place], rows[place], *rows[place:]], [*ids[: place - 1], ids[place - 1], *ids[place - 1 :]]
        case 3:
            told.append("blank row")
            return [*rows[:place], ["" for _ in rows[0]], *rows[place:]], [*ids[: place - 1], "new", *ids[place - 1 :]]
        case _:
            other = chance.randrange(1, len(rows))
            told.append("rows exchanged")
            rows = list(rows)
            ids = list(ids)
            rows[place], rows[other] = rows[other], rows[place]
            ids[place - 1], ids[other - 1] = ids[other - 1], ids[place - 1]
            return rows, ids
