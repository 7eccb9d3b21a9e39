"""How much a template may ask for: sums, texts and loops of a sane size, archives that do not burst. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from formgen.errors import TemplateError

LONGEST = 10_000  #: Characters, members or turns that one expression may make.
_LARGEST_POWER = 64
_MOST_PARTS, _LARGEST_PART, _LARGEST_WHOLE = 4000, 64_000_000, 200_000_000  #: Of an archive, unpacked, in bytes.
_WIDE = re.compile(r"\d{5,}|\*")  #: A width in a format.
#: Methods of a text that pad it to any width, or repeat another within it.
_GROWING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map"})


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which no expression makes a text, a list or a number without bound."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The sum; SecurityError where its result would be too large."""
        for one, other in ((left, right), (right, left)):
            if operator == "*" and isinstance(other, int) and hasattr(one, "__len__") and len(one) * other > LONGEST:
                raise SecurityError(f"把内容重复 {other} 次，太长了")
        if operator == "**" and (not isinstance(right, int | float) or abs(right) > _LARGEST_POWER):
            raise SecurityError("乘方太大")
        if operator == "%" and isinstance(left, str) and _WIDE.search(left):
            raise SecurityError("格式的宽度太大")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> Any:
        """No ``'…'.format``: its widths are not bounded."""
        if super().wrap_str_format(value) is not None:
            raise SecurityError("不能用 .format，请用 ~ 连接")
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may use it: no method that pads a text to any width."""
        return not (isinstance(obj, str) and attr in _GROWING) and super().is_safe_attribute(obj, attr, value)


def bound(made: BoundedEnvironment) -> None:
    """Take the functions and filters that grow without bound out of an environment, or bound them."""
    made.globals.pop("lipsum", None)
    made.globals["range"] = _range
    for name in ("center", "indent", "wordwrap", "format", "batch", "slice", "round", "truncate"):
        if name in made.filters:
            made.filters[name] = _bounded(made.filters[name])


def _range(*given: int) -> range:
    made = range(*given)
    if len(made) > LONGEST:
        raise SecurityError(f"循环 {len(made)} 次，太多了（最多 {LONGEST} 次）")
    return made


def _bounded(function: Any) -> Any:
    from functools import wraps

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        for one in (*given, *named.values()):
            if isinstance(one, int) and abs(one) > LONGEST:
                raise SecurityError(f"{one} 太大（最多 {LONGEST}）")
            if isinstance(one, str) and function.__name__ == "do_format" and _WIDE.search(one):
                raise SecurityError("格式的宽度太大")
        return function(*given, **named)

    return call


def refuse_bomb(data: bytes) -> None:
    """Raise TemplateError where an archive would unpack to more than a template is; BadZipFile where it is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    whole = sum(one.file_size for one in entries)
    if len(entries) > _MOST_PARTS or whole > _LARGEST_WHOLE or any(one.file_size > _LARGEST_PART for one in entries):
        raise TemplateError("文件展开后过大，不像一个模板；请换回原来的模板")
