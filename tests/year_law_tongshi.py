"""童市镇2023年度村级目标管理考核实施方案, 二 and 三, reckoned from the text. Imports nothing of formgen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from year_reckoner import count, joined, rank, summed
from year_tables import Event, Row, Sheet, Year, months_of, number, plain

FORM = "tongshi-annual"
ITEMS = {"1.1": 20, "1.2": 10, "1.3": 5, "2.1": 10, "2.2": 10, "2.3": 10, "3.1": 5, "3.2": 5, "3.3": 5}  # 共80分
LEVELS = {"一级规则": "0.5", "二级规则": "0.3", "三级规则": "0.1"}  # 二（一）1
LOST: dict[str, dict[str, str]] = {
    "1.3": {"平台错误数据反馈": "0.1"},
    "2.1": {"网格监测资料缺少": "1", "网格员情况掌握不清": "3", "疑似应纳未纳对象": "10"},
    "2.2": {"帮扶台账缺失": "3", "收入计算错误": "1", "监测对象不认可或不满意或掌握不清": "5"},
    "2.3": {"资产台账缺失": "3", "项目管护不到位": "5"},
    "3.1": {"常规工作资料缺失": "2"},
    "3.2": {"紧急任务未按时被通报": "3"},
    "3.3": {"会议迟到": "2", "会议早退": "1", "会议无故缺席": "5"},
}
UNCAPPED = ("常规工作被县级及以上通报批评", 3)  # 二（三）1：上不封顶
ACCURACY = "务工数据平均准确率"
BONUS = {  # 二（四）：不重复计算
    "4.1": ("通报表扬", {"县级": 3, "市级": 5, "省级": 8}),
    "4.2": ("创造工作典型", {"县级": 5, "市级": 10, "省级": 15}),
}
PROJECT = ("4.3", "推动重点项目顺利进行", 5)


def reckon(year: Year) -> list[Row]:
    """The year."""
    rows = [_row(year, sheet) for sheet in year.sheets]
    rank(rows)
    return rows


def _row(year: Year, sheet: Sheet) -> Row:
    row = Row(FORM, sheet.period, *sheet.whom)
    events = [event for event in year.events if event.whom == row.whom]
    values: list[Decimal] = []
    for item, full in ITEMS.items():
        value, words = standing(item, full, events, sheet.period, 12)
        given = number(sheet.written.get(item, ""))
        if words:
            row.working.append(f"{item}：{words}")
            if value is None or given not in (None, value):
                row.doubt = joined(row.doubt, item)
                row.working.append(f"{item}：{'办法没有规定先后' if value is None else f'表上{plain(given)}'}，存疑")
        elif given is None:
            row.doubt = joined(row.doubt, item)
            row.working.append(f"{item}：未评分，空白不是0分，存疑")
        values.append((value if words else given) or Decimal(0))
    base = total = sum(values, Decimal(0))
    for item, points, words in bonuses(events):
        total += points
        row.working.append(f"{item}：{words}，加{points}分")
    if not row.doubt:
        row.total = plain(total)
        row.working.append(f"{summed(values)}分" + (f"，加分后{plain(total)}分" if total != base else ""))
    if count(year, row.whom, row.period, "重点工作被一票否决"):
        row.consequences = "取消评先评优"
        row.working.append("三：重点工作被一票否决，取消评先评优")
    return row


def standing(item: str, full: int, events: Sequence[Event], year: str, month: int) -> tuple[Decimal | None, str]:
    """What is left of an item's points, and the steps; no words: nothing was recorded. None: order would matter."""
    terms: list[str] = []
    lost = Decimal(0)
    if item == "1.2":
        lost, terms = _accuracy([event for event in events if event.kind == ACCURACY], year, month)
        return (full - lost, f"{full} − {' − '.join(terms)} = {plain(full - lost)}") if terms else (Decimal(full), "")
    if item == "1.1":
        for level, each in LEVELS.items():
            n = sum((one.count for one in events if one.kind == "基础信息数据错误" and one.level == level), Decimal(0))
            lost += Decimal(each) * n
            terms += [f"{each}×{plain(n)}"] if n else []
    for kind, each in LOST.get(item, {}).items():
        n = sum((one.count for one in events if one.kind == kind), Decimal(0))
        lost += Decimal(each) * n
        terms += [f"{each}×{plain(n)}"] if n else []
    value = max(Decimal(0), full - lost)  # 本级决定：扣完为止
    words = f"{full} − {' − '.join(terms)}" + ("，扣完为止" if lost > full else "") if terms else ""
    free = UNCAPPED[1] * sum((one.count for one in events if one.kind == UNCAPPED[0]), Decimal(0))
    if item == "3.1" and free:  # 本级决定：通报批评可以扣成负分
        other = max(min(full - free, Decimal(0)), full - free - lost)
        words = joined(words, f"上不封顶的扣{plain(free)}分")
        if other != value - free:
            return None, f"{words}：先后不同得{plain(value - free)}或{plain(other)}"
        value -= free
    return value, f"{words}，得{plain(value)}" if words else ""


def _accuracy(events: Sequence[Event], year: str, month: int) -> tuple[Decimal, list[str]]:
    lost, terms = Decimal(0), []
    for quarter in range(1, 5):
        for event in events:
            if event.when == f"{year}-Q{quarter}" and quarter * 3 <= month:
                points = _quarter(event.count)
                lost += points
                terms.append(f"{plain(points)}（第{quarter}季度{plain(event.count)}%）")
    return lost, terms


def _quarter(percent: Decimal) -> Decimal:
    """①90%以上不扣②65%以上每降1个百分点扣0.1③65%以下扣2.5；本级决定：不足1个百分点不扣，正好65%按③."""
    if percent >= 90:
        return Decimal(0)
    if percent <= 65:
        return Decimal("2.5")
    return Decimal("0.1") * (90 - percent).to_integral_value(ROUND_FLOOR)


def bonuses(events: Sequence[Event]) -> list[tuple[str, int, str]]:
    """Item, points and words of each bonus: the highest tier only."""
    found = []
    for item, (kind, tiers) in BONUS.items():
        levels = [one.level for one in events if one.kind == kind]
        if levels:
            found.append((item, max(tiers[level] for level in levels), f"{kind}{'、'.join(levels)}，取最高"))
    if any(one.kind == PROJECT[1] for one in events):  # 本级决定：只加一次
        found.append((PROJECT[0], PROJECT[2], PROJECT[1]))
    return found


def public(year: Year, month: str) -> dict[str, str]:
    """逐月公开: village → the points at the end of a month, from the facts up to it; blank where order would matter."""
    found = {}
    for person in year.people:
        events = [
            event
            for event in year.events
            if event.village == person.village and (event.date[:7] or months_of(event.when)[-1]) <= month
        ]
        values = [standing(item, full, events, month[:4], int(month[5:]))[0] for item, full in ITEMS.items()]
        total = sum((value for value in values if value is not None), Decimal(0))
        total += sum(points for _, points, _ in bonuses(events))
        found[person.village] = "" if None in values else plain(total)
    return found


def public_rows(year: Year) -> list[dict[str, str]]:
    """The monthly table: village, then each month's points."""
    months = months_of(year.periods[-1])
    totals = {month: public(year, month) for month in months}
    rows = []
    for person in year.people:
        village = person.village
        rows.append({"village": village, **{month: totals[month][village] for month in months}})
    return rows
