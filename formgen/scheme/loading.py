"""Load the scheme.toml of each edition; all faults of a file are told at once, in the clerk's words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from formgen.errors import FileAccessError, SchemeError
from formgen.model import Blank, Form, FormField, Item
from formgen.resources import scheme_folders
from formgen.scheme import laws, types
from formgen.scheme.decisions import load_decisions
from formgen.scheme.faults import Wrong, from_pydantic, report
from formgen.scheme.references import Origin, cross_check
from formgen.scheme.types import Scheme

__all__ = ["load_decisions", "load_regulation", "load_scheme", "load_schemes"]

LARGEST_FILE = 1_000_000  # bytes; the five schemes have some 20,000 each
_MOST_DOTS = 20
_MOST_DIGITS = 1000  #: Before or after the point.

_HOW_TO_MEND = (
    "办法的数据与条文不符，不能据以评定。请改正后用 formgen scheme lint 核对；"
    "条文确有改动的，regulation.md 和引文要一起改。"
)
_AGREED: set[str] = set()  # hashes of what was found to agree in this process; nothing else hangs on it

_FORM_TABLES = {"form": Form, "header": Blank, "extra_header": Blank, "items": Item, "fields": FormField}


def load_scheme(folder: Path) -> Scheme:
    """The scheme in ``folder``. Raises SchemeError with all faults of its file, FileAccessError if it is not there."""
    path = folder / "scheme.toml"
    raw = _read(path)
    wrongs: list[Wrong] = []
    scheme: Scheme | None = None
    origin = Origin()
    try:
        scheme = Scheme.model_validate(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        wrongs = from_pydantic(faults, raw, _known_keys())
        scheme, origin = _without_faulty_tables(raw, {tuple(fault["loc"][:2]) for fault in faults})
    if scheme:
        wrongs += cross_check(scheme, folder.name, origin)
    if wrongs or scheme is None:
        raise SchemeError(report(path, wrongs))
    return scheme


def load_schemes(workspace: Path | None = None) -> tuple[Scheme, ...]:
    """All editions, by id; one of the workspace replaces a built-in one. Raises SchemeError with the faults of all."""
    schemes: list[Scheme] = []
    faults: list[str] = []
    for folder in scheme_folders(workspace):
        try:
            schemes.append(load_scheme(folder))
        except SchemeError as error:
            faults.append(str(error))
        else:
            if not (folder / "regulation.md").is_file():
                faults.append(
                    f"{folder} 里没有 regulation.md（办法全文）：引文无从核对。请把办法全文放进去，每条前加锚点"
                )
                continue
            try:
                refuse_contradictions(schemes[-1], folder / "scheme.toml", load_regulation(folder))
            except SchemeError as error:
                faults.append(str(error))
    owners: dict[str, str] = {}
    for scheme in schemes:
        for form in scheme.form:
            owner = owners.setdefault(form.id, scheme.id)
            if owner != scheme.id:
                faults.append(
                    f"表“{form.id}”在 {owner} 和 {scheme.id} 两个版本中都有，收回的表就分不清属于哪个版本；"
                    f'请在 {scheme.id} 中另起名字，如 id = "{form.id}-{scheme.in_force.year}"'
                )
    if faults:
        raise SchemeError("\n".join(faults))
    return tuple(schemes)


def refuse_contradictions(scheme: Scheme, path: Path, regulation: str | None) -> None:
    """Raise SchemeError where a scheme says other than its articles: by such a one nothing is reckoned.

    ``path`` is the file for the message. ``regulation`` None: its text is not at hand; see ``lint.contradictions``.
    """
    from formgen.scheme.lint import contradictions

    content = sha256("\0".join((scheme.id, _text(path), regulation or "")).encode()).hexdigest()
    if content in _AGREED:
        return
    if found := contradictions(scheme, regulation):
        raise SchemeError(f"{report(path, found)}\n{_HOW_TO_MEND}")
    _AGREED.add(content)


def load_regulation(folder: Path) -> str:
    """The text of regulation.md beside the scheme.toml. Raises FileAccessError."""
    return _text(folder / "regulation.md")


def load_toml(path: Path) -> dict[str, Any]:
    """A TOML file beside a scheme.toml, its numbers as Decimal. Raises SchemeError, FileAccessError."""
    return _read(path)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileAccessError(f"读不到 {path}：{error.strerror}") from error
    if len(data) > LARGEST_FILE:
        raise SchemeError(f"{path} 超过{LARGEST_FILE // 1_000_000} MB，不像办法文件")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SchemeError(f"{path} 第{line}行不是 UTF-8 编码，请在编辑器中另存为 UTF-8") from error


def _read(path: Path) -> dict[str, Any]:
    text = _text(path).replace("\r\n", "\n")
    if number := line_of_dots(text):
        raise SchemeError(f"{path} 不是正确的方案文件：第{number}行的项目名里有太多的点")
    try:
        return tomllib.loads(text, parse_float=sane_decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SchemeError(f"{path} 不是正确的 TOML 文件：{syntax_fault(error)}") from error
    except (ValueError, ArithmeticError) as error:  # an impossible date or number
        raise SchemeError(f"{path} 里有不可能的日期或数字：{error}") from error


def line_of_dots(text: str) -> int:
    """The number of the first line whose name has so many dots that tomllib takes minutes; 0 where there is none."""
    for number, line in enumerate(text.split("\n"), 1):
        start = line.lstrip()[:1]
        if start and start.isascii() and line.partition("=")[0].count(".") > _MOST_DOTS:
            return number
    return 0


def sane_decimal(written: str) -> Decimal:
    """A number of TOML. Raises ValueError for one that nobody can reckon with: its digits would fill the memory."""
    number = Decimal(written)
    if number.is_finite() and abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError(f"{written[:20]} 大得或小得不像话")
    return number


def syntax_fault(error: Exception) -> str:
    """What tomllib found wrong, in Chinese, with line and column where it gives them."""
    words = str(error)
    if isinstance(error, RecursionError):
        return "括号套得太深"
    message, _, place = words.partition(" (at ")
    spot = place.rstrip(")").replace("line ", "第").replace(", column ", "行第")
    spot = f"{spot}列" if spot.startswith("第") else "文件末尾"
    known = {
        "Cannot overwrite a value": "同一项写了两次",
        "Expected '=' after a key in a key/value pair": "项目名后面少了等号",
        "Invalid value": '等号后面的值写法不对；文字要加英文引号，如 title = "……"',
        "Unclosed array": "方括号没有配对",
        "Unclosed inline table": "花括号没有配对",
        "Unterminated string": "引号没有配对",
        "Illegal character '\\n'": "引号没有在本行配对",
        "Expected newline or end of document after a statement": "一行只能写一项",
        "Invalid statement": "这一行不是“项目 = 值”，也不是 [[表名]]；含汉字的项目名要加引号",
        "Invalid date or datetime": "没有这一天",
    }
    return f"{spot}：" + next((said for start, said in known.items() if message.startswith(start)), message)


def _known_keys() -> dict[str, list[str]]:
    """The key or kind of a table → the keys that it may have, for messages."""
    known = {"": list(Scheme.model_fields)}
    known |= {table: [field.name for field in fields(kind)] for table, kind in _FORM_TABLES.items()}
    for name, field in Scheme.model_fields.items():
        inner = get_args(field.annotation)
        if inner and isinstance(inner[0], type) and issubclass(inner[0], BaseModel):
            known[name] = [inner_field.alias or key for key, inner_field in inner[0].model_fields.items()]
    for rules in (types.PointRule, types.MoneyRule, laws.Check, laws.Condition):
        for kind in get_args(get_args(rules)[0]):
            keys = [field.alias or name for name, field in kind.model_fields.items()]
            known.setdefault(get_args(kind.model_fields["kind"].annotation)[0], []).extend(keys)
    return known


def _without_faulty_tables(raw: Mapping[str, Any], faulty: set[tuple[int | str, ...]]) -> tuple[Scheme | None, Origin]:
    """The scheme without its faulty tables, so that the references of the others are looked at in the same run."""
    kept: dict[str, Any] = {}
    numbers: dict[str, tuple[int, ...]] = {}
    dropped: set[str] = set()
    for key, value in raw.items():
        if isinstance(value, list):
            good = [index for index in range(len(value)) if (key, index) not in faulty]
            for index in set(range(len(value))) - set(good):
                table = value[index] if isinstance(value[index], Mapping) else {}
                dropped |= {str(table.get(name)) for name in ("id", "name") if name in table}
            kept[key], numbers[key] = [value[index] for index in good], tuple(good)
        elif (key,) not in faulty:
            kept[key] = value
    try:
        return Scheme.model_validate(kept), Origin(numbers, frozenset(dropped))
    except ValidationError:
        return None, Origin()
