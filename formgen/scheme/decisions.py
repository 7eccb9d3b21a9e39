"""The office's decisions: [[decision]] tables of formgen.toml, each checked against the gap that it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

from formgen.errors import SchemeError
from formgen.model import Decision
from formgen.scheme.faults import EXAMPLES, Wrong, report, unknown_key
from formgen.scheme.types import Gap, Scheme

ROUNDING_RULES = {"half-up": "四舍五入", "half-even": "四舍六入五成双", "down": "舍去尾数", "up": "进一"}
TO_BE_FILLED_IN = "（请填写"  #: An example's authority begins so; it is refused as it stands.
_EARLIEST = date(1990, 1, 1)
_LARGEST = 10**9
_KEYS = ("scheme", "gap", "value", "authority", "date", "example")


def load_decisions(
    table: Sequence[object], schemes: Sequence[Scheme], source: Path, *, carried: bool = False
) -> tuple[Decision, ...]:
    """The decisions, each with its value in the shape of the gap; of several on one gap see ``in_force``.

    Shapes as they come back: ``bands`` dict grade → Decimal, best first; ``rounding`` dict ``rule`` (str) and
    ``places`` (int); ``share`` and ``number`` Decimal; ``choice`` and ``text`` str; ``tiers`` tuple of str.
    ``carried``: made on another edition, so they may be older than the scheme. Raises SchemeError with all faults.
    ``source`` is the file that the table stands in, for the message.
    """
    wrongs: list[Wrong] = []
    found: list[tuple[str, Decision]] = []
    for number, entry in enumerate(table, 1):
        key = f"decision[{number}]"
        if not isinstance(entry, Mapping):
            wrongs.append(Wrong(key, "不是表", "[[decision]]"))
            continue
        wrongs += _shape(key, entry)
        gap = _gap(key, entry, schemes, wrongs)
        if gap is None or "value" not in entry:
            continue
        scheme = next(scheme for scheme in schemes if scheme.id == entry["scheme"])
        try:
            value = checked_value(gap, scheme, entry["value"])
        except SchemeError as error:
            wrongs.append(Wrong(f"{key}.value", str(error)))
            continue
        on, authority = entry.get("date"), entry.get("authority")
        if not carried:
            wrongs += _too_early(key, on, scheme)
        if isinstance(on, date) and isinstance(authority, str):
            example = entry.get("example") is True
            found.append((key, Decision(scheme.id, gap.id, value, authority.strip(), on, example)))
    wrongs += _same_day(found)
    if wrongs:
        raise SchemeError(report(source, wrongs))
    return tuple(decision for _, decision in found)


def in_force(decisions: Iterable[Decision], until: date | None = None) -> tuple[Decision, ...]:
    """Of several decisions on one gap only the latest, in the order in which the gaps were first decided.

    ``until``: the last day of a period; what was decided after it is not in force for the period.
    """
    latest: dict[tuple[str, str], Decision] = {}
    for decision in decisions:
        if until is not None and decision.date > until:
            continue
        before = latest.get((decision.scheme, decision.gap))
        if before is None or before.date < decision.date:
            latest[decision.scheme, decision.gap] = decision
    return tuple(latest.values())


def _shape(key: str, entry: Mapping[str, Any]) -> Iterator[Wrong]:
    for name in entry:
        if name not in _KEYS:
            yield unknown_key(key, name, _KEYS)
    for name in ("scheme", "gap", "value", "authority", "date"):
        if name not in entry:
            yield Wrong(f"{key}.{name}", "缺少这一项", EXAMPLES.get(name, "value = 90"))
    authority = entry.get("authority", "")
    if "authority" in entry and (not isinstance(authority, str) or not authority.strip()):
        yield Wrong(f"{key}.authority", "要写明是谁、在哪份文件或哪次会议上定的", EXAMPLES["authority"])
    elif isinstance(authority, str) and authority.startswith(TO_BE_FILLED_IN):
        yield Wrong(f"{key}.authority", "还是示例里的占位文字", EXAMPLES["authority"])
    on = entry.get("date")
    if "date" in entry and (not isinstance(on, date) or isinstance(on, datetime)):
        yield Wrong(f"{key}.date", f"“{on}”不是日期（不加引号）", EXAMPLES["date"])
    elif isinstance(on, date) and on < _EARLIEST:
        yield Wrong(f"{key}.date", f"{on.isoformat()}太早，决定的日期不会在1990年以前", EXAMPLES["date"])
    if not isinstance(entry.get("example", False), bool):
        yield Wrong(f"{key}.example", "只能写 true 或 false", EXAMPLES["example"])


def _too_early(key: str, on: object, scheme: Scheme) -> Iterator[Wrong]:
    """Nothing is decided on a regulation before there is one."""
    earliest = scheme.decided_from or scheme.in_force
    if not isinstance(on, date) or isinstance(on, datetime) or not _EARLIEST <= on < earliest:
        return
    note = f"（{scheme.in_force_note}）" if scheme.in_force_note and scheme.decided_from is None else ""
    fault = f"{on.isoformat()}早于《{scheme.title}》的施行日期{earliest.isoformat()}，那时还没有这个办法{note}"
    yield Wrong(f"{key}.date", fault, f"date = {earliest.isoformat()}")


def _gap(key: str, entry: Mapping[str, Any], schemes: Sequence[Scheme], wrongs: list[Wrong]) -> Gap | None:
    if "scheme" not in entry or "gap" not in entry:
        return None
    scheme = next((scheme for scheme in schemes if scheme.id == entry["scheme"]), None)
    if scheme is None:
        known = [scheme.id for scheme in schemes]
        fault = f"没有办法“{entry['scheme']}”，已有的是：{'、'.join(known)}"
        wrongs.append(Wrong(f"{key}.scheme", fault, f'scheme = "{known[0]}"' if known else ""))
        return None
    gap = next((gap for gap in scheme.gap if gap.id == entry["gap"]), None)
    if gap is None:
        names = [gap.id for gap in scheme.gap]
        fault = f"{scheme.id} 没有空白“{entry['gap']}”，已有的是：{'、'.join(names) or '（没有）'}"
        wrongs.append(Wrong(f"{key}.gap", fault, f'gap = "{names[0]}"' if names else ""))
    return gap


def _same_day(found: Sequence[tuple[str, Decision]]) -> Iterator[Wrong]:
    seen: dict[tuple[str, str, date], str] = {}
    for key, decision in found:
        same = (decision.scheme, decision.gap, decision.date)
        if same in seen:
            fault = f"与 {seen[same]} 是同一空白“{decision.gap}”、同一日期的两个决定，分不出以哪个为准"
            yield Wrong(key, fault, "删去其中一个，或改正其中一个的 date")
        seen.setdefault(same, key)


# --- the value of each shape -----------------------------------------------------------------------------------


def checked_value(gap: Gap, scheme: Scheme, value: object) -> object:
    """The value in the shape of the gap (see ``load_decisions``). Raises SchemeError: the fault and a right value."""
    match gap.shape:
        case "bands":
            return _bands(gap, scheme, value)
        case "rounding":
            return _rounding(gap, scheme, value)
        case "share" | "number":
            return _number(gap, scheme, value)
        case "choice":
            if value not in gap.choices:
                said = "、".join(f'"{choice}"（{gap.choice_labels.get(choice, choice)}）' for choice in gap.choices)
                raise _fault(gap, f"“{value}”不在选项之内，只能写 {said}")
            _keep_quota(gap, scheme, str(value), ("floor", "round", "ceil"))
            return value
        case "tiers":
            return _tiers(gap, scheme, value)
        case "text":
            if not isinstance(value, str) or not value.strip():
                raise _fault(gap, "要写一段文字")
            return value.strip()


def _fault(gap: Gap, fault: str, right: object = None) -> SchemeError:
    right = gap.example if right is None else right
    return SchemeError(f"{fault}。应写作：value = {toml_value(right)}")


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _bands(gap: Gap, scheme: Scheme, value: object) -> dict[str, Decimal]:
    wanted = [grade.name for grade in scheme.grade][:-1]
    right = gap.example if isinstance(gap.example, Mapping) and set(gap.example) == set(wanted) else None
    if not isinstance(value, Mapping):
        raise _fault(gap, "要写成一张表：等次和它的最低分", right)
    names = {word: grade.name for grade in scheme.grade for word in (grade.name, *grade.aliases)}
    bands: dict[str, Decimal] = {}
    for word, points in value.items():
        name, number = names.get(str(word)), _decimal(points)
        if name is None:
            raise _fault(gap, f"没有等次“{word}”，等次是：{'、'.join(grade.name for grade in scheme.grade)}", right)
        if name == scheme.grade[-1].name:
            raise _fault(gap, f"最末等次“{name}”不写最低分：达不到上一等次的就是它", right)
        if name in bands:
            raise _fault(gap, f"等次“{name}”写了两次", right)
        if number is None or not 0 <= number <= 1000:
            raise _fault(gap, f"“{name}”的最低分“{points}”不是0至1000之间的数字", right)
        bands[name] = number
    if missing := [name for name in wanted if name not in bands]:
        raise _fault(gap, f"缺少等次{'、'.join(missing)}的最低分", right)
    bands = {name: bands[name] for name in wanted}
    for better, worse in pairwise(wanted):
        if bands[better] <= bands[worse]:
            fault = f"“{better}”的最低分{bands[better]}应高于“{worse}”的{bands[worse]}"
            raise _fault(gap, fault, right)
    return bands


def _rounding(gap: Gap, scheme: Scheme, value: object) -> dict[str, str | int]:
    if not isinstance(value, Mapping) or set(value) != {"rule", "places"}:
        raise _fault(gap, "要写成一张表：怎样舍入（rule）、保留几位小数（places）")
    rule, places = value["rule"], value["places"]
    if not isinstance(rule, str) or rule not in ROUNDING_RULES:
        said = "、".join(f'"{name}"（{word}）' for name, word in ROUNDING_RULES.items())
        raise _fault(gap, f"没有舍入办法“{rule}”，只能写 {said}")
    if isinstance(places, bool) or not isinstance(places, int) or not 0 <= places <= 6:
        raise _fault(gap, f"小数位数“{places}”不是0至6的整数")
    if gap.purpose == "quota-rounding" and places != 0:
        raise _fault(gap, f"人数只能取整数，小数位数应为0，不是{places}")
    _keep_quota(gap, scheme, rule, tuple(ROUNDING_RULES))
    return {"rule": rule, "places": places}


def _keep_quota(gap: Gap, scheme: Scheme, rule: str, rules: Sequence[str]) -> None:
    """A quota that must not be exceeded is rounded down. Raises SchemeError that cites it."""
    quota = next((one for one in scheme.quota if one.hard and one.rounding_gap == gap.id), None)
    if quota is None or rule not in rules or rule in ("down", "floor"):
        return
    cited = f"《{scheme.title}》{quota.article}：“{quota.quote}”"
    right = {"rule": "down", "places": 0} if gap.shape == "rounding" else "floor"
    raise _fault(gap, f"“{rule}”会使{quota.label}超出规定的比例（{cited}），人数只能舍去尾数", right)


def _number(gap: Gap, scheme: Scheme, value: object) -> Decimal:
    number = _decimal(value)
    if number is None:
        raise _fault(gap, f"“{value}”不是数字（数字不加引号）")
    if abs(number) > _LARGEST:
        raise _fault(gap, f"{number}太大")
    share = gap.shape == "share"
    lowest = gap.lowest if gap.lowest is not None else Decimal(0) if share else None
    highest = gap.highest if gap.highest is not None else Decimal(1) if share else None
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        bounds = (
            f"不少于{lowest}" if highest is None else f"不超过{highest}" if lowest is None else f"{lowest}至{highest}"
        )
        cited = f"（《{scheme.title}》{gap.article}{f'：“{gap.quote}”' if gap.quote else ''}）"
        raise _fault(gap, f"{number}超出了允许的范围：{bounds}{cited}")
    return number


def _tiers(gap: Gap, scheme: Scheme, value: object) -> tuple[str, ...]:
    wanted = {len(rule.points) for rule in scheme.rule if rule.kind == "tier" and rule.names_gap == gap.id}
    names = tuple(value) if isinstance(value, list | tuple) else ()
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise _fault(gap, "要写成一列名称，最高一级在前")
    if len({name.strip() for name in names}) != len(names):
        raise _fault(gap, "有两个名称相同")
    if wanted and {len(names)} != wanted:
        raise _fault(gap, f"写了{len(names)}个名称，应有{'、'.join(str(count) for count in sorted(wanted))}个")
    return tuple(name.strip() for name in names)


def toml_value(value: object) -> str:
    """A value as it is written in a TOML file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Mapping):
        pairs = (
            f"{name if name.isascii() else toml_value(name)} = {toml_value(inner)}" for name, inner in value.items()
        )
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(inner) for inner in value) + "]"
    return str(value)
