"""What is wrong: in a configuration file, with key and a right value (pydantic's errors too), and in a regulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formgen.model import Severity

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LONGEST = 500  #: Characters of one fault: a value is quoted in it, whatever its length.
_MOST = 40  #: Faults that are told at once.

#: Key → a right value, as it would stand in the file.
EXAMPLES = {
    "schema_version": "schema_version = 1",
    "id": 'id = "dayang-2023"',
    "title": 'title = "大杨镇乡村振兴小组长管理办法"',
    "in_force": "in_force = 2023-02-03",
    "date": "date = 2023-03-01",
    "period": 'period = "month"（month 月、quarter 季、year 年）',
    "subject": 'subject = "person"（person 个人、village 村、team 工作队）',
    "main_form": 'main_form = "dayang-monthly"',
    "subject_noun": 'subject_noun = "乡村振兴小组长"',
    "article": 'article = "第十条"',
    "quote": 'quote = "每迟到一次扣2分"',
    "kind": 'kind = "per-incident"',
    "points": "points = 3",
    "base_points": "base_points = 100",
    "full_marks": "full_marks = 100",
    "yuan": "yuan = 50",
    "item": 'item = "2.1"',
    "form": 'form = "dayang-monthly"',
    "label": 'label = "全镇性会议迟到"',
    "fact": 'fact = "late"',
    "floor": "floor = 0",
    "per_day": "per_day = 0.5",
    "share": "share = 0.2（即20%）",
    "lowest": "lowest = 0.3（即30%）",
    "highest": "highest = 0.5（即50%）",
    "base": 'base = "pay"（pay 补贴、performance-pay 绩效补贴、post-allowance 岗位补贴）',
    "basic": "basic = 0.2（即20%）",
    "performance": "performance = 0.8（即80%）",
    "sign": "sign = 1（加）或 sign = -1（扣）",
    "count": 'count = "highest"（只计最高一次）或 "each"（逐次累计）',
    "name": 'name = "优秀"',
    "code": 'code = "misprint"',
    "where": 'where = "附件1"',
    "why": 'why = "原文如此，照录"',
    "counts": 'counts = "categories"',
    "suggests": 'suggests = "考核和责任追究"',
    "full_from": "full_from = 90",
    "between_above": "between_above = 65",
    "lost_below": "lost_below = 65",
    "per_percent": "per_percent = 0.1",
    "whole": "whole = 2.5",
    "sub_period": 'sub_period = "quarter"',
    "grades": 'grades = ["优秀", "称职"]',
    "grade": 'grade = "优秀"',
    "at_least": "at_least = 90",
    "shape": 'shape = "bands"',
    "question": 'question = "各等次最低多少分？"',
    "needed_for": 'needed_for = "按得分确定等次"',
    "columns": 'columns = ["序号", "考核内容", "分值", "得分", "备注"]',
    "text": 'text = "常规工作落实"',
    "category": 'category = "工作落实（30分）"',
    "says": "says = 4",
    "authority": 'authority = "镇党委会议纪要〔2023〕3号"',
    "scheme": 'scheme = "dayang-2023"',
    "gap": 'gap = "bands"',
    "example": "example = true",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong in a file."""

    key: str  #: In TOML's terms, lists counted from 1: ``rule[3].points``.
    fault: str  #: Chinese.
    right: str = ""  #: A right value, as it would stand in the file.
    refers: str = ""  #: The id that was looked for and not found.

    def __str__(self) -> str:
        stop = "" if self.fault.endswith(("？", "。")) else "。"
        return f"{self.key or '（整个文件）'}：{self.fault}" + (f"{stop}应写作：{self.right}" if self.right else "")


def report(path: Path, wrongs: Sequence[Wrong]) -> str:
    """The message of a SchemeError: the file and each fault on a line."""
    said = [words if len(words := str(wrong)) <= _LONGEST else f"{words[:_LONGEST]}……" for wrong in wrongs[:_MOST]]
    lines = "\n".join(f"  {number}. {words}" for number, words in enumerate(said, 1))
    if len(wrongs) > _MOST:
        lines += f"\n  …… 其余{len(wrongs) - _MOST}处在改正这些以后再看"
    return f"{path} 有{len(wrongs)}处错误：\n{lines}"


def right_value(key: str) -> str:
    """A right value for the last part of a key, empty if none is known."""
    return EXAMPLES.get(key.rsplit(".", 1)[-1].partition("[")[0], "")


def unknown_key(place: str, key: str, known: Iterable[str]) -> Wrong:
    """The fault of a key that is not known, with the nearest known one."""
    names = sorted(known)
    near = get_close_matches(key, names, 1, 0.6)
    hint = f"是否想写“{near[0]}”？" if near else f"这里可写：{'、'.join(names)}"
    where = f"{place}.{key}" if place else key
    return Wrong(where, f"不认识的项目“{key}”，{hint}", right_value(near[0]) if near else "")


def from_pydantic(
    errors: Iterable[ErrorDetails], raw: Mapping[str, Any], known: Mapping[str, Iterable[str]]
) -> list[Wrong]:
    """Pydantic's errors in Chinese. ``known``: the key or kind of a table → the keys that it may have."""
    return [_wrong(error, raw, known) for error in errors]


def _wrong(error: ErrorDetails, raw: Mapping[str, Any], known: Mapping[str, Iterable[str]]) -> Wrong:
    place, table = _place(error["loc"], raw)
    context = error.get("ctx", {})
    given = error["input"]
    shown = _shown(given)
    last = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "missing":
            return Wrong(place, "缺少这一项", right_value(place))
        case "extra_forbidden" | "unexpected_keyword_argument":
            outer = place[: -len(last) - 1]
            return unknown_key(outer, last, known.get(table, ()))
        case "literal_error":
            allowed = str(context.get("expected", "")).replace("'", '"').replace(" or ", "、").replace(", ", "、")
            return Wrong(place, f"{shown}不在可写的值之内，只能写 {allowed}", right_value(place))
        case "union_tag_invalid":
            allowed = str(context.get("expected_tags", "")).replace("'", '"').replace(", ", "、")
            return Wrong(f"{place}.kind", f"没有“{context.get('tag')}”这种规则，只能写 {allowed}", right_value("kind"))
        case "union_tag_not_found":
            return Wrong(f"{place}.kind", "缺少这一项：规则要写明种类", right_value("kind"))
        case "greater_than_equal" | "greater_than":
            word = "不得小于" if error["type"] == "greater_than_equal" else "必须大于"
            bound = context.get("ge", context.get("gt"))
            return Wrong(place, f"{shown}太小，{word}{bound}", right_value(place))
        case "less_than_equal" | "less_than":
            return Wrong(place, f"{shown}太大，不得大于{context.get('le', context.get('lt'))}", right_value(place))
        case "string_pattern_mismatch":
            return Wrong(place, f"{shown}只能用小写字母、数字、点和连字符，并以字母或数字开头", right_value(place))
        case "string_too_short":
            return Wrong(place, "内容太短或是空的", right_value(place))
    return Wrong(place, f"{shown}{_kind_of_fault(error['type'])}", right_value(place))


def _shown(given: object) -> str:
    if isinstance(given, str):
        return f"“{given[:60]}”"
    if isinstance(given, Mapping | list):  # never its content: it may be endless
        return "一张表" if isinstance(given, Mapping) else "一个列表"
    return str(given).lower() if isinstance(given, bool) else str(given)[:60]


def _kind_of_fault(kind: str) -> str:
    for start, words in (
        ("decimal", "不是数字（数字不加引号）"),
        ("finite", "不是有限的数字"),
        ("int", "不是整数"),
        ("bool", "不是 true 或 false"),
        ("date", "不是日期"),
        ("string", "不是文字（文字要加引号）"),
        ("tuple", "不是列表（列表写在方括号里）"),
        ("dict", "不是表（表写在花括号里）"),
        ("model", "不是表（应以 [[…]] 开头）"),
        ("dataclass", "不是表（应以 [[…]] 或花括号写成）"),
    ):
        if kind.startswith(start):
            return words
    return f"不合要求（{kind}）"


def _place(location: tuple[int | str, ...], raw: Mapping[str, Any]) -> tuple[str, str]:
    """The key in TOML's terms, and the table (or its kind) that the key stands in."""
    place, table, here = "", "", raw  # type: str, str, Any
    for index, part in enumerate(location):
        if isinstance(part, int):
            place += f"[{part + 1}]"
            here = here[part] if isinstance(here, list | tuple) and part < len(here) else None
        elif isinstance(here, Mapping) and here.get("kind") == part:
            table = part  # the tag of a discriminated union: not a key of the file
        else:
            if index < len(location) - 1:
                table = part
            place += f".{part}" if place else part
            here = here.get(part) if isinstance(here, Mapping) else None
    return place, table


# --- faults of the regulation itself ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that ``scheme lint`` found: in the regulation's own text, or in its scheme.toml."""

    code: str
    severity: Severity  #: ERROR: our file is wrong; WARNING: the regulation contradicts itself; INFO: style.
    where: str  #: Article (anchor in regulation.md), or the heading.
    message: str  #: Chinese.
    quote: str = ""  #: The words in question.
    known: str = ""  #: Why it is left as it is, where a waiver says so; empty for a new fault.
