"""How much a template may ask for: sums, texts and loops of a sane size, archives that do not burst. Pure."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import CodeType
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from formgen.errors import TemplateError

LONGEST = 10_000  #: Members that one list, or turns that one loop, may have.
LONGEST_TEXT = 1_000_000  #: Characters that one expression may make.
MOST_TURNS = 400_000  #: Turns of all loops, and calls, in one rendering.
MOST_WRITTEN = 50_000_000  #: Characters that one rendering may write.
_CALL = 8  #: Turns that a call counts as.
_LARGEST_POWER = 64
_LARGEST_NUMBER = 4096  #: Bits of a whole number.
_MOST_PARTS, _LARGEST_PART, _LARGEST_WHOLE = 4000, 64_000_000, 200_000_000  #: Of an archive, unpacked, in bytes.
_WIDE = re.compile(r"\d{5,}|\*")  #: A width in a format.
#: Methods of a text that pad it to any width, or repeat another within it.
_GROWING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map", "translate"})
_BUILT_IN = (str, list, tuple, dict, set, frozenset, range)


def _joined(pieces: Iterable[str]) -> str:
    """All that was written, as one text. SecurityError where it is too much."""

    def counted() -> Iterator[str]:
        written = 0
        for piece in pieces:
            written += len(piece)
            if written > MOST_WRITTEN:
                raise SecurityError(f"印出来超过 {MOST_WRITTEN} 个字，太多了")
            yield piece

    return "".join(counted())


@contextmanager
def _shallow() -> Iterator[None]:
    """A template that is nested too deep for Python is one that is written wrongly."""
    try:
        yield
    except (RecursionError, MemoryError, SyntaxError) as fault:
        raise TemplateSyntaxError("括号、判断或循环套得太深", 1) from fault


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which no expression makes a text, a list or a number without bound, and no loops run on."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    concat = staticmethod(_joined)

    def _generate(self, source: nodes.Template, *given: Any, **named: Any) -> str:
        """The code of a template, in which each loop counts its turns and each text its length."""
        with _shallow():
            _Counting(self).visit(source)
            return super()._generate(source, *given, **named)

    def _parse(self, *given: Any) -> nodes.Template:
        with _shallow():
            return super()._parse(*given)

    def _compile(self, *given: Any) -> CodeType:
        with _shallow():
            return super()._compile(*given)

    def call(self, context: Context, function: Any, *given: Any, **named: Any) -> Any:
        """What a template calls; a call counts as several turns."""
        if getattr(function, "__self__", None) is self:
            return function(*given)
        charge(context, _CALL)
        owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
        if isinstance(owner, str) and name == "replace" and len(given) > 1:
            _refuse_replacing(owner, *given[:2])
        if isinstance(owner, str) and name == "join" and given:
            return _join(list(given[0]), owner)
        made = super().call(context, function, *given, **named)
        if isinstance(made, range):
            charge(context, len(made))
        return small(made)

    def turns(self, context: Context, given: Any) -> Any:
        """What a loop goes through, its turns counted."""
        if isinstance(given, _BUILT_IN):
            charge(context, len(given))
            return given
        return _counted(context, given)

    def small(self, value: Any) -> Any:
        """``small``, for the code of a template."""
        return small(value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The sum; SecurityError where its result would be too large."""
        for one, other in ((left, right), (right, left)):
            if operator == "*" and isinstance(other, int) and hasattr(one, "__len__"):
                if len(one) * other > LONGEST:
                    raise SecurityError(f"把内容重复 {other} 次，太长了")
                charge(context, max(0, other) // 100)
        if operator in "**" and isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
            if bits > _LARGEST_NUMBER:
                raise SecurityError("数太大")
        elif operator == "**" and (not isinstance(right, int | float) or abs(right) > _LARGEST_POWER):
            raise SecurityError("乘方太大")
        if operator == "%" and isinstance(left, str):
            if _WIDE.search(left):
                raise SecurityError("格式的宽度太大")
            small(right)
        return small(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Any:
        """No ``'…'.format``: its widths are not bounded."""
        if super().wrap_str_format(value) is not None:
            raise SecurityError("不能用 .format，请用 ~ 连接")
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may use it: no method that pads a text to any width."""
        return not (isinstance(obj, str) and attr in _GROWING) and super().is_safe_attribute(obj, attr, value)


class _Counting(NodeTransformer):
    """Puts the counting of turns and lengths into a template that was parsed."""

    def __init__(self, environment: BoundedEnvironment) -> None:
        self._environment = environment

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        """A loop, its turns counted."""
        self.generic_visit(node)
        context = nodes.ContextReference()
        node.iter = self._called("turns", node, context, node.iter)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        """``a ~ b``, its parts and the whole measured."""
        self.generic_visit(node)
        node.nodes = [self._called("small", one, one) for one in node.nodes]
        return self._called("small", node, node)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        """``[a, b]``, measured with all that is in it: a list of two of itself, again and again, grows fast."""
        self.generic_visit(node)
        return self._called("small", node, node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        """``{a: b}``, measured likewise."""
        self.generic_visit(node)
        return self._called("small", node, node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        """``(a, b)``, measured likewise; not ``for a, b``."""
        self.generic_visit(node)
        return self._called("small", node, node) if node.ctx == "load" else node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        """``{{ a }}``, measured; a bare name and a constant cannot have grown."""
        self.generic_visit(node)
        plain = (nodes.TemplateData, nodes.Const, nodes.Filter, nodes.Call)
        node.nodes = [one if isinstance(one, plain) else self._called("small", one, one) for one in node.nodes]
        return node

    def visit_Block(self, node: nodes.Block) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        """A block; not one that sees the loop around it, for its turns would not be counted."""
        if node.scoped:
            raise SecurityError("不能用 scoped 的 block")
        return self.generic_visit(node)

    def _called(self, name: str, at: nodes.Node, *given: Any) -> nodes.Call:
        made = nodes.Call(nodes.EnvironmentAttribute(name), list(given), [], None, None)
        made.set_lineno(at.lineno)
        made.set_environment(self._environment)
        return made


def charge(context: Context, turns: int) -> None:
    """Take turns off what one rendering, and all of an environment with a ``purse``, may still do."""
    left = getattr(context, "turns_left", MOST_TURNS) - turns
    context.turns_left = left  # type: ignore[attr-defined]
    purse: list[int] | None = getattr(context.environment, "purse", None)
    if purse is not None:
        purse[0] -= turns
        left = min(left, purse[0])
    if left < 0:
        raise SecurityError(f"循环和调用一共超过 {MOST_TURNS} 次，太多了")


def _counted(context: Context, given: Any) -> Iterator[Any]:
    for one in given:
        charge(context, 1)
        yield one


def small(value: Any) -> Any:
    """The value, if it is a text or a list of a sane size, with all that is in it. Raises SecurityError."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise SecurityError(f"有 {len(value)} 个字，太长了（最多 {LONGEST_TEXT}）")
    elif isinstance(value, list | tuple | dict | set | frozenset):
        waiting, seen = [value], 0
        while waiting:
            held: Any = waiting.pop()
            seen += len(held)
            if seen > LONGEST * 10:
                raise SecurityError(f"内容超过 {LONGEST * 10} 项，太多了")
            members = held.values() if isinstance(held, dict) else held
            waiting += [one for one in members if isinstance(one, list | tuple | dict | set | frozenset)]
    return value


def bound(made: BoundedEnvironment, *, purse: int | None = None) -> None:
    """Take the functions and filters that grow without bound out of an environment, or bound them.

    ``purse``: the turns of all its renderings together; without it each has its own.
    """
    made.globals.pop("lipsum", None)
    made.globals["range"] = _range
    for name in ("center", "indent", "wordwrap", "format", "batch", "slice", "round", "truncate"):
        if name in made.filters:
            made.filters[name] = limited(made.filters[name])
    for name in ("replace", "join", "string", "urlize", "escape", "e", "forceescape", "xmlattr", "tojson", "pprint"):
        if name in made.filters:
            made.filters[name] = _measured(made.filters[name], name)
    if purse is not None:
        made.purse = [purse]  # type: ignore[attr-defined]


def _range(*given: int) -> range:
    made = range(*given)
    if len(made) > LONGEST:
        raise SecurityError(f"循环 {len(made)} 次，太多了（最多 {LONGEST} 次）")
    return made


def limited(function: Any) -> Any:
    """The function, which refuses numbers that ask for more than ``LONGEST``."""

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        for one in (*given, *named.values()):
            if isinstance(one, int) and abs(one) > LONGEST:
                raise SecurityError(f"{one} 太大（最多 {LONGEST}）")
            if isinstance(one, str) and function.__name__ == "do_format" and _WIDE.search(one):
                raise SecurityError("格式的宽度太大")
        return small(function(*map(small, given), **named))

    return call


def _measured(function: Any, name: str) -> Any:
    """A filter that makes a text: what goes in and what comes out is measured."""

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        texts = [small(one) for one in (*given, *named.values()) if isinstance(one, str)]
        if name == "replace" and len(texts) > 2:
            _refuse_replacing(*texts[:3])
        if name == "join":
            place = next(i for i, one in enumerate(given) if not hasattr(one, "eval_ctx") and not _is_context(one))
            members = small(list(given[place]))
            _refuse_joining(members, texts[-1] if len(texts) else "")
            given = (*given[:place], members, *given[place + 1 :])
        for one in given:
            small(one)
        return small(function(*given, **named))

    return call


def _is_context(value: object) -> bool:
    from jinja2.nodes import EvalContext

    return isinstance(value, EvalContext | Context)


def _join(members: list[Any], between: str) -> str:
    _refuse_joining(members, between)
    return between.join(members)


def _refuse_joining(members: list[Any], between: str) -> None:
    if len(between) * len(members) + sum(len(one) for one in members if isinstance(one, str)) > LONGEST_TEXT:
        raise SecurityError("连起来太长了")


def _refuse_replacing(text: str, old: Any, new: Any) -> None:
    if (len(text) // max(1, len(str(old))) + 1) * len(str(new)) > 10 * LONGEST_TEXT:
        raise SecurityError("替换后太长了")


MOST_CELLS = 200_000  #: Of a sheet of a template, blank ones too.


def refuse_bomb(data: bytes) -> None:
    """Raise TemplateError where an archive would unpack to more than a template is; BadZipFile where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            whole, largest = sum(one.file_size for one in entries), max((one.file_size for one in entries), default=0)
            if len(entries) > _MOST_PARTS or whole > _LARGEST_WHOLE or largest > _LARGEST_PART:
                raise TemplateError("文件展开后过大，不像一个模板；请换回原来的模板")
            for one in entries:
                if one.filename.startswith("xl/worksheets/") and one.filename.endswith(".xml"):
                    _refuse_wide_merges(archive.read(one))
    except (NotImplementedError, ValueError, struct.error) as fault:  # what zipfile makes of a made-up directory
        raise zipfile.BadZipFile(str(fault)) from fault


def _refuse_wide_merges(sheet: bytes) -> None:
    """Raise TemplateError where merged cells cover more than a template can need: openpyxl makes a cell of each."""
    from lxml import etree
    from openpyxl.utils.cell import range_boundaries

    cells = 0
    try:
        for _, merged in etree.iterparse(
            io.BytesIO(sheet), tag="{*}mergeCell", resolve_entities=False, no_network=True
        ):
            left, top, right, bottom = (side or 0 for side in range_boundaries(merged.get("ref", "")))
            cells += (right - left + 1) * (bottom - top + 1)
            if cells > MOST_CELLS:
                raise TemplateError("合并的单元格太多，不像一个模板；请删去远处的合并")
    except (etree.XMLSyntaxError, ValueError, TypeError):
        return  # no sheet that openpyxl reads: it says so


def refuse_wide(book: Any) -> None:
    """Raise TemplateError for a workbook (of openpyxl) with a sheet that has more cells than a template can need."""
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            size = f"{sheet.max_row:,} 行 × {sheet.max_column:,} 列"
            raise TemplateError(f"工作表“{sheet.title}”有 {size}，不像一个模板；请删去远处的单元格")
