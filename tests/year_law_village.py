"""脱贫攻坚贫困村村干部绩效考核管理办法, 第七条 to 第十一条, reckoned from the text. Imports nothing of formgen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from year_reckoner import OPEN, band, cents, count, events_of, hold, in_a_row, joined, person_of, rank, score, summed
from year_tables import Row, Sheet, Year, number, plain

FORM = "village-cadre-quarterly"
ITEMS = {"1.1": 30, "2.1": 40, "3.1": 10, "4.1": 10, "5.1": 10}  # 第七条（一）至（五）
TIERS = {  # 第八条：四档，从高到低；名称由本级决定
    "6.1": ("检查验收获得好评", (10, 7, 4, 2), 1),
    "6.2": ("工作获得推广", (20, 15, 10, 5), 1),
    "6.3": ("个人受到表彰", (10, 7, 4, 2), 1),
    "7.1": ("检查验收被通报", (10, 7, 4, 2), -1),
}
EXPOSED = ("7.2", "被新闻媒体曝光", 10)  # 第八条（二）2
SHARE = Fraction(20, 100)  # 第十条
PERFORMANCE = Decimal("0.8")  # 第十一条


def reckon(year: Year) -> list[Row]:
    """Quarter by quarter."""
    rows: list[Row] = []
    for quarter in year.periods:
        sheets = [sheet for sheet in year.sheets if sheet.period == quarter]
        cohort = [_row(year, sheet) for sheet in sheets]
        rank(cohort)
        _quota(year, cohort, quarter)
        for row in cohort:
            _consequences(year, row, rows)
            _pay(year, row)
        rows += cohort
    return rows


def _row(year: Year, sheet: Sheet) -> Row:
    row = Row(FORM, sheet.period, *sheet.whom)
    values = [score(sheet.written.get(item, ""), full, None, row, item) or Decimal(0) for item, full in ITEMS.items()]
    base = total = sum(values, Decimal(0))
    names = list(year.decisions["tier-names"])
    for item, (kind, points, sign) in TIERS.items():
        levels = [one.level for one in events_of(year, row.whom, row.period, kind)]
        due = max((points[names.index(level)] for level in levels), default=None)  # 本级决定：只计最高一次
        total += sign * _bonus(sheet, row, item, due, f"{kind}{'、'.join(levels)}")
    item, kind, points_ = EXPOSED
    due = points_ if count(year, row.whom, row.period, kind) else None
    total -= _bonus(sheet, row, item, due, kind)
    if not row.doubt:
        row.total = plain(total)
        row.computed = row.grade = band(total, year.decisions["bands"], "不合格")
        row.working.append(
            f"第七条{summed(values)}分"
            + (f"，第九条上不封顶、下不保底，合计{plain(total)}分" if total != base else "")
            + f"；本级决定bands：{row.computed}"
        )
    return row


def _bonus(sheet: Sheet, row: Row, item: str, due: int | None, words: str) -> Decimal:
    given = number(sheet.written.get(item, ""))
    if due is None:
        return given or Decimal(0)
    if given is not None and given != due:
        row.doubt = joined(row.doubt, item)
        row.working.append(f"第八条：{words}应为{due}分，表上{plain(given)}，存疑")
        return Decimal(0)
    row.working.append(f"第八条：{words}，{'扣' if item[0] == '7' else '加'}{due}分")
    return Decimal(due)


def _quota(year: Year, cohort: list[Row], quarter: str) -> None:
    """第十条：同一序列村干部优秀比例最多不超过20%."""
    roster = year.roster(quarter)
    came = {row.whom for row in cohort}
    for series in sorted({person.series for person in roster}):
        people = [person for person in roster if person.series == series]
        members = {(person.village, person.name) for person in people}

        def chosen(row: Row) -> bool:
            return bool(events_of(year, row.whom, row.period, "研究确定为优秀"))

        def may(row: Row) -> Decimal | None:
            """At most full marks and the highest tiers: more than anyone here has."""
            return Decimal(1000) if row.doubt and not row.total else None

        hold(
            [row for row in cohort if row.whom in members], SHARE, len(people), "优秀", "合格", len(members - came),
            chosen, f"第十条（{series}）", may,
        )  # fmt: skip


def _consequences(year: Year, row: Row, former: list[Row]) -> None:
    due = []
    if row.grade == "优秀":
        due.append("优先推荐")
        row.working.append("第十一条：优先推荐参加公务员考试和评选先进典型")
    if row.grade == "不合格":
        due.append("诫勉谈话（不合格）")
        row.working.append("第十一条：不合格的，诫勉谈话")
    if count(year, row.whom, row.period, "工作思路不清、工作进展缓慢"):
        due.append("诫勉谈话（进展缓慢）")
        row.working.append("第七条（四）4：进展缓慢的，诫勉谈话")
    if row.grade == "不合格":
        meaning = {
            "没有": year.decisions["sequence-gap"],
            "任职前": year.decisions["newcomers"],
            "在别的村": year.decisions["transfers"],
        }
        run = in_a_row(2, lambda back: _before(year, former, row, back), meaning, "不合格")
        if run is not False:
            due.append("免职" + ("？" if run is None else ""))
            row.working.append("第十一条：连续两次不合格，免职" if run else "第十一条：换了村，是否连续逐人认定")
            row.doubt = joined(row.doubt, "" if run else "免职")
    row.consequences = "；".join(due)


def _before(year: Year, former: list[Row], row: Row, back: int) -> str:
    number_ = int(row.period[:4]) * 4 + int(row.period[-1]) - 1 - back
    quarter = f"{number_ // 4}-Q{number_ % 4 + 1}"
    if quarter <= "2020-Q1":  # 办法2020年6月18日起施行
        return "任职前"
    if (found := next((one for one in former if one.period == quarter and one.whom == row.whom), None)) is not None:
        return found.grade or OPEN
    person = person_of(year, row.whom, row.period)
    if person is not None and person.since and _quarter(person.since) > quarter:
        return "任职前"
    if any(one.period == quarter and one.name == row.name for one in former):
        return "在别的村"
    return "没有"


def _quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def _pay(year: Year, row: Row) -> None:
    """第十一条：补贴的80%为绩效补贴，优秀加发、不合格扣除绩效补贴的30—50%."""
    person = person_of(year, row.whom, row.period)
    base = Decimal(person.pay) if person and person.pay else Decimal(year.decisions["pay-base"])
    share = {
        "优秀": Decimal(year.decisions["excellent-share"]),
        "合格": Decimal(0),
        "不合格": -Decimal(year.decisions["unqualified-share"]),
    }.get(row.grade)
    if share is None:
        row.working.append("等次未定，绩效补贴不能计算")
        return
    money = cents(base * PERFORMANCE * share)
    row.money, row.pay = plain(money), plain(base + money)
    row.working.append(f"第十一条：补贴{plain(base)}×80%×{plain(share)}＝{plain(money)}元，应发{plain(base + money)}元")
