"""A wording — a draft with the tags of a template — and a context made into a ``Paper``. Pure.

The language is Jinja, sandboxed and strict, as in the Word templates. A value only ever becomes words: a mark of
Markdown, a line end, ``# 附件`` or ``@引用`` within it means nothing, for while the draft is read these stand as
Unicode noncharacters, which no value can bring in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from formgen.errors import TemplateError, UsageError
from formgen.rendering.context import text_of
from formgen.rendering.marks import blank, plain
from formgen.rendering.official import drafts
from formgen.rendering.official.elements import Block, Paper, Text

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_BEGIN = "\ufde0"  #: Before each value: a line that begins with it is no heading, and a cell with it is not blank.
_LINE = "\ufde1"
_STANDS_FOR = {_LINE: "\n", "\ufde2": "|", "\ufde3": "\\", "\ufde4": "*", "\ufde5": "<", "\ufde6": "#", "\ufde7": "@"}
_INERT = str.maketrans({meant: mark for mark, meant in _STANDS_FOR.items()} | {"\t": " "})
_RESTORED = str.maketrans({_BEGIN: None} | _STANDS_FOR)
_UNSAFE_FILTERS = ("safe", "urlize", "xmlattr", "tojson", "striptags", "pprint")
_LONGEST = 20_000_000  #: Characters that a wording may grow to.
_HINT = "改工作区 templates/notices 里的同名文件；写法见 docs/official.md"


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording and what it is called in messages."""

    name: str
    text: str

    def paper(self, context: Mapping[str, object]) -> Paper:
        """The paper that it makes of a context. Raises TemplateError with the line and what is wrong there."""
        from jinja2 import TemplateError as JinjaError
        from jinja2 import TemplateSyntaxError

        try:
            written = _environment().from_string(self.text).render(context)
        except TemplateSyntaxError as fault:
            raise TemplateError(f"措辞“{self.name}”第 {fault.lineno} 行写错了：{fault.message}；{_HINT}") from fault
        except (
            JinjaError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
            RecursionError,
        ) as fault:
            raise TemplateError(self._explained(fault, context)) from fault
        if len(written) > _LONGEST:
            raise TemplateError(f"措辞“{self.name}”印出来有 {len(written)} 个字，太长了")
        head, gap, body = re.match(r"\s*(.*?)(\n[ \t]*(?:\n|$)|$)(.*)", written, re.DOTALL).groups()  # type: ignore[union-attr]
        try:
            paper = drafts.read(head.replace(_BEGIN, "") + gap + body).paper
        except UsageError as fault:
            raise TemplateError(f"措辞“{self.name}”有误：{fault}；{_HINT}") from fault
        return cast(Paper, _restored(paper))

    def _explained(self, fault: Exception, context: Mapping[str, object]) -> str:
        line = _line_of(fault)
        where = f"第 {line} 行" if line else ""
        missing = re.search(r"'(\w+)' is undefined|has no attribute '(\w+)'", str(fault))
        if missing is None:
            return f"措辞“{self.name}”{where}有误：{fault}；{_HINT}"
        known = "、".join(sorted(key for key in context if key not in ("properties", "tables")))
        return f"措辞“{self.name}”{where}：没有“{missing[1] or missing[2]}”这一项；可以用的有 {known}"


def _line_of(fault: Exception) -> int:
    """The line of the wording where it failed, 0 if it is not known."""
    line, trace = 0, fault.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def language() -> SandboxedEnvironment:
    """The language of a wording: Jinja, sandboxed and strict."""
    return _environment()


@cache
def _environment() -> SandboxedEnvironment:
    """The language of a wording."""
    from jinja2 import StrictUndefined

    from formgen.rendering.bounds import BoundedEnvironment, bound, limited

    made = BoundedEnvironment(
        undefined=StrictUndefined, autoescape=False, finalize=_inert, trim_blocks=True, lstrip_blocks=True
    )
    bound(made)
    for name in _UNSAFE_FILTERS:
        del made.filters[name]
    made.filters["blank"] = limited(blank)
    return made


def _inert(value: object) -> str:
    """Any value as words that mean nothing to the reader of drafts."""
    words = value if isinstance(value, str) else str(text_of(value))  # type: ignore[arg-type]
    return _BEGIN + plain(words).translate(_INERT)


def _restored(value: Any) -> Any:
    """The same with the characters that the values had."""
    if isinstance(value, str):
        return value.translate(_RESTORED)
    if isinstance(value, tuple):
        return tuple(_restored(one) for one in value if not _is_empty(one))
    if isinstance(value, Text):
        lead = value.words[: value.lead].translate(_RESTORED)
        return replace(value, words=value.words.translate(_RESTORED), lead=len(lead))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _restored(getattr(value, one.name)) for one in fields(value)})
    return value


def _is_empty(block: Block | object) -> bool:
    """A paragraph whose values were all blank."""
    return isinstance(block, Text) and not block.words.translate(_RESTORED).strip()
