"""A law to try: an amended scheme, or other decisions, from a path that is no part of the workspace."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from formgen.errors import ConfigurationError, FileAccessError, SchemeError, UsageError
from formgen.model import Decision
from formgen.scheme.loading import (
    LARGEST_FILE,
    load_decisions,
    load_regulation,
    load_scheme,
    refuse_contradictions,
    syntax_fault,
)
from formgen.scheme.types import Scheme

SCHEME = "scheme.toml"
SETTINGS = "formgen.toml"
REGULATION = "regulation.md"
_NO_TEXT = "没有 regulation.md（办法全文），只核对了数字和等次在不在引文里，引文本身没有核对。"


@dataclass(frozen=True, slots=True)
class Lawbook:
    """A scheme with the decisions on it, and what was left aside."""

    scheme: Scheme
    decisions: tuple[Decision, ...]
    name: str  #: What it is called in messages.
    notes: tuple[str, ...] = ()  #: Chinese.


def lawbook(path: Path, scheme: Scheme, decisions: Sequence[Decision]) -> Lawbook:
    """The law at a path: a scheme's folder or scheme.toml, or a formgen.toml with other decisions.

    An amended scheme keeps the given decisions as far as it has their gaps; decisions in a file take the place of the
    given ones on the same gaps. Raises UsageError, FileAccessError, SchemeError with the file, the key and the reason.
    """
    file = path
    if path.is_dir():
        file = next((path / name for name in (SCHEME, SETTINGS) if (path / name).is_file()), path)
    if not file.is_file():
        raise UsageError(
            f"{path}：这里没有 {SCHEME}，也没有 {SETTINGS}。--as-if 要给办法文件夹或写有 [[decision]] 的文件。"
        )
    table = _table(file)
    if "form" in table and "id" in table:
        return _amended(file, str(table["id"]), scheme, decisions)
    if "decision" in table:
        return _decided(file, table["decision"], scheme, decisions)
    raise UsageError(f"{file}：既不是办法（scheme.toml），也没有 [[decision]]。")


def _amended(file: Path, scheme_id: str, now: Scheme, decisions: Sequence[Decision]) -> Lawbook:
    if file.name == SCHEME and file.parent.name == scheme_id:
        scheme = load_scheme(file.parent)
    else:
        if "/" in scheme_id or "\\" in scheme_id or scheme_id.startswith("."):
            raise SchemeError(f"{file}：编号“{scheme_id}”不对；应像 dayang-2023")
        with tempfile.TemporaryDirectory() as folder:  # a scheme must stand in a folder of its own name
            place = Path(folder) / scheme_id
            place.mkdir()
            shutil.copyfile(file, place / SCHEME)
            try:
                scheme = load_scheme(place)
            except SchemeError as fault:
                raise SchemeError(str(fault).replace(str(place / SCHEME), str(file))) from fault
    text = load_regulation(file.parent) if (file.parent / REGULATION).is_file() else None
    refuse_contradictions(scheme, file, text)
    if not {form.id for form in scheme.form} & {form.id for form in now.form}:
        raise UsageError(
            f"{file}（{scheme.id}）没有《{now.title}》的表（{'、'.join(form.id for form in now.form)}），"
            "不能用收到的表试算；修订稿里表格的编号应保持不变。"
        )
    book = carried_over(scheme, decisions, file)
    return book if text is not None else replace(book, notes=(*book.notes, f"{file} 旁边{_NO_TEXT}"))


def carried_over(scheme: Scheme, decisions: Sequence[Decision], source: Path) -> Lawbook:
    """A scheme with the decisions that were given on another edition, as far as it has their gaps."""
    gaps = {gap.id for gap in scheme.gap}
    kept = [_as_table(one, scheme.id) for one in decisions if one.gap in gaps]
    notes = tuple(
        f"{source.name} 没有“{one.gap}”这一缺口，对它的决定不用。" for one in decisions if one.gap not in gaps
    )
    return Lawbook(scheme, load_decisions(kept, [scheme], source, carried=True), str(source), notes)


def _decided(file: Path, table: Any, scheme: Scheme, decisions: Sequence[Decision]) -> Lawbook:
    entries = table if isinstance(table, list) else [table]
    mine = [one for one in entries if not isinstance(one, dict) or one.get("scheme") in (scheme.id, None)]
    fresh = load_decisions(mine, [scheme], file)
    named = {one.gap for one in fresh}
    others = len(entries) - len(mine)
    notes = [f"{file.name} 里有 {others} 个决定是别的办法的，没有用。"] if others else []
    if not fresh:
        notes.append(f"{file.name} 里没有对《{scheme.title}》的决定。")
    together = (*(one for one in decisions if one.gap not in named), *fresh)
    return Lawbook(scheme, together, str(file), tuple(notes))


def _as_table(decision: Decision, scheme: str) -> dict[str, object]:
    one = replace(decision, scheme=scheme)
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    table: dict[str, object] = {"scheme": scheme, "gap": one.gap, "value": value, "authority": one.authority}
    return table | {"date": one.date, "example": one.example}


def _table(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as fault:
        raise FileAccessError(f"{file}：读不了（{fault.strerror or fault}）。") from fault
    if len(data) > LARGEST_FILE:
        raise ConfigurationError(f"{file}：超过 {LARGEST_FILE // 1_000_000} MB，不像办法或设置。")
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"), parse_float=Decimal)
    except UnicodeDecodeError as fault:
        raise ConfigurationError(f"{file}：不是 UTF-8 编码。") from fault
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise SchemeError(f"{file}：{syntax_fault(fault)}") from fault
    except (ValueError, ArithmeticError) as fault:
        raise SchemeError(f"{file}：有不可能的日期或数字（{fault}）") from fault
