"""A tiny reckoner of the five regulations, written from their texts: the second way to the figures of tests/years.

It imports nothing of formgen and reads no scheme.toml; the numbers of the law stand in tests/year_law_*.py once more.
``python tests/year_reckoner.py --write`` writes expected.csv and the workings in README.md anew; the tests compare.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib import import_module

from year_tables import FOLDER, SCHEMES, Event, Person, Row, Year, load, number, over_by, plain, within, write_expected

MARK = "<!-- workings: python tests/year_reckoner.py --write -->"
OPEN = "?"  #: A grade of a former period that is not settled.


def events_of(year: Year, whom: tuple[str, str], period: str, kind: str, level: str = "") -> list[Event]:
    """What was recorded of somebody within a period."""
    return [
        one
        for one in year.events
        if one.whom == whom and one.kind == kind and within(period, one.when) and level in ("", one.level)
    ]


def count(year: Year, whom: tuple[str, str], period: str, kind: str, level: str = "") -> Decimal:
    """How often or how much within a period."""
    return sum((one.count for one in events_of(year, whom, period, kind, level)), Decimal(0))


def count_of_year(year: Year, whom: tuple[str, str], period: str, kind: str) -> Decimal:
    """How often or how much in the calendar year, up to the end of the period."""
    found = [one for one in events_of(year, whom, period[:4], kind) if over_by(period, one.when)]
    return sum((one.count for one in found), Decimal(0))


def cents(value: Decimal) -> Decimal:
    """四舍五入到分."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def band(total: Decimal, bands: dict[str, int], last: str) -> str:
    """The best grade whose lowest points are reached."""
    return next((grade for grade, lowest in bands.items() if total >= lowest), last)


def score(written: str, full: int, lost: Decimal | None, row: Row, item: str) -> Decimal | None:
    """An item: as written, or full points less what was lost down to nothing; None and a doubt where these differ."""
    given = number(written)
    if lost is not None:
        due = max(Decimal(0), full - lost)
        if given is None or given == due:
            row.working.append(
                f"{item}：{full} − {plain(lost)} = {plain(full - lost)}" + ("，扣完为止" * (lost > full))
            )
            return due
        row.working.append(f"{item}：表上{plain(given)}，按记录应为{plain(due)}，不一致，存疑")
        row.doubt = joined(row.doubt, item)
        return None
    if given is None:
        row.working.append(f"{item}：未评分，空白不是0分，存疑")
        row.doubt = joined(row.doubt, item)
    return given


def summed(values: Sequence[Decimal]) -> str:
    """``2＋18.5＝20.5``."""
    return f"{'＋'.join(map(plain, values))}＝{plain(sum(values, Decimal(0)))}"


def joined(words: str, more: str) -> str:
    """Words with one more behind them."""
    return "；".join(filter(None, (words, more)))


def rank(rows: Sequence[Row]) -> None:
    """Ranks by total; equals share one: 1, 2, 2, 4."""
    totals = [Decimal(row.total) for row in rows if row.total]
    for row in rows:
        if row.total:
            row.rank = str(1 + sum(other > Decimal(row.total) for other in totals))


def in_a_row(times: int, before: Callable[[int], str], meaning: dict[str, str], grade: str) -> bool | None:
    """Whether the grade stood so many times in a row up to now; None: a person must say.

    ``before(n)`` is the grade n periods ago, OPEN, or the reason why there is none; ``meaning``: reason → break, skip
    or ask.
    """
    found, unsure = 1, False
    for back in range(1, 60):
        if found == times:
            return None if unsure else True
        word = before(back)
        if word == grade:
            found += 1
        elif word == OPEN or meaning.get(word) == "ask":
            found, unsure = found + 1, True
        elif meaning.get(word) != "skip":
            return False
    return False


def places(share: Fraction, people: int) -> int:
    """不超过: the part of a place is none."""
    return int(share * people)


def hold(
    rows: list[Row], share: Fraction, base: int, grade: str, lower: str, rivals: int, chosen: Callable[[Row], bool],
    cite: str, may: Callable[[Row], Decimal | None],
) -> None:  # fmt: skip
    """Hold 不超过…% of a grade in one cohort. ``rivals``: those of whom nothing came back, who might yet have it.

    ``may``: the highest total that somebody whose total is open could have. 不足1人: 不评 (decided so in all our
    years); equal at the line: those whom the organ has chosen.
    """
    seats = places(share, base)
    said = f"{cite}：{base}人×{plain(Decimal(share.numerator) * 100 / share.denominator)}%，{seats}个名额"
    having = sorted((row for row in rows if row.grade == grade), key=lambda row: -Decimal(row.total))
    highs = [high for row in rows if not row.grade and (high := may(row)) is not None]
    done = 0
    while done < len(having):
        total = Decimal(having[done].total)
        group = [row for row in having[done:] if Decimal(row.total) == total]
        open_ones = rivals + sum(high >= total for high in highs)
        at = f"{said}；第{done + 1}名，{plain(total)}分"
        if done + len(group) + open_ones <= seats:
            verdict = {id(row): True for row in group}
        elif done >= seats:
            verdict = {id(row): False for row in group}
        elif not open_ones and 0 < sum(map(chosen, group)) <= seats - done:
            verdict = {id(row): chosen(row) for row in group}
            at += f"，{len(group)}人同分，按研究确定的人选"
        else:
            verdict = {}
            at += "，同分而人选未定，存疑" if not open_ones else "，还有人未定，存疑"
        for row in group:
            inside = verdict.get(id(row))
            row.grade = grade if inside else lower if inside is False else ""
            words = {True: "在名额之内", False: f"超出名额，评为{lower}", None: "等次未定"}[inside]
            row.working.append(f"{at}，{words}")
            if inside is None:
                row.doubt = joined(row.doubt, "名额")
        done += len(group)


def person_of(year: Year, whom: tuple[str, str], period: str) -> Person | None:
    """The roster's row of somebody."""
    return next((one for one in year.roster(period) if (one.village, one.name) == whom), None)


def reckon(scheme: str) -> list[Row]:
    """All rows of the year."""
    rows: list[Row] = import_module(f"year_law_{scheme.split('-')[0]}").reckon(load(scheme))
    return rows


def workings(rows: Sequence[Row]) -> str:
    """What README.md says of each row."""
    lines, head = [], ""
    for row in rows:
        if head != (head := f"## {row.period}　{row.form}"):
            lines += ["", head, ""]
        result = [f"合计{row.total}" if row.total else "合计无"]
        result += [f"等次{row.grade or '未定'}"] if row.computed or row.grade else []
        result += [f"增减{row.money}元"] if row.money else []
        result += [f"应发{row.pay}元"] if row.pay else []
        result += [row.consequences] if row.consequences else []
        lines.append(f"- **{row.village}{row.name}**：{'；'.join(row.working)}。→ {'，'.join(result)}")
    return "\n".join(lines).strip() + "\n"


def main() -> None:
    """Write expected.csv and README.md anew."""
    for scheme in SCHEMES:
        rows = reckon(scheme)
        write_expected(scheme, rows)
        page = FOLDER / scheme / "README.md"
        head = page.read_text(encoding="utf-8").partition(MARK)[0]
        page.write_text(f"{head}{MARK}\n\n{workings(rows)}", encoding="utf-8")


if __name__ == "__main__" and "--write" in sys.argv:
    main()
