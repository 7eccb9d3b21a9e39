"""All that is wrong with a template at once: each fault with its place, the words around it and what to do. Pure.

What is looked at: tags that do not end where they must, full-width braces, expressions that Jinja cannot read, filters
that there are not, blocks that are not closed, names that no context has, tags split over runs, words that a
``{%tr … %}`` would take away with it, and answers that have no place in the template.
"""

from __future__ import annotations

import difflib
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from formgen.errors import TemplateError
from formgen.rendering.tag_places import Place, sheet_places, stories, word_places

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
FULL_WIDTH = re.compile(r"｛｛|｝｝|｛%|%｝|\{｛|｛\{|\{％|％\}|｛％|％｝")
_BLOCK = re.compile(r"\{%-?(tr|tc|p|r)?[\s\xa0]+(\w+)\b(.*?)-?%\}", re.DOTALL)
_PREFIX = re.compile(r"^(\{[{%#])-?(?:tr|tc|p|r)(?=\s)")
_OPENS = {"for": "endfor", "if": "endif", "set": "", "filter": "endfilter", "with": "endwith", "raw": "endraw"}
_DOCXTPL = ("vm", "hm", "colspan", "cellbg")
_MIDDLE = {"else": ("if", "for"), "elif": ("if",)}
#: Names that Jinja itself gives.
BUILT_IN = frozenset(
    [*("loop", "range", "dict", "namespace", "joiner", "cycler", "lipsum"), *("true", "false", "none", "True", "False")]
)

#: What a context holds for the program's own use: nobody is reminded that it is not printed.
_INTERNAL = frozenset({"properties", "tables", "scheme_id", "kinds", "period", "row"})


#: What is raised for a file that is no sound .docx or .xlsx.
_BROKEN = (
    *(ValueError, KeyError, OSError, EOFError, RuntimeError),
    *(zlib.error, zipfile.BadZipFile, etree.XMLSyntaxError, TemplateError),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a template."""

    place: str  #: ``正文第3段``, ``正文表1第2行第3格``, ``单元格 C6``.
    words: str  #: What stands there, shortened.
    message: str
    serious: bool = True  #: With a serious fault nothing may be issued.

    def __str__(self) -> str:
        return f"{'错误' if self.serious else '提醒'}：{self.place}“{self.words}”：{self.message}"


@dataclass(frozen=True, slots=True)
class Names:
    """What a template may print: top-level names, and the keys of those that have keys (``row`` ``box``)."""

    known: frozenset[str]
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()  #: The table (``rows`` …) that each sheet of a workbook repeats its line for.
    answers: Mapping[str, str] = field(default_factory=dict)  #: Key of ``box`` → its label, where it must be filled in.


def names_of(context: Mapping[str, Any], answers: Mapping[str, str] | None = None) -> Names:
    """What a template may print, from a context that it is rendered with."""
    keys: dict[str, frozenset[str]] = {}
    for name, value in context.items():
        if isinstance(value, dict):
            keys[name] = frozenset(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            keys[f"{name}[]"] = frozenset(value[0])
    return Names(frozenset(context), keys, answers=answers or {})


def lint(data: bytes, kind: str, names: Names | None = None) -> tuple[Fault, ...]:
    """All faults of a ``docx`` or ``xlsx`` template; names are checked where ``names`` are given."""
    try:
        places = list(word_places(data) if kind == "docx" else sheet_places(data))
    except _BROKEN as fault:
        return (Fault("整个文件", "", f"打不开（{fault}）；请在 Word、WPS 或 Excel 中打开检查后重新保存"),)
    faults: list[Fault] = []
    used: set[str] = set()
    for story in stories(places):
        faults += _lint_story(story, kind, names, used)
    if names is not None:
        for key, label in names.answers.items():
            if not {f"box.{key}", f"blank.{key}", f"value:{key}"} & used:
                faults.append(Fault("整个模板", key, f"“{label}”没有地方填（box.{key} 没有用到）", serious=False))
        faults += unused(names, {name.partition(".")[0] for name in used})
    return tuple(faults)


def unused(names: Names, used: Iterable[str]) -> Iterator[Fault]:
    """A reminder of the names that a template could print and does not."""
    if left := sorted(names.known - set(used) - _INTERNAL):
        yield Fault("整个模板", f"{len(left)}个变量", f"没有用到：{'、'.join(left)}", serious=False)


# --- what is wrong ---------------------------------------------------------------------------------------------


def _lint_story(story: list[Place], kind: str, names: Names | None, used: set[str]) -> list[Fault]:
    faults: list[Fault] = []
    language = _language(kind)
    open_blocks: list[tuple[str, str, Place]] = []
    targets = _targets(story, language)
    if kind == "xlsx" and names is not None and names.sheets:
        number = int(story[0].part)
        targets |= {"row": frozenset({names.sheets[number]})} if number < len(names.sheets) else {}
    for one in story:
        if not (_BRACES.search(one.words) or FULL_WIDTH.search(one.words)):
            if kind == "docx" and re.fullmatch(r"[a-z_]+", one.words):
                used.add(f"value:{one.words}")
            continue
        if FULL_WIDTH.search(one.words):
            faults.append(_fault(one, "标记的括号是全角的；请改成半角 {{ }} 或 {% %}"))
        if _unbalanced(one.words):
            where = "同一个单元格" if kind == "xlsx" else "同一段"
            faults.append(_fault(one, f"标记写错了（括号没有在{where}里成对）"))
            continue
        for match in _TAG.finditer(one.words):
            faults += _lint_tag(match, one, language, open_blocks)
            if names is not None:
                faults += _lint_names(match[0], one, language, names, targets, used)
    for word, _, place in open_blocks:
        faults.append(_fault(place, f"{{% {word} … %}} 没有用 {{% {_OPENS[word]} %}} 结束"))
    if kind == "xlsx":
        lines = dict.fromkeys(one.row for one in story if re.search(r"\{[{%][^{}]*\brow\b", one.words))
        if len(lines) > 1:
            faults.append(
                Fault("整个工作表", "row", f"第 {'、'.join(map(str, lines))} 行都写了 row；只能有一行是逐条重复的行")
            )
    return faults


def _unbalanced(words: str) -> bool:
    closing = ""
    for found in _BRACES.findall(words):
        if found != closing if closing else found not in ("{{", "{%", "{#"):
            return True
        closing = "" if closing else {"{{": "}}", "{%": "%}", "{#": "#}"}[found]
    return bool(closing)


def _lint_tag(
    match: re.Match[str], one: Place, language: SandboxedEnvironment, open_blocks: list[tuple[str, str, Place]]
) -> Iterator[Fault]:
    tag = match[0]
    if _split(one.pieces, match.start(), match.end()):
        yield _fault(one, f"标记 {tag} 的字拆在几种格式里；能印，但格式以第一个字为准，最好重新一次打完", serious=False)
    if tag.startswith("{#"):
        return
    block = _BLOCK.fullmatch(tag)
    if block is None:
        if tag.startswith("{%"):
            if re.fullmatch(r"\{%-?\s*\w+\s*-?%\}", tag) is None:
                yield _fault(one, f"{tag} 不是完整的标记")
                return
            block = _BLOCK.fullmatch(re.sub(r"^\{%(-?)\s*", r"{%\1 ", tag))
        else:
            yield from _expression(tag, one, language)
            return
    if block is None:
        return
    span, word, rest = block[1] or "", block[2], block[3]
    yield from _around(tag, span, one)
    if word in _DOCXTPL:
        return
    if word in _MIDDLE:
        if not open_blocks or open_blocks[-1][0] not in _MIDDLE[word]:
            yield _fault(one, f"{tag} 前面没有与它配对的标记")
    elif word in _OPENS:
        if _OPENS[word] and not (word == "set" and "=" in rest):
            open_blocks.append((word, span, one))
    elif word.startswith("end"):
        if not open_blocks or _OPENS[open_blocks[-1][0]] != word:
            yield _fault(one, f"{tag} 前面没有与它配对的标记")
            return
        opened, its_span, place = open_blocks.pop()
        if span != its_span:
            yield _fault(
                one, f"{tag} 与 {place.place} 的 {{%{its_span} {opened} %}} 应写成同一种（tr、tc、p、r 要一致）"
            )
        if span == "tr" and place.table is not one.table:
            yield _fault(one, f"{tag} 与 {place.place} 的 {{%tr {opened} %}} 不在同一个表格里")
        return
    else:
        yield _fault(one, f"{tag} 不是可用的标记")
        return
    yield from _expression(tag, one, language)


def _around(tag: str, span: str, one: Place) -> Iterator[Fault]:
    """Words that a tag takes away, and tags that stand where they cannot."""
    if span in ("tr", "tc") and one.row is None:
        yield _fault(one, f"{tag} 要写在表格里")
    if span == "p" and _TAG.sub("", one.words).strip():
        yield _fault(one, f"{tag} 所在的整段会被去掉，段里还有别的字", serious=False)


def _split(pieces: list[str], begins: int, ends: int) -> bool:
    place = 0
    for piece in pieces:
        if place < ends and place + len(piece) > begins:
            return not (place <= begins and ends <= place + len(piece))
        place += len(piece)
    return False


def _whole(tag: str) -> str:
    """The tag as a template of its own, closed where it opens a block."""
    plain = _PREFIX.sub(r"\1", tag)
    block = _BLOCK.fullmatch(plain)
    word = block[2] if block else ""
    if word in _MIDDLE:
        return "{% if true %}" + plain + "{% endif %}"
    closing = _OPENS.get(word, "")
    return plain + (f"{{% {closing} %}}" if closing else "")


def _expression(tag: str, one: Place, language: SandboxedEnvironment) -> Iterator[Fault]:
    from jinja2 import TemplateError as JinjaError

    try:
        language.from_string(_whole(_straight(tag)))
    except JinjaError as fault:
        yield _fault(one, f"{tag} 写错了（{fault}）")


def _straight(tag: str) -> str:
    """With straight quotes: Word bends them, docxtpl straightens them."""
    return re.sub("[“”]", '"', re.sub("[‘’]", "'", tag))


def _targets(story: list[Place], language: SandboxedEnvironment) -> dict[str, frozenset[str]]:
    """The names that the template makes itself (``for``, ``set``), and what a ``for`` goes over."""
    from jinja2 import TemplateError as JinjaError
    from jinja2 import nodes

    made: dict[str, frozenset[str]] = {}
    for one in story:
        for tag in _TAG.findall(one.words):
            try:
                tree = language.parse(_whole(_straight(tag))) if tag.startswith("{%") else nodes.Template([])
            except JinjaError:
                continue
            made = paths_of(tree, made)
    return made


def paths_of(tree: Any, known: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The names that ``for`` and ``set`` make in a tree, each with the paths of the lists that it goes over (``rows``).

    "" is among the paths where it may be anything else.
    """
    from jinja2 import nodes

    made = dict(known)
    found: list[Any] = list(tree.find_all((nodes.For, nodes.Assign)))
    for node in found:
        over = node.iter if isinstance(node, nodes.For) else None
        paths = {over.name if isinstance(over, nodes.Name) else ""}
        if isinstance(over, nodes.Getattr) and isinstance(over.node, nodes.Name) and over.node.name in made:
            paths = {path and f"{path}[].{over.attr}" for path in made[over.node.name]}
        aims = [node.target] if isinstance(node.target, nodes.Name) else node.target.find_all(nodes.Name)
        for aim in aims:
            made[aim.name] = made.get(aim.name, frozenset()) | paths
    return made


def keys_of(name: str, names: Names, targets: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The keys that a name may be asked for; None where that is not known."""
    if name not in targets:
        return names.keys.get(name)
    held = [names.keys.get(f"{path}[]") for path in targets[name]]
    return frozenset().union(*(one for one in held if one is not None)) if None not in held else None


def _lint_names(
    tag: str,
    one: Place,
    language: SandboxedEnvironment,
    names: Names,
    targets: Mapping[str, frozenset[str]],
    used: set[str],
) -> Iterator[Fault]:
    from jinja2 import TemplateError as JinjaError
    from jinja2 import nodes

    try:
        tree = language.parse(_whole(_straight(tag)))
    except JinjaError:
        return  # it has been said
    for node in tree.find_all(nodes.Name):
        used.add(node.name)
        if node.ctx == "load" and node.name not in names.known | targets.keys() | BUILT_IN:
            yield _fault(one, f"没有“{node.name}”这个变量{near(node.name, names.known | targets.keys())}")
    for access in tree.find_all(nodes.Getattr):
        if isinstance(access.node, nodes.Name):
            used.add(f"{access.node.name}.{access.attr}")
            keys = keys_of(access.node.name, names, targets)
            if keys is not None and access.attr not in keys and not hasattr(dict, access.attr):
                yield _fault(one, f"“{access.node.name}”没有“{access.attr}”这一项{near(access.attr, keys)}")


def near(name: str, known: Iterable[str]) -> str:
    """What a wrong name may have been meant to be, as the end of a sentence."""
    found = difflib.get_close_matches(name, list(known), n=2)
    return f"；是不是 {'、'.join(found)}？" if found else "；可用的见 docs/templates.md"


def _fault(one: Place, message: str, *, serious: bool = True) -> Fault:
    words = " ".join(one.words.split())
    return Fault(one.place, words if len(words) <= 60 else words[:59] + "…", message, serious)


@lru_cache(maxsize=2)
def _language(kind: str) -> SandboxedEnvironment:
    from formgen.rendering import excel, word

    return word.environment() if kind == "docx" else excel.environment()
