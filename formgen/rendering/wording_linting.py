"""All that is wrong with a wording (``templates/notices/NAME.md``) at once, by its lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from formgen.rendering.linting import BUILT_IN, FULL_WIDTH, Fault, Names, keys_of, near, paths_of, unused

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_LARGEST = 1_000_000


def lint_wording(data: bytes, language: SandboxedEnvironment, names: Names | None = None) -> tuple[Fault, ...]:
    """The faults of a wording in this language; names are checked where ``names`` are given."""
    if len(data) > _LARGEST:
        return (Fault("整个文件", "", f"超过 {_LARGEST // 1000} 千字节，不像一份措辞"),)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return (Fault("整个文件", "", "不是 UTF-8 文本；请在记事本里另存为 UTF-8"),)
    lines = text.split("\n")
    faults = [
        _fault(lines, number, "标记的括号是全角的；请改成半角 {{ }} 或 {% %}")
        for number, line in enumerate(lines, 1)
        if FULL_WIDTH.search(line)
    ]
    return (*faults, *_read(text, lines, language, names))


def _read(text: str, lines: list[str], language: SandboxedEnvironment, names: Names | None) -> Iterator[Fault]:
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    try:
        tree = language.parse(text)
        language.compile(text)
    except TemplateSyntaxError as fault:
        yield _fault(lines, fault.lineno, f"写错了（{fault.message}）")
        return
    except (JinjaError, RecursionError) as fault:
        yield Fault("整个文件", "", f"写错了（{fault}）")
        return
    if names is not None:
        yield from _names(tree, lines, names)


def _names(tree: Any, lines: list[str], names: Names) -> Iterator[Fault]:
    from jinja2 import nodes

    targets = paths_of(tree, {})
    known = names.known | targets.keys()
    used = set()
    for node in tree.find_all(nodes.Name):
        used.add(node.name)
        if node.ctx == "load" and node.name not in known | BUILT_IN:
            yield _fault(lines, node.lineno, f"没有“{node.name}”这个变量{near(node.name, known)}")
    for access in tree.find_all(nodes.Getattr):
        if isinstance(access.node, nodes.Name):
            keys = keys_of(access.node.name, names, targets)
            if keys is not None and access.attr not in keys and not hasattr(dict, access.attr):
                message = f"“{access.node.name}”没有“{access.attr}”这一项{near(access.attr, keys)}"
                yield _fault(lines, access.lineno, message)
    yield from unused(names, used)


def _fault(lines: list[str], number: int, message: str) -> Fault:
    words = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return Fault(f"第{number}行", words if len(words) <= 60 else words[:59] + "…", message)
