"""A Word template and a context made into a .docx. The only module that knows docxtpl.

The template's language is Jinja, sandboxed, with undefined names as errors and every value escaped; its filters stand
in ``marks``. The same input gives the same bytes: the archive carries no time of its own.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, Protocol

from formgen.errors import MissingProgramError, TemplateError
from formgen.rendering.controls import set_closing, set_controls, set_line_breaks
from formgen.rendering.holes import watched, watched_tests
from formgen.rendering.marks import FILTERS, encoded, plain
from formgen.rendering.merging import merge
from formgen.rendering.packing import member, packed
from formgen.rendering.properties import put_properties

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

_PARAGRAPH = re.compile(r"<w:p(?=[ >])")
_MARKUP = re.compile(r"<[^>]*>")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUES = re.compile(r'"([^"]*\{[^"]*)"')
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
#: A line end, tab, new paragraph or page within a text: docxtpl's ``Listing`` and ``RichText``; a value brings none.
_LISTING = re.compile(r"<w:t(?: [^>]*)?>[^<]*[\n\t\a\f]")
#: What can change how many cells a row has; docxtpl then mends the grid.
_CELLS = re.compile(r"\{[{%](?:<[^>]*>|\s)*(?:tc|colspan|hm)\b")
_UNSAFE_FILTERS = ("safe", "urlize", "xmlattr", "tojson", "striptags")


@dataclass(frozen=True, slots=True)
class Deferred:
    """A value that docxtpl makes when it renders: a picture, a sub-document, rich text with a link.

    ``Deferred(lambda document: InlineImage(document, "seal.png"))``
    """

    build: Callable[[DocxTemplate], object]


class Watch(Protocol):
    """What ``compose`` shows to whoever watches a rendering."""

    environment: SandboxedEnvironment

    def before(self, body: Any, margins: Sequence[Any]) -> None:
        """The parts as docxtpl leaves them, before what is ours is done."""

    def written(self, value: object) -> str:
        """What is written for a value outside of the template: a title, a property."""


def render(template: Path, context: Mapping[str, object]) -> bytes:
    """The .docx that the template makes of the context; ``context["properties"]`` become its custom properties.

    Raises TemplateError, which names the template, the place and the words around it.
    """
    return render_data(read_template(template), template.name, context)


def read_template(template: Path) -> bytes:
    """The bytes of a template. Raises TemplateError where it cannot be opened."""
    try:
        return template.read_bytes()
    except OSError as error:
        raise TemplateError(f"模板“{template}”无法打开：{error.strerror or error}") from error


def render_data(data: bytes, name: str, context: Mapping[str, object]) -> bytes:
    """``render`` for a template that is in memory; ``name`` is what an error calls it."""
    try:
        members = compose(data, context)
    except TemplateError as error:
        raise TemplateError(f"模板“{name}”有误：{error}") from error
    return packed(member(path, content) for path, content in members.items())


def words_of(data: bytes) -> str:
    """All that is not markup in a template's XML parts, and what stands in attributes. Raises TemplateError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if name.endswith("xml")
            ]
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, RuntimeError) as error:
        raise TemplateError(f"不是完好的 .docx 文件（{error}）；请在 Word 或 WPS 中打开检查后重新保存") from error
    attributes = [value for part in parts for value in _VALUES.findall(part)]
    return html.unescape("\n".join([*(_MARKUP.sub("", part) for part in parts), *attributes]))


def opened(data: bytes) -> DocxTemplate:
    """The template as docxtpl holds it. Raises TemplateError where it is no .docx."""
    from formgen.rendering.bounds import refuse_bomb

    try:
        refuse_bomb(data)
        document = _template_class()(io.BytesIO(data))
        document.init_docx()
        _shut_off(document)
        if document.docx.element.body is None:
            raise ValueError("没有正文")
    except TemplateError:
        raise
    except Exception as error:  # whatever python-docx makes of a package that is none
        raise TemplateError(f"不是完好的 .docx 文件（{error}）；请在 Word 或 WPS 中打开检查后重新保存") from error
    return document


def _shut_off(document: DocxTemplate) -> None:
    """Let nothing on our paper fetch from elsewhere when it is opened. Raises TemplateError.

    The template that Word itself has attached is let go of; a picture, an object or a text by its address is refused.
    """
    for part in document.docx.part.package.iter_parts():
        for key, link in list(part.rels.items()):
            if not link.is_external or link.reltype.endswith("/hyperlink"):
                continue
            if not link.reltype.endswith("/attachedTemplate"):
                raise TemplateError(f"模板要从别处取内容（{link.target_ref[:80]}）；请把它放进模板里再保存")
            for mark in list(part.element.iter(_W + "attachedTemplate")):
                mark.getparent().remove(mark)
            del part.rels[key]


def compose(data: bytes, context: Mapping[str, object], watch: Watch | None = None) -> dict[str, bytes]:
    """The files of the .docx that docxtpl and then our own steps make, by their paths. Raises TemplateError."""
    document = opened(data)
    _check_tags(document)
    values = {key: _built(one, document) if isinstance(one, Deferred) else one for key, one in context.items()}
    document.render(values, watch.environment if watch else environment())
    body = document.docx.element.body
    margins = [part.element for part in {id(p): p for p in _margin_parts(document)}.values()]
    if watch:
        watch.before(body, margins)
    merge(body)
    set_controls(body)
    set_line_breaks(body)
    set_closing(body)
    for margin in margins:
        set_line_breaks(margin)
    written = watch.written if watch else _plainly
    if title := context.get("title", ""):
        document.docx.core_properties.title = written(title)[:255]
    output = io.BytesIO()
    document.docx.save(output)
    with zipfile.ZipFile(output) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    properties = context.get("properties", {})
    assert isinstance(properties, Mapping)  # our own context
    put_properties(members, {f"formgen.{key}": written(value) for key, value in properties.items()})
    return members


def _built(value: Deferred, document: DocxTemplate) -> object:
    try:
        return value.build(document)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "docxcompose":
            raise
        raise MissingProgramError(
            '模板里要放入另一个文档（子文档），需要 docxcompose，本机没有；请运行：pip install "formgen[subdoc]"'
        ) from error


def _plainly(value: object) -> str:
    return plain(str(value))


def _check_tags(document: DocxTemplate) -> None:
    """Each tag must end in the paragraph it begins in: docxtpl would otherwise swallow what lies between."""
    margins = ((_place(str(part.partname)), part.element) for part in _margin_parts(document))
    for place, root in (("正文", document.docx.element.body), *margins):
        for number, paragraph in enumerate(root.iter(_W + "p"), start=1):
            words = "".join(text.text or "" for text in paragraph.iter(_W + "t"))
            if _unbalanced(words):
                raise TemplateError(
                    f"{place}第{number}段附近“{words.strip()[:80]}”：标记写错了（括号没有在同一段里成对）"
                )


def _unbalanced(words: str) -> bool:
    closing = ""
    for found in _BRACES.findall(words):
        if found != closing if closing else found not in _CLOSING:
            return True
        closing = "" if closing else _CLOSING[found]
    return bool(closing)


def _margin_parts(document: DocxTemplate) -> list[Any]:
    relations = [rel for rel in document.docx.part.rels.values() if rel.reltype.endswith(("/header", "/footer"))]
    if any(rel.is_external or not hasattr(rel.target_part, "element") for rel in relations):
        raise TemplateError("页眉或页脚的部件不对；请在 Word 或 WPS 中打开检查后重新保存")
    return [rel.target_part for rel in relations]


@cache
def environment() -> SandboxedEnvironment:
    """The language of a template: Jinja, sandboxed and strict, with our filters."""
    from jinja2 import StrictUndefined

    from formgen.rendering.bounds import BoundedEnvironment, bound

    made = BoundedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=encoded)
    bound(made)
    for name in _UNSAFE_FILTERS:
        del made.filters[name]
    made.filters.update(_own_filters())
    return made


@cache
def _own_filters() -> dict[str, Any]:
    """Our filters, given no numbers without bound."""
    from formgen.rendering.bounds import limited

    return {name: limited(one) if name in ("blank", "lines_left") else one for name, one in FILTERS.items()}


def watching_environment() -> SandboxedEnvironment:
    """The same for a context of holes: Jinja's own filters and tests are given texts."""
    watching = environment().overlay()
    own = {name: one for name, one in watching.filters.items() if name not in FILTERS}
    watching.filters = watched(own) | _own_filters()
    watching.tests = watched_tests(watching.tests)
    return watching


@cache
def _template_class() -> type[DocxTemplate]:
    """docxtpl's template, with its guesses replaced by errors."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError as JinjaError
    from lxml import etree

    class Template(DocxTemplate):  # type: ignore[misc]
        """Renders strictly: no recovered XML, no line or property magic beyond ours."""

        def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
            self.current_rendering_part = part  # a picture or a sub-document is added to it
            source = _PARAGRAPH.sub("\n<w:p", src_xml)  # a paragraph a line, so that an error's line names one
            try:
                ready = jinja_env.template_class.from_code(jinja_env, _compiled(source), jinja_env.make_globals(None))
                xml = str(ready.render(context)).replace("\n<w:p", "<w:p")
                for written, meant in (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}")):
                    xml = xml.replace(written, meant)
                return str(self.resolve_listing(xml)) if _LISTING.search(xml) else xml
            except (
                JinjaError,
                TypeError,
                ValueError,
                ArithmeticError,
                LookupError,
                AttributeError,
                RecursionError,
            ) as error:
                raise TemplateError(_explained(error, source, str(part.partname))) from error

        def fix_tables(self, xml: str) -> Any:
            try:
                tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
            except etree.XMLSyntaxError as error:
                raise TemplateError(
                    "标记拆散了文档结构；请检查 {%tr for … %} 与 {%tr endfor %} 是否各占一行并在同一个表格里，"
                    f"{{%p if … %}} 与 {{%p endif %}} 是否各占一段（{error.msg}）"
                ) from error
            return super().fix_tables(xml) if _CELLS.search(self.get_xml()) else tree

        def render_properties(self, context: Any, jinja_env: Any = None) -> None:
            return  # the title is set by ``render``; nothing else is a template

    return Template


@lru_cache(maxsize=8)
def _compiled(source: str) -> CodeType:
    """A part's code. It looks its filters up when it runs, so that the watching environment may run it as well."""
    return environment().compile(source)


def _explained(error: Exception, source: str, part: str) -> str:
    """What is wrong, in which part of the document, and the words around it."""
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    lines = source.splitlines()
    near = [_MARKUP.sub("", words).strip() for words in lines[max(0, (line or 1) - 2) : (line or 1) + 1]]
    around = " ".join(filter(None, near))[:80]
    return f"{_place(part)}第{max(1, (line or 1) - 1)}段附近“{around}”：{_reason(error)}"


def _place(part: str) -> str:
    return "页眉" if "header" in part else "页脚" if "footer" in part else "正文"


def _reason(error: Exception) -> str:
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    match error:
        case UndefinedError():
            return f"用了没有的变量（{error.message}）；可用的变量见 docs/templates.md"
        case TemplateSyntaxError():
            return f"标记写错了（{error.message}）"
        case SecurityError():
            return f"标记用了不允许的功能（{error}）"
        case _:
            return f"标记无法计算（{type(error).__name__}：{error}）"
