"""大杨镇乡村振兴小组长管理办法, 四 and 附件2, reckoned from the text. Imports nothing of formgen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from year_reckoner import (
    OPEN,
    band,
    cents,
    count,
    count_of_year,
    events_of,
    in_a_row,
    joined,
    person_of,
    rank,
    score,
    summed,
)
from year_tables import Row, Sheet, Year, months_of, number, plain

FORM = "dayang-monthly"
ITEMS = {"1.1": 2, "1.2": 2, "1.3": 2, "1.4": 4, "2.1": 10, "2.2": 20, "3.1": 30, "4.1": 30}  # 附件2，共100分
LOST = {"1.1": {"户数人数答错": 1}, "4.1": {"政策应落实未落实": 10, "不应享受而享受政策": 20}}  # 附件2
YUAN = {  # 附件2 备注
    "会议无故迟到": 20,
    "会议无故早退": 20,
    "会议无故缺席": 50,
    "包内材料缺失": 50,
    "信息错误、内容缺失": 20,  # 3日内整改的不处罚
    "基础信息被镇级以上反馈问题": 50,
    "政策落实问题未采取措施且被镇级以上反馈": 100,
}
UNLESS_MENDED = "信息错误、内容缺失"
POOR = "工作不认真、履行职责不到位，群众反映较大"
UNMENDED = "问题反馈后不及时落实整改"
GRAVE = "群体性事件、缠访缠讼、越级上访、失职失责等情况"
UNLAWFUL = "情节严重，追究法律责任"


def reckon(year: Year) -> list[Row]:
    """Month by month."""
    rows: list[Row] = []
    for month in year.periods:
        cohort = [_row(year, sheet) for sheet in year.sheets if sheet.period == month]
        rank(cohort)
        _full_marks(year, cohort, month)
        for row in cohort:
            _consequences(year, row, rows)
            _pay(year, row)
        rows += cohort
    return rows


def _row(year: Year, sheet: Sheet) -> Row:
    row = Row(FORM, sheet.period, *sheet.whom)
    values: list[Decimal] = []
    for item, full in ITEMS.items():
        laws = {kind: n for kind in LOST.get(item, {}) if (n := count(year, row.whom, row.period, kind))}
        lost = sum((LOST[item][kind] * n for kind, n in laws.items()), Decimal(0)) if laws else None
        value = score(sheet.written.get(item, ""), full, lost, row, item)
        values.append(value or Decimal(0))
    if not row.doubt:
        total = sum(values, Decimal(0))
        bonus = number(sheet.written.get("5.1", "")) or Decimal(0)
        capped = min(total + bonus, Decimal(100))  # 本级决定：超过100分的按100分计
        row.working.append(f"{summed(values)}分" + (f"，附加{plain(bonus)}分，计{plain(capped)}分" if bonus else ""))
        row.total = plain(capped)
        row.computed = row.grade = band(capped, year.decisions["bands"], "不称职")
        row.working.append(f"本级决定bands：{row.computed}")
    if count(year, row.whom, row.period, POOR):
        row.grade = "不称职"
        row.working.append("四、2：群众反映较大，应定为不称职")
    return row


def _full_marks(year: Year, cohort: list[Row], month: str) -> None:
    """附件2 第7项：原则上评为满分的人数不应超过本村总数的1/3."""
    for village in {row.village for row in cohort}:
        people = [one for one in year.roster(month) if one.village == village]
        full = [
            row
            for row in cohort
            if row.village == village
            and any(
                sheet.whom == row.whom and sheet.period == month and number(sheet.written.get("2.2", "")) == 20
                for sheet in year.sheets
            )
        ]
        most = int(Fraction(1, 3) * len(people))
        if len(full) > most:
            for row in full:
                row.advice = "第7项满分"
                row.working.append(f"附件2第7项：本村{len(people)}人，满分不应超过{most}人，实有{len(full)}人，提示")


def _consequences(year: Year, row: Row, former: list[Row]) -> None:
    whom, month = row.whom, row.period
    due = []
    if row.grade == "不称职":
        due.append("批评教育或调整")
        row.working.append("四、3：不称职的，批评教育或调整")
        run = in_a_row(3, lambda back: _before(year, former, row, back), _meaning(year), "不称职")
        if run is not False:
            due.append("撤换（连续3个月）" + ("？" if run is None else ""))
            row.working.append("四、3：连续3个月不称职，撤换")
    if any(not one.mended for one in events_of(year, whom, month, UNMENDED)):
        due.append("撤换（不及时整改）")
        row.working.append("四、3：问题反馈后不及时落实整改，撤换")
    if count_of_year(year, whom, month, GRAVE):
        due.append("取消当年工资待遇")
        row.working.append("四、3：有一律取消的情形，取消当年所有工资待遇")
    elif any(one.whom == whom and one.kind == GRAVE and one.when[:4] == month[:4] for one in year.events):
        due.append("取消此前工资待遇")  # 本级决定：全年取消
        row.working.append("四、3和本级决定cancelled-months：后来有一律取消的情形，全年取消，已发的追回")
    if any(one.whom == whom and one.kind == GRAVE and one.when <= month for one in year.events):
        due.append("不再享受待遇")
        row.working.append("四、3：不再享受所有相关待遇")
    if count(year, whom, month, GRAVE):
        due.append("撤换（一律撤换的情形）")
    if count(year, whom, month, UNLAWFUL):
        due.append("追究法律责任")
        row.working.append("四、3：情节严重，追究法律责任")
    row.consequences = "；".join(due)
    for one in due:
        if one.endswith("？"):
            row.doubt = joined(row.doubt, one[:2])


def _meaning(year: Year) -> dict[str, str]:
    decided = year.decisions
    return {"没有": decided["sequence-gap"], "任职前": decided["newcomers"], "在别的村": decided["transfers"]}


def _before(year: Year, former: list[Row], row: Row, back: int) -> str:
    """The grade so many months ago, or why there is none."""
    earlier = [month for month in months_of(row.period[:4]) if month < row.period]
    if back > len(earlier) or earlier[-back] < "2023-02":  # 办法2023年2月3日起施行
        return "任职前"
    month = earlier[-back]
    if (found := next((one for one in former if one.period == month and one.whom == row.whom), None)) is not None:
        return found.grade or OPEN
    person = person_of(year, row.whom, row.period)
    if person is not None and person.since[:7] > month:
        return "任职前"
    if any(one.period == month and one.name == row.name for one in former):
        return "在别的村"
    return "没有"


def _pay(year: Year, row: Row) -> None:
    """附件2 备注: withheld from the month's pay, apart from the points."""
    terms = []
    lost = Decimal(0)
    for kind, yuan in YUAN.items():
        found = events_of(year, row.whom, row.period, kind)
        times = sum((one.count for one in found if not (kind == UNLESS_MENDED and one.mended)), Decimal(0))
        lost += yuan * times
        terms += [f"{kind}{plain(times)}×{yuan}"] if found else []
    person = person_of(year, row.whom, row.period)
    base = Decimal(person.pay) if person and person.pay else Decimal(year.decisions["pay-base"])
    pay = cents(max(base - lost, Decimal(0)))  # 本级决定：减完当月补贴为止
    if any(words in row.consequences for words in ("取消当年工资待遇", "取消此前工资待遇", "不再享受待遇")):
        pay = Decimal(0)
    row.money, row.pay = plain(-lost), plain(pay)
    row.working.append(
        "附件2备注："
        + (f"核减{'＋'.join(terms)}＝{plain(lost)}元，" if terms else "无核减，")
        + f"补贴{plain(base)}元，应发{plain(pay)}元"
    )
