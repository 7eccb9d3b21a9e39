"""A Word mail-merge document made into a template: each MERGEFIELD becomes a tag. Pure."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from formgen.errors import TemplateError
from formgen.rendering.packing import member, packed

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NS = {"w": _W[1:-1]}
_STORY = re.compile(r"word/(document|header\d*|footer\d*)\.xml$")
_FIELD = re.compile(r'^\s*MERGEFIELD\s+(?:"([^"]+)"|(\S+))', re.I)
_MOST = 30_000_000

#: What clerks call the fields of their lists, and what a form calls them.
KNOWN = {
    "姓名": "box.name", "名字": "box.name", "村": "box.village", "村名": "box.village", "行政村": "box.village",
    "派驻村": "box.village", "组": "box.group", "自然庄": "box.group", "工作队": "box.team", "标题": "title",
    "时段": "period_text", "性别": "box.sex", "出生年月": "box.birth", "政治面貌": "box.political_status",
    "等次": "box.grade", "考评等次": "box.grade",
}  # fmt: skip

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Imported:
    """A template made of a mail-merge document."""

    data: bytes
    mapping: dict[str, str]  #: Field → the expression that its tag prints.
    left: tuple[str, ...]  #: Fields of other kinds that stay as they are: ``IF …``, ``NEXT``.


def import_merge_fields(data: bytes, names: Mapping[str, str] | None = None) -> Imported:
    """The document with ``{{ … }}`` for each MERGEFIELD, simple or complex, in the format of its result.

    ``names`` says what a field is to print; others are matched by ``KNOWN``, or keep their own name. Raises
    TemplateError where it is no .docx or a name is none that Jinja can read.
    """
    chosen = KNOWN | dict(names or {})
    mapping: dict[str, str] = {}
    left: list[str] = []

    def tag(instruction: str) -> str | None:
        match = _FIELD.match(instruction)
        if match is None:
            if (words := " ".join(instruction.split())) and words not in left:
                left.append(words)
            return None
        field = (match[1] or match[2]).strip("«»")
        mapping[field] = chosen.get(field) or _identifier(field)
        return "{{ " + mapping[field] + " }}"

    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST * 10:
                raise TemplateError("文件太大")
            for name in archive.namelist():
                members[name] = archive.read(name)
                if _STORY.match(name):
                    root = etree.fromstring(
                        members[name], etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
                    )
                    _simple(root, tag)
                    _complex(root, tag)
                    members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise TemplateError(f"不是完好的 .docx 文件（{error}）；请在 Word 或 WPS 中打开另存后再试") from error
    return Imported(packed(member(name, content) for name, content in members.items()), mapping, tuple(left))


def _identifier(field: str) -> str:
    """The field's own name, as far as a variable may be called so."""
    name = re.sub(r"\W+", "_", field).strip("_")
    return name if name and not name[0].isdigit() else f"f_{name}"


def _run(words: str, like: Element | None) -> Element:
    run = etree.Element(_W + "r")
    if like is not None and (properties := like.find("w:rPr", _NS)) is not None:
        run.append(properties)
    text = etree.SubElement(run, _W + "t")
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = words
    return run


def _simple(root: Element, tag: object) -> None:
    assert callable(tag)
    for field in list(root.iter(_W + "fldSimple")):
        words = tag(field.get(_W + "instr", ""))
        holder = field.getparent()
        if words is not None and holder is not None:
            holder.replace(field, _run(words, next(field.iter(_W + "r"), None)))


def _complex(root: Element, tag: object) -> None:
    """Fields of runs: begin, instruction, separate, result, end."""
    assert callable(tag)
    for paragraph in root.iter(_W + "p"):
        open_fields: list[tuple[list[Element], list[str], list[Element]]] = []
        for run in list(paragraph.iter(_W + "r")):
            marks = [one.get(_W + "fldCharType") for one in run.iterchildren(_W + "fldChar")]
            if "begin" in marks:
                open_fields.append(([], [], []))
            if not open_fields:
                continue
            runs, instruction, result = open_fields[-1]
            runs.append(run)
            instruction += [one.text or "" for one in run.iterchildren(_W + "instrText")]
            if next(run.iterchildren(_W + "t"), None) is not None:
                result.append(run)
            if "end" not in marks:
                continue
            open_fields.pop()
            words = tag("".join(instruction))
            if words is None:
                if open_fields:
                    open_fields[-1][0].extend(runs)
                continue
            first = runs[0]
            holder = first.getparent()
            if holder is not None:
                holder.insert(holder.index(first), _run(words, (result or runs)[0]))
            for one in runs:
                if (parent := one.getparent()) is not None:
                    parent.remove(one)
