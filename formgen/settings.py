"""formgen.toml: what the office has set, with the environment and flags laid over it; its faults in Chinese."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from formgen.errors import ConfigurationError, FileAccessError, UsageError
from formgen.parsing import Limits

_MEGABYTE = 1_000_000
#: Key of [limits] → field of Limits, how many of its units one is, a right value, whether it must be whole.
_LIMITS: dict[str, tuple[Literal["file_bytes", "unpacked_bytes", "rows", "seconds"], int, str, bool]] = {
    "file_mb": ("file_bytes", _MEGABYTE, "50", False),
    "unpacked_mb": ("unpacked_bytes", _MEGABYTE, "500", False),
    "rows": ("rows", 1, "20000", True),
    "seconds": ("seconds", 1, "60", False),
}
_LARGEST = Decimal(10**9)
_MOST_WORKERS = 32
_AUTHORITIES = ("ask", "scan", "file")
_SCAN = ("threshold", "by_hand", "authority", "workers")
_EXAMPLES = {"scheme": 'scheme = "dayang-2023"', "organ": 'organ = "大杨镇人民政府"'}


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """``[scan]``: how far the reading of scanned paper is trusted."""

    threshold: float = 0.999  #: A reading with less confidence is doubtful.
    by_hand: tuple[str, ...] = ()  #: Form ids whose every reading a person must see.
    authority: Literal["ask", "scan", "file"] = "ask"  #: What counts where file and signed scan differ.
    workers: int = 1  #: Pages that are read at the same time.


@dataclass(frozen=True, slots=True)
class Config:
    """What formgen.toml, the environment and flags say together."""

    scheme: str | None = None  #: Edition id; None: each command must name one.
    organ: str = ""  #: Who signs what goes out.
    limits: Limits = field(default_factory=Limits)
    scan: ScanSettings = field(default_factory=ScanSettings)
    decision_tables: tuple[dict[str, Any], ...] = ()  #: ``[[decision]]``, raw: ``scheme.loading.load_decisions``.


def overlaid(config: Config, environment: Mapping[str, str], **flags: object) -> Config:
    """Settings with the environment (``FORMGEN_SCHEME``, ``FORMGEN_ROWS`` …) and then flags laid over them.

    Flags are named as in formgen.toml (``scheme organ file_mb unpacked_mb rows seconds``); None: not given. Raises
    ConfigurationError for a wrong variable, UsageError for a wrong flag, TypeError for an unknown one.
    """
    limits: dict[str, Any] = {}
    words: dict[str, str] = {}
    if unknown := set(flags) - set(_LIMITS) - set(_EXAMPLES):
        raise TypeError(f"unknown settings: {sorted(unknown)}")
    for name in (*_EXAMPLES, *_LIMITS):
        variable = f"FORMGEN_{name.upper()}"
        flag, given = flags.get(name), environment.get(variable)
        if flag is None and not given:
            continue
        if name in _EXAMPLES:
            words[name] = str(flag if flag is not None else given).strip()
            continue
        target, unit, right, whole = _LIMITS[name]
        number = _number(str(flag if flag is not None else given), whole)
        if number is None:
            wanted = "正整数" if whole else "正数"
            if flag is not None:
                raise UsageError(f"--{name.replace('_', '-')} {flag}：应为{wanted}，例如 {right}")
            raise ConfigurationError(f"环境变量 {variable} = “{given}”：应为{wanted}，例如 {variable}={right}")
        limits[target] = _amount(number, unit, target)
    merged = replace(config, limits=replace(config.limits, **limits))
    if "scheme" in words:
        merged = replace(merged, scheme=words["scheme"] or None)
    return replace(merged, organ=words.get("organ", merged.organ))


def read_settings(path: Path) -> Config:
    """What the file says. Raises ConfigurationError with the file, the key and a right example, FileAccessError."""
    table = _toml(path)
    known: dict[str, tuple[str, ...]] = {
        "workspace": tuple(_EXAMPLES),
        "limits": tuple(_LIMITS),
        "scan": _SCAN,
        "decision": (),
    }
    for name, value in table.items():
        if name not in known:
            raise ConfigurationError(_unknown(path, "", name, known))
        if name == "decision":
            continue
        if not isinstance(value, dict):
            raise ConfigurationError(f"{path}：{name} 应写成一节 [{name}]，下面每行一项。")
        for key in value:
            if key not in known[name]:
                raise ConfigurationError(_unknown(path, name, key, known[name]))
    words: dict[str, str] = {}
    for key, word in table.get("workspace", {}).items():
        if not isinstance(word, str):
            raise ConfigurationError(f"{path}：[workspace] {key} = {word} 应为加引号的文字，例如 {_EXAMPLES[key]}")
        words[key] = word.strip()
    decisions = table.get("decision", [])
    if not isinstance(decisions, list) or not all(isinstance(entry, dict) for entry in decisions):
        raise ConfigurationError(f"{path}：decision 应写作 [[decision]]（两层方括号），每个决定一节。")
    return Config(
        scheme=words.get("scheme") or None,
        organ=words.get("organ", ""),
        limits=_limits(path, table.get("limits", {})),
        scan=_scan(path, table.get("scan", {})),
        decision_tables=tuple(decisions),
    )


def _limits(path: Path, table: Mapping[str, object]) -> Limits:
    found: dict[str, Any] = {}
    for key, value in table.items():
        target, unit, right, whole = _LIMITS[key]
        number = None if isinstance(value, str) else _number(value, whole)
        if number is None:
            wanted = "大于0的整数" if whole else "大于0的数"
            raise ConfigurationError(
                f"{path}：[limits] {key} = {_shown(value)} 应为{wanted}（不加引号），例如 {key} = {right}"
            )
        found[target] = _amount(number, unit, target)
    return Limits(**found)


def _scan(path: Path, table: Mapping[str, Any]) -> ScanSettings:
    def wrong(key: str, wanted: str) -> ConfigurationError:
        return ConfigurationError(f"{path}：[scan] {key} = {_shown(table[key])} 应为{wanted}")

    found = ScanSettings()
    if "threshold" in table:
        number = None if isinstance(table["threshold"], str) else _number(table["threshold"], whole=False)
        if number is None or not Decimal("0.5") <= number <= 1:
            raise wrong("threshold", "0.5 到 1 之间的数，例如 threshold = 0.999")
        found = replace(found, threshold=float(number))
    if "by_hand" in table:
        forms = table["by_hand"]
        if not isinstance(forms, list) or not all(isinstance(form, str) for form in forms):
            raise wrong("by_hand", '表的编号的列表，例如 by_hand = ["damao-annual"]')
        found = replace(found, by_hand=tuple(forms))
    if "authority" in table:
        if table["authority"] not in _AUTHORITIES:
            raise wrong("authority", f"{'、'.join(_AUTHORITIES)} 之一")
        found = replace(found, authority=table["authority"])
    if "workers" in table:
        number = None if isinstance(table["workers"], str) else _number(table["workers"], whole=True)
        if number is None or number > _MOST_WORKERS:
            raise wrong("workers", f"1 到 {_MOST_WORKERS} 的整数")
        found = replace(found, workers=int(number))
    return found


def _number(value: object, whole: bool) -> Decimal | None:
    """A setting as a number above zero, None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    if not number.is_finite() or not 0 < number <= _LARGEST or (whole and number != number.to_integral_value()):
        return None
    return number


def _amount(number: Decimal, unit: int, target: str) -> int | float:
    return float(number) if target == "seconds" else max(1, int(number * unit))


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(path: Path, section: str, key: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    place = f"[{section}] 里的 {key}" if section else f"[{key}]"
    close = difflib.get_close_matches(key, list(known), 1, 0.5)
    meant = f"是否想写 {close[0]}？" if close else ""
    return f"{path}：不认识{place}。{meant}可以写的有：{'、'.join(known)}。"


def _toml(path: Path) -> dict[str, Any]:
    from formgen.scheme.loading import LARGEST_FILE, line_of_dots, syntax_fault

    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise ConfigurationError(f"{path}：超过 {LARGEST_FILE // 1_000_000} MB，不像设置文件。")
        text = data.decode("utf-8-sig")  # 记事本 writes a byte order mark
    except UnicodeDecodeError as fault:
        raise ConfigurationError(f"{path}：不是 UTF-8 编码。请在编辑器里“另存为”，编码选 UTF-8。") from fault
    except OSError as fault:
        raise FileAccessError(f"{path}：读不了（{fault.strerror or fault}）。请检查权限。") from fault
    if number := line_of_dots(text):
        raise ConfigurationError(f"{path}：第 {number} 行的项目名里有太多的点。")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{path}：{syntax_fault(fault)}") from fault
    except (ValueError, ArithmeticError) as fault:
        raise ConfigurationError(f"{path}：有不可能的日期或数字（{fault}）") from fault
