"""扶贫开发驻村工作队及第一书记管理暂行办法, from its text: 第四条 to 第二十一条, 附件1 to 4.

Imports nothing of formgen.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from year_reckoner import band, count, count_of_year, events_of, hold, joined, person_of, rank, score, summed
from year_tables import Row, Sheet, Year, months_of, number, plain

TEAM, CAPTAIN, MEMBER = "ningxia-team-annual", "ningxia-captain-annual", "ningxia-member-annual"
REGISTER, OPINION = "ningxia-register-quarterly", "ningxia-opinion-annual"
ITEMS: Mapping[str, Mapping[str, int]] = {
    TEAM: {"1.1": 4, "1.2": 6, "1.3": 10, "2.1": 5, "2.2": 30, "2.3": 20, "2.4": 5, "2.5": 10, "3.1": 10},  # 附件1
    CAPTAIN: {"1.1": 70, "2.1": 5, "3.1": 5, "4.1": 5, "5.1": 5, "6.1": 10},  # 附件2
    MEMBER: {"1.1": 70, "2.1": 10, "3.1": 5, "3.2": 5, "4.1": 10},  # 附件3
}
LOST = {  # item → what was recorded, points for each
    TEAM: {"2.5": ("工作队缺岗", "0.5")},
    CAPTAIN: {"1.1": ("量化工作任务未完成", "1"), "2.1": ("无故缺勤", "0.2")},
    MEMBER: {"1.1": ("量化工作任务未完成", "1"), "2.1": ("无故缺勤", "0.2")},
}
ADOPTED = {"县（区）级": 2, "地市级": 3, "自治区级": 4, "国家级": 5}  # 附件2、3
BONUS = {
    "理论文章采用": ADOPTED,
    "意见建议采用": ADOPTED,
    "领导批示": {"县（区）": 3, "市": 3, "自治区": 5},
}
BONUS_ITEMS = {CAPTAIN: ("7.1", "7.2", "7.3"), MEMBER: ("5.1", "5.2", "5.3")}
MOST = 5  # 赋分5分；本级决定：逐次累计，最多5分
NEWS, NEWS_MOST = {"地市级": 1, "自治区级": 2, "国家级": 3}, 10  # 附件1 四1：累计不超过10分
FUNDS = {"党群部门": 10000, "事业单位": 10000, "政府行政部门": 20000, "企业": 30000}  # 附件1 四2：加0.1分
VOTERS = {TEAM: 30, CAPTAIN: 30, MEMBER: 20}
SHARE = Fraction(15, 100)  # 第九条
GRADES = ("优秀", "称职", "基本称职", "不称职")
OTHER = {"合格": "称职", "基本合格": "基本称职", "不合格": "不称职"}  # 第七条：两套名称
MEALS = 30  # 第二十一条：每人每天30元
DAYS, TEAM_DAYS, LEAVE, AWAY = 20, 240, 3, 15  # 第四条、附件1、第十二条


def reckon(year: Year) -> list[Row]:
    """Quarter by quarter, then the year."""
    rows: list[Row] = []
    for period in year.periods:
        sheets = [sheet for sheet in year.sheets if sheet.period == period]
        for form in dict.fromkeys(sheet.form for sheet in sheets):
            mine = [_row(year, sheet, rows) for sheet in sheets if sheet.form == form]
            rank(mine)
            rows += mine
        _quota(year, [row for row in rows if row.period == period and row.form in (CAPTAIN, MEMBER)])
        for row in rows:
            if row.period == period:
                _consequences(year, row)
    return rows


def _row(year: Year, sheet: Sheet, former: list[Row]) -> Row:
    row = Row(sheet.form, sheet.period, *sheet.whom)
    if sheet.form in (REGISTER, OPINION):
        _judged(year, sheet, row)
    else:
        _points(year, sheet, row)
        if sheet.form != TEAM:
            _gates(year, row, former)
    _checks(year, sheet, row)
    if sheet.form == REGISTER:
        _meals(year, row)
    return row


# --- points: 附件1、2、3 ----------------------------------------------------------------------------------


def _points(year: Year, sheet: Sheet, row: Row) -> None:
    values: list[Decimal] = []
    for item, full in ITEMS[sheet.form].items():
        kind, each = LOST[sheet.form].get(item, ("", "0"))
        found = events_of(year, row.whom, row.period, kind) if kind else []
        lost = Decimal(each) * sum((one.count for one in found), Decimal(0)) if found else None
        values.append(score(sheet.written.get(item, ""), full, lost, row, item) or Decimal(0))
    total = sum(values, Decimal(0))
    if sheet.form == TEAM:
        total += _team_bonus(year, sheet, row)
    else:
        for (kind, tiers), item in zip(BONUS.items(), BONUS_ITEMS[sheet.form], strict=True):
            found = events_of(year, row.whom, row.period, kind)
            each_one = sum((tiers[one.level] * one.count for one in found), Decimal(0))
            given = number(sheet.written.get(item, ""))
            total += min(each_one, Decimal(MOST)) if found else given or 0
            if found:
                row.working.append(f"加分{kind}{'、'.join(one.level for one in found)}：{plain(min(each_one, MOST))}分")
    if not row.doubt:
        row.total = plain(total)
        bands = {TEAM: "bands-team", CAPTAIN: "bands-captain", MEMBER: "bands-member"}[sheet.form]
        row.computed = row.grade = band(total, year.decisions[bands], "不称职")
        row.working.append(f"{summed(values)}分，合计{plain(total)}分；本级决定{bands}：{row.computed}")


def _team_bonus(year: Year, sheet: Sheet, row: Row) -> Decimal:
    news = events_of(year, row.whom, row.period, "新闻媒体报道")
    reports = min(sum((NEWS[one.level] * one.count for one in news), Decimal(0)), Decimal(NEWS_MOST))
    funds, terms = Decimal(0), []
    for level, unit in FUNDS.items():
        amount = count(year, row.whom, row.period, "协调争取项目资金", level)
        units = (amount / unit).to_integral_value(ROUND_FLOOR)  # 本级决定：不足一个单位的不加
        funds += units * Decimal("0.1")
        terms += [f"{level}{plain(amount)}元÷{unit}取{plain(units)}×0.1"] if amount else []
    given = [number(sheet.written.get(item, "")) for item in ("4.1", "4.2")]
    if news:
        row.working.append(f"四1：媒体报道{plain(reports)}分（累计不超过10分）")
    if terms:
        row.working.append(f"四2：{'＋'.join(terms)}＝{plain(funds)}分")
    return (reports if news else given[0] or Decimal(0)) + (funds if terms else given[1] or Decimal(0))


# --- grades: 第七条、第九条 -------------------------------------------------------------------------------


def _judged(year: Year, sheet: Sheet, row: Row) -> None:
    said = events_of(year, row.whom, row.period, "平时考核等次") if sheet.form == REGISTER else []
    word = sheet.written.get("grade", "") or (said[0].level if said else "")
    row.computed = row.grade = OTHER.get(word, word)
    row.working.append(f"第八条：平时考核{word}" if sheet.form == REGISTER else f"第九条：意见表写明{word}")


def _gates(year: Year, row: Row, former: list[Row]) -> None:
    whom, period = row.whom, row.period
    worst = GRADES.index(row.grade)
    if count(year, whom, period, "工作失职、严重违纪造成不良影响"):
        worst = max(worst, 3)
        row.working.append("第七条：工作失职、严重违纪，评定为不称职")
    if count(year, whom, period, "不严格遵守工作纪律"):
        worst = max(worst, 2)
        row.working.append("第七条：不严格遵守工作纪律，评定为基本称职")
    if count(year, whom, period, "被督查通报") >= 2:
        worst = max(worst, 2)
        row.working.append("第七条：被督查通报2次以上，评定为基本称职")
    good = [one for one in former if one.form == REGISTER and one.whom == whom and one.grade == "优秀"]
    shut = []
    if count(year, whom, period, "不作为、不敢担当"):
        shut.append("第七条：不作为，不能评为优秀")
    if count(year, whom, period, "没有完成年度扶贫任务或工作进度落后"):
        shut.append("第七条：没有完成扶贫任务，不能评为优秀")
    if len(good) < 2:
        shut.append(f"第九条：平时考核优秀{len(good)}次，不足两次，不能评为优秀")
    if worst == 0 and shut:
        worst = 1
        row.working += shut
    row.grade = GRADES[worst]


def _quota(year: Year, rows: list[Row]) -> None:
    """第九条：优秀名额不超过各级选派人员总数的15%；本级决定按派出单位的级别分别计算."""
    if not rows:
        return
    roster = [person for person in year.roster(rows[0].period) if person.name]
    for level in sorted({person.level for person in roster}):
        people = [person for person in roster if person.level == level]
        members = {(person.village, person.name) for person in people}

        def chosen(row: Row) -> bool:
            return bool(events_of(year, row.whom, row.period, "研究确定为优秀"))

        def may(row: Row) -> Decimal | None:
            """Nobody whose grade is open in this year could be 优秀 but one; of that one all is possible."""
            shut = any("不能评为优秀" in words or "评定为" in words for words in row.working)
            return Decimal(1000) if row.computed == "优秀" and not shut else None

        hold(
            [row for row in rows if row.whom in members], SHARE, len(people), "优秀", "称职",
            len(members - {row.whom for row in rows}), chosen, f"第九条（{level}）", may,
        )  # fmt: skip


# --- checks, money, what follows: 第四条、第十一条、第十二条、第二十一条 ----------------------------------


def _checks(year: Year, sheet: Sheet, row: Row) -> None:
    whom, period = row.whom, row.period
    if sheet.form in (REGISTER, CAPTAIN, MEMBER):
        short = []
        for month in months_of(period):
            if (found := events_of(year, whom, month, "驻村天数")) and sum(one.count for one in found) < DAYS:
                short.append(month)
        if short:
            row.advice = "每月20天"
            row.working.append(f"第四条：{'、'.join(short)}驻村不足20天，提示")
        for leave in events_of(year, whom, period, "请假"):
            if leave.count > LEAVE and leave.level != "县（区）党委组织部":
                row.doubt, row.grade = joined(row.doubt, "请假"), ""
                row.working.append(f"第十二条：请假{plain(leave.count)}天应由县（区）批准，存疑，等次暂不能定")
    if sheet.form == TEAM and (days := count(year, whom, period, "驻村天数")) < TEAM_DAYS:
        row.advice = "全年240天"
        row.working.append(f"附件1：驻村{plain(days)}天，不足240天，提示")
    if sheet.form in VOTERS and (voters := count(year, whom, period, "满意度测评人数")) < VOTERS[sheet.form]:
        row.doubt, row.grade = joined(row.doubt, "测评"), ""
        row.working.append(f"满意度测评{plain(voters)}人，不足{VOTERS[sheet.form]}人，存疑，等次暂不能定")
    dates = [
        sheet.written.get(f"{box}.date", "") for box in ("township_opinion", "sender_opinion", "organization_review")
    ]
    given = [date for date in dates if date]
    if sheet.form == OPINION and given != sorted(given):
        row.doubt, row.grade = joined(row.doubt, "次序"), ""
        row.working.append("第九条：意见应依次为乡镇党委、派出单位、县（区）组织部门，日期倒置，存疑")


def _meals(year: Year, row: Row) -> None:
    days = count(year, row.whom, row.period, "驻村天数")
    if not row.grade:
        row.working.append("等次未定，伙食补助不能计算")
        return
    money = MEALS * days if row.grade in ("优秀", "称职") else Decimal(0)
    row.money = plain(money)
    row.working.append(
        f"第二十一条：住勤{plain(days)}天×30＝{plain(money)}元" if money else f"第二十一条：{row.grade}，不发伙食补助"
    )


def _consequences(year: Year, row: Row) -> None:
    due = []
    away = count_of_year(year, row.whom, row.period, "无故缺勤")
    if row.form in (REGISTER, CAPTAIN, MEMBER) and away > AWAY:
        due += ["撤换", "通报"]
        row.working.append(f"第十二条：无故旷工本年累计{plain(away)}天，超过15个工作日，撤换，通报")
    if row.form in (CAPTAIN, MEMBER):
        if row.grade in ("基本称职", "不称职") and count(year, row.whom, row.period, "群众意见较大不适合继续驻村工作"):
            due.append("退换")
            row.working.append("第十一条3：群众意见较大，派出单位予以退换")
        person = person_of(year, row.whom, row.period)
        if person is not None and row.grade in ("优秀", "称职") and person.since <= f"{row.period}-01-01":
            due.append("基层工作经历")
            row.working.append(f"第十一条2：{person.since}到任，满一年，{row.grade}，记入基层工作经历")
    row.consequences = "；".join(due)
