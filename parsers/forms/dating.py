"""Which period a paper is about, from its title, its labels, or, said so, from the file's name. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from formgen.model import Issue, IssueCode, Locator, Severity
from formgen.numerals import parse_number
from formgen.parsing import Hints
from formgen.periods import PeriodKind, find, in_chinese, kind_of

_NAMES: dict[PeriodKind, str] = {"month": "月份", "quarter": "季度", "year": "年度"}
_EXAMPLE: dict[PeriodKind, str] = {"month": "2023年3月", "quarter": "2023年第一季度", "year": "2023年度"}
_RANGE = re.compile(
    r"月\s*(?:\d+\s*[日号])?\s*(?:份)?\s*[-—–~～至到]\s*(?:\d{4}\s*年)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月"
)
_QUARTER_RANGE = re.compile(r"((?:19|20)\d\d)\s*年?\s*(1|4|7|10)\s*(?:月)?\s*[-—–~～至到]\s*(3|6|9|12)\s*月")
_YEAR_ALONE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")
_MONTH_ALONE = re.compile(
    r"(?<![\d年〇零一二三四五六七八九十])\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*月份?(?!\s*\d)"
)
_QUARTER_ALONE = re.compile(r"(?<![\d〇零一二三四五六七八九十])第?\s*([1-4一二三四])\s*季\s*度")
_WRITTEN_DATE = re.compile(r"((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
_CHINESE_DATE = re.compile(
    r"([一二][〇零○一二三四五六七八九]{3})\s*年\s*([一二三四五六七八九十]{1,2})\s*月\s*([一二三四五六七八九十]{1,3})\s*[日号]"
)
_STRETCH = r"(?:19|20)\d\d年(?:第?[\d一二三四五六七八九十]{1,2}(?:月份?|季度)|度)?"
#: A month that says when something was made, is due or was before: not what the paper is about.
_OTHER_TIME = re.compile(
    rf"(?:上(?:个|一)?(?:月|季度|年度?)|去年|下(?:个|一)?(?:月|季度)|自|从)[（(]?{_STRETCH}"
    rf"|{_STRETCH}(?:底|末|初|[上中下]旬)?(?:以前|之前|前|起|以来|修订|修改|修正|印发|发布|制定|通过|版)"
)
_DOCUMENT_NUMBER = re.compile(r"[〔\[［(（](?:19|20)\d\d[〕\]］)）]\s*\d+\s*号")
_TITLE_WORD = re.compile(r"表|汇总|考核|考评|评价|评分|得分|登记|台账|名册|月报")
_COUNTED = re.compile(
    r"(?:(?P<year>\d{1,4}|[〇零○一二三四五六七八九]{2,4})年度?)?第?(?<!\d)(?P<count>\d{1,3}|[〇零一二三四五六七八九十]{1,3})(?P<unit>月份?|季度)"
)
_LONGEST_LABEL = 3  #: Characters that may stand beside a period without making a sentence of it.


def plain(text: str) -> str:
    """NFKC, without blanks between digits and their units."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(
        r"(?<=[0-9年月第季度〇零一二三四五六七八九十])\s+(?=[0-9年月第季度日份〇零一二三四五六七八九十])", "", folded
    )


def period_in(text: str, kind: PeriodKind) -> str | None:
    """The period of the kind that a text names; None if it names none, or a stretch of several."""
    bare = plain(text)
    if kind == "quarter" and (match := _QUARTER_RANGE.search(bare)):
        first, last = int(match[2]), int(match[3])
        return f"{match[1]}-Q{last // 3}" if last - first == 2 else None
    if kind == "month" and _RANGE.search(bare):
        return _month_of_range(bare)
    return find(bare, kind)


def _month_of_range(text: str) -> str | None:
    dates = {(match[1], int(match[2])) for match in _WRITTEN_DATE.finditer(text)}
    months = {int(month) for month in re.findall(r"(\d{1,2})月\d{1,2}[日号]", text)}
    if len(dates) == 1 and len(months) <= 1:
        year, month = dates.pop()
        if 1 <= month <= 12 and months <= {month}:
            return f"{year}-{month:02}"
    return None


def named_aside(text: str, kind: PeriodKind) -> bool:
    """Whether a text names its period only in passing: within a sentence that is no title and no label."""
    for segment in re.split(r"[\s:：]+", plain(text)):
        if period_in(segment, kind):
            words = re.sub(r"[^\u3400-\u9fff]|[年月季度第份日至到〇零一二三四五六七八九十]", "", segment)
            return len(words) > _LONGEST_LABEL and not _TITLE_WORD.search(words)
    return False


def about_itself(text: str) -> str:
    """The text without times that are not what the paper is about: ``2023年2月修订``, ``上月（2023年2月）``."""
    return "" if _DOCUMENT_NUMBER.search(text) else _OTHER_TIME.sub("", plain(text))


def composed(texts: Sequence[str], kind: PeriodKind) -> str | None:
    """A month or quarter named in one place with the year named in another; None unless each is named once."""
    bare = [plain(text) for text in texts]
    years = {match[1] for text in bare for match in _YEAR_ALONE.finditer(text)}
    pattern = _MONTH_ALONE if kind == "month" else _QUARTER_ALONE
    found = {number.value for text in bare for m in pattern.finditer(text) if (number := parse_number(m[1]))}
    if kind == "year" or len(years) != 1 or len(found) != 1:
        return None
    count = int(found.pop())
    if kind == "quarter":
        return f"{years.pop()}-Q{count}"
    return f"{years.pop()}-{count:02}" if 1 <= count <= 12 else None


def impossible(text: str) -> str:
    """The words of a month or quarter that no calendar has, as they stand: ``2023年13月``; empty if there are none."""
    for match in _COUNTED.finditer(plain(text)):
        number = parse_number(match["count"])
        if number is not None and not 1 <= number.value <= (4 if match["unit"] == "季度" else 12):
            return match[0]
    return ""


def date_in(text: str) -> date | None:
    """The first full date in a text, None if it has none or an impossible one."""
    bare = plain(text)
    if match := _WRITTEN_DATE.search(bare):
        parts = [int(match[1]), int(match[2]), int(match[3])]
    elif match := _CHINESE_DATE.search(bare):
        year = int(
            "".join(str("〇一二三四五六七八九".index(c)) for c in match[1].translate({0x96F6: "〇", 0x25CB: "〇"}))
        )
        month, day = parse_number(match[2]), parse_number(match[3])
        if not month or not day:
            return None
        parts = [year, int(month.value), int(day.value)]
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def settle(
    written: Sequence[tuple[str, Locator]],
    labelled: Sequence[tuple[str, Locator]],
    mark: str | None,
    kind: PeriodKind,
    hints: Hints,
    record: int,
) -> tuple[str | None, list[Issue]]:
    """The period of a record, and what is doubtful about it.

    ``written``: titles, subtitles and other lines around the table; ``labelled``: what stands after labels such as
    考核时间; ``mark``: the period that our own blank carries, unseen.
    """
    found: dict[str, Locator] = {}
    aside: dict[str, tuple[str, Locator]] = {}
    for text, where in labelled:
        if period := period_in(text, kind):
            found.setdefault(period, where)
    for text, where in written:
        bare = about_itself(text)
        if period := period_in(bare, kind):
            if named_aside(bare, kind):
                aside.setdefault(period, (text, where))
            else:
                found.setdefault(period, where)
    if (
        not found
        and not aside
        and (period := composed([*(text for text, _ in labelled), *(about_itself(text) for text, _ in written)], kind))
    ):
        found[period] = (list(labelled) or list(written))[0][1]
    wrong, wrong_at = next(
        ((words, where) for text, where in (*labelled, *written) if (words := impossible(about_itself(text)))),
        ("", Locator()),
    )
    lacking = f"表上写的“{wrong}”不是一个{_NAMES[kind]}" if wrong else f"表上没有写明{_NAMES[kind]}"
    assumed = Severity.WARNING if wrong else Severity.INFO
    issues: list[Issue] = []
    nowhere = Locator()

    def say(code: IssueCode, severity: Severity, message: str, where: Locator = nowhere) -> None:
        issues.append(Issue(code, severity, message, where, None, record))

    if found:
        period, where = next(iter(found.items()))
        if len(found) > 1:
            names = "、".join(in_chinese(one) for one in found)
            say(
                IssueCode.PERIOD_MISMATCH,
                Severity.WARNING,
                f"表上写着不同的考核时段：{names}；暂取{in_chinese(period)}",
                where,
            )
        for other, source in ((mark, "空白表发出时的时段"), (hints.period, "指定的时段")):
            if other and other not in found and _comparable(other, kind):
                message = f"表上写的是{in_chinese(period)}，与{source}{in_chinese(other)}不一致"
                say(IssueCode.PERIOD_MISMATCH, Severity.WARNING, message, where)
                break
        return period, issues
    if len(aside) == 1 and not (mark or hints.period):
        period, (text, where) = next(iter(aside.items()))
        message = f"{lacking}，按“{text.strip()}”取{in_chinese(period)}，请核对"
        say(IssueCode.PERIOD_ASSUMED, Severity.WARNING, message, where)
        return period, issues
    if mark and _comparable(mark, kind):
        say(IssueCode.PERIOD_ASSUMED, assumed, f"{lacking}，按空白表发出时的{in_chinese(mark)}", wrong_at)
        return mark, issues
    if hints.period and _comparable(hints.period, kind):
        say(IssueCode.PERIOD_ASSUMED, assumed, f"{lacking}，按指定的{in_chinese(hints.period)}", wrong_at)
        return hints.period, issues
    for name in hints.names:
        if period_of_name := period_in(name, kind) or _dense(name, kind):
            message = f"{lacking}，按文件或文件夹名“{name}”取{in_chinese(period_of_name)}，请核对"
            say(IssueCode.PERIOD_ASSUMED, Severity.WARNING, message)
            return period_of_name, issues
    lacking = lacking if wrong else f"表上没有写明考核的{_NAMES[kind]}"
    say(IssueCode.MISSING_PERIOD, Severity.WARNING, f"{lacking}，应写作“{_EXAMPLE[kind]}”", wrong_at)
    return None, issues


def _comparable(period: str, kind: PeriodKind) -> bool:
    try:
        return kind_of(period) == kind
    except ValueError:
        return False


def _dense(name: str, kind: PeriodKind) -> str | None:
    """``202303`` in a file's name."""
    match = re.search(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)", name)
    return f"{match[1]}-{match[2]}" if match and kind == "month" else None
