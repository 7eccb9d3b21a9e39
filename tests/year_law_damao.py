"""大茂镇《关于加强村民小组长队伍建设的实施方案（试行）》, 主要措施（五）, from the text. Imports nothing of formgen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from year_reckoner import OPEN, cents, count, in_a_row, joined, person_of, places
from year_tables import Row, Sheet, Year, plain

FORM = "damao-annual"
SIX = [f"1.{number}" for number in range(1, 7)]  # “六员”职责：主要措施（二）
FIVE = [f"3.{number}" for number in range(1, 6)]  # “五必须，五不准”：主要措施（一）
ITEMS = [*SIX, "2.1", *FIVE, "4.1"]
SHARE = Fraction(10, 100)  # 优秀等次比例不超过10%
WITHHELD = Decimal("0.2")  # 扣除其20%的岗位补贴
TOP = 10  # “十佳”


def reckon(year: Year) -> list[Row]:
    """Year by year."""
    rows: list[Row] = []
    for period in year.periods:
        cohort = [_row(sheet) for sheet in year.sheets if sheet.period == period]
        _quota(year, cohort, period)
        for row in cohort:
            _consequences(year, row, cohort, rows)
            _pay(year, row)
        rows += cohort
    return rows


def _row(sheet: Sheet) -> Row:
    row = Row(FORM, sheet.period, *sheet.whom)
    row.computed = row.grade = sheet.written.get("grade", "")
    row.working.append(f"镇党委确定的等次：{row.grade}")
    for item in ITEMS:
        if sheet.written.get(item) not in ("好", "一般", "差"):
            row.doubt = joined(row.doubt, item)
            row.working.append(f"{item}：未评价，存疑，等次暂不能定")
            row.grade = ""
    return row


def _quota(year: Year, cohort: list[Row], period: str) -> None:
    """（五）：优秀不超过10%；本级决定按各村分别计算、舍去尾数、不足1人的不评、超过名额的由镇党委确定人选."""
    roster = year.roster(period)
    for village in sorted({person.village for person in roster}):
        seats = places(SHARE, sum(person.village == village for person in roster))
        having = [row for row in cohort if row.village == village and row.grade == "优秀"]
        unsure = len({p.name for p in roster if p.village == village} - {r.name for r in cohort if r.grade})
        chosen = [row for row in having if count(year, row.whom, period, "镇党委确定为优秀")]
        said = f"（五）：{village}{sum(p.village == village for p in roster)}人×10%，{seats}个名额，建议{len(having)}人"
        for row in having:
            if seats and len(having) + unsure <= seats:
                row.working.append(f"{said}，在名额之内")
            elif not seats or (chosen and len(chosen) <= seats):
                row.grade = "优秀" if seats and row in chosen else "称职"
                row.working.append(f"{said}，{'研究确定为优秀' if row.grade == '优秀' else '不在名额之内，评为称职'}")
            else:
                row.grade = ""
                row.doubt = joined(row.doubt, "名额")
                row.working.append(f"{said}，超过名额而人选未定，存疑")


def _consequences(year: Year, row: Row, cohort: list[Row], former: list[Row]) -> None:
    due = []
    if row.grade == "优秀":
        due += ["物质奖励", "优先培养"]
        row.working.append("（五）2、3：物质奖励，优先作为入党培养对象和后备干部")
    if row.grade == "不称职":
        due.append("通报批评")
        row.working.append("（五）4：通报批评")
        meaning = {
            "没有": year.decisions["sequence-gap"],
            "任职前": year.decisions["newcomers"],
            "在别的村": year.decisions["transfers"],
        }
        run = in_a_row(2, lambda back: _before(year, former, row, back), meaning, "不称职")
        if run is not False:
            due.append("罢免" + ("？" if run is None else ""))
            row.doubt = joined(row.doubt, "" if run else "罢免")
            row.working.append(
                "（五）4：连续两年不称职，按程序罢免" if run else "（五）4：上年没有考核，是否连续逐人认定"
            )
    if count(year, row.whom, row.period, "评为“十佳”村民小组长"):
        named = sum(bool(count(year, one.whom, row.period, "评为“十佳”村民小组长")) for one in cohort)
        fits = row.grade == "优秀" and named <= TOP
        due.append("十佳" + ("" if fits else "？"))
        row.doubt = joined(row.doubt, "" if fits else "十佳")
        row.working.append("（五）1：从优秀中评选十佳" + ("" if fits else "，本人不是优秀，存疑"))
    row.consequences = "；".join(due)


def _before(year: Year, former: list[Row], row: Row, back: int) -> str:
    period = str(int(row.period) - back)
    if period < "2022":  # 2022年6月20日印发
        return "任职前"
    if (found := next((one for one in former if one.period == period and one.whom == row.whom), None)) is not None:
        return found.grade or OPEN
    person = person_of(year, row.whom, row.period)
    if person is not None and person.since[:4] > period:
        return "任职前"
    return "在别的村" if any(one.period == period and one.name == row.name for one in former) else "没有"


def _pay(year: Year, row: Row) -> None:
    person = person_of(year, row.whom, row.period)
    base = Decimal(person.pay) if person and person.pay else Decimal(year.decisions["pay-base"])
    if not row.grade:
        row.working.append("等次未定，岗位补贴不能计算")
        return
    lost = cents(base * WITHHELD) if row.grade == "不称职" else Decimal(0)
    row.money, row.pay = plain(-lost), plain(base - lost)
    if lost:
        row.working.append(f"（五）4：扣除岗位补贴{plain(base)}×20%＝{plain(lost)}元，应发{plain(base - lost)}元")
