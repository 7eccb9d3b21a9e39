"""Random score sheets as other people lay them out and fill them in, each with the truth of what stands on it.

Made with the kit of ``tools/samples``; neither our templates nor the readers have a part in it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tools.samples.paper import Paper
from tools.samples.sheets import score_sheet
from tools.samples.truth import PRINTED, Entry, Fill, w
from tools.samples.word_xml import word_xml
from tools.samples.workbooks import by_hand_xlsb, by_openpyxl, by_xlsxwriter, by_xlwt

FORMS = [key for key, form in PRINTED.items() if form.get("items")]
PERIODS = {
    "month": ("2023-03", ("（2023年3月）", "2023年3月份", "二〇二三年三月")),
    "quarter": ("2023-Q2", ("（2023年第二季度）", "2023年二季度", "2023年第2季度")),
    "year": ("2023", ("（2023年度）", "2023年度", "二〇二三年度")),
}
BLANKS = {
    "village": ("张庄村", "三里河村", "王集社区"),
    "name": ("张三", "欧阳春兰", "李　四"),
    "group": ("东庄", "第三组"),
    "post": ("党支部书记", "会计"),
    "grade": ("", "", "称职"),
    "team": ("县农牧局", "市委组织部"),
}
TIERS = {
    "village-cadre-quarterly": {
        "6.1": (10, 7, 4, 2),
        "6.2": (20, 15, 10, 5),
        "6.3": (10, 7, 4, 2),
        "7.1": (10, 7, 4, 2),
    },
    "tongshi-annual": {"4.1": (3, 5, 8), "4.2": (5, 10, 15)},
}
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
PRODUCERS: tuple[tuple[str, Callable[[Paper], bytes]], ...] = (
    ("docx", word_xml),
    ("docx", word_xml),
    ("xlsx", lambda paper: by_xlsxwriter([("Sheet1", paper)])),
    ("xlsx", lambda paper: by_openpyxl([("Sheet1", paper)])),
    ("xls", lambda paper: by_xlwt([("Sheet1", paper)])),
    ("xlsb", lambda paper: by_hand_xlsb([("Sheet1", paper)])),
)


def answer(draw: random.Random, form: str, item: dict[str, Any]) -> Entry:
    """What somebody writes for an item."""
    optional = item.get("bonus") or item.get("deduction")
    if item.get("money_only") or (optional and draw.random() < 0.6):
        return Entry()
    if form == "damao-annual":
        word = draw.choice(("好", "一般", "差"))
        boxes = " ".join(("☑" if word == one else "□") + one for one in ("好", "一般", "差"))
        return w(draw.choice((word, word, f" {word}", boxes)), word)
    most = item.get("points", 10)
    tiers = TIERS.get(form, {}).get(item["id"])
    figure = Decimal(draw.choice(tiers)) if tiers else Decimal(draw.randint(0, most * 2)) / 2
    text = f"{figure:f}"
    ways = [w(text, text)] * 12 + [
        w(text.translate(FULL_WIDTH), text),
        w(text + "分", text),
        w(text + " 分", text),
        w(f"\u00a0{text}\u200b", text),
        w(f"得{text}分", text, may=True),
    ]
    if not optional:
        ways += [
            w("", None, "missing-score"),
            w(str(most + 3), str(most + 3), "out-of-range"),
            w("-1", "-1", "out-of-range"),
            w("满分", str(most)),
            w("扣1分", str(most - 1), may=True),
            w("—", None, "missing-score", "not-a-number"),
        ]
    chosen = draw.choice(ways)
    entry = Entry(chosen.text, chosen.value, chosen.must, chosen.may)
    entry.number = entry.text == entry.value and draw.random() < 0.5
    return entry


def layout(seed: int) -> tuple[str, bytes, dict[str, Any]]:
    """The ending, the bytes and the truth of a file."""
    draw = random.Random(seed)
    form = draw.choice(FORMS)
    printed = PRINTED[form]
    period, written = PERIODS[printed["period"]]
    header: dict[str, Entry | str] = {}
    for key, _ in printed.get("header", ()):
        text = draw.choice(BLANKS[key])
        header[key] = w(text, text.replace("　", "") or None)
    fill = Fill(form, period, header, {item["id"]: answer(draw, form, item) for item in printed["items"]})
    columns = [head for head, _ in printed["columns"]]
    options: dict[str, Any] = {"subtitle": draw.choice(written), "header": draw.choice(("line", "lines", "cells"))}
    if draw.random() < 0.3:
        first, second = draw.sample(range(1, len(columns)), 2)
        columns[first], columns[second] = columns[second], columns[first]
        options["columns"] = columns
    if draw.random() < 0.3:
        options |= {"merged": False, "repeat": draw.random() < 0.5}
    if draw.random() < 0.3:
        options |= {"heads": {head: " ".join(head) for head in columns}, "colon": ":"}
    if draw.random() < 0.2:
        categories = list(dict.fromkeys(item["category"] for item in printed["items"]))
        draw.shuffle(categories)
        options["order"] = [i["id"] for name in categories for i in printed["items"] if i["category"] == name]
    clean = all(not entry.must and not entry.may for entry in fill.scores.values())
    if draw.random() < 0.15:
        dropped = draw.choice([item for item in printed["items"] if not item.get("money_only")])
        options["drop"] = (dropped["id"],)
        optional = dropped.get("bonus") or dropped.get("deduction")
        fill.scores[dropped["id"]] = Entry(may=True) if optional else w("", None, "*")
        fill.must += ("missing-row",)
    elif draw.random() < 0.4 and clean and form not in ("damao-annual", "village-cadre-quarterly"):
        total = sum(Decimal(entry.value) for entry in fill.scores.values() if entry.value)
        if draw.random() < 0.4:
            total += 1
            fill.must += ("total-mismatch",)
        options["total"] = f"{total:f}"
    ending, make = draw.choice(PRODUCERS)
    data = make(score_sheet(fill, **options))
    return ending, data, {"path": f"{seed}.{ending}", "kind": ending, "record": [fill.truth()]}
