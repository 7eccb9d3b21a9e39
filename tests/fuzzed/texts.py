"""Mutations of what is written in lines: TOML, Markdown, CSV, HTML."""

from __future__ import annotations

import random
import re

from fuzzed import raw, words

_VALUE = re.compile(r"=\s*(.+)$", re.MULTILINE)
_VALUES = (
    '""', '"x"', "0", "-1", "1.5", "1e309", "-0.0", "nan", "inf", "-inf", "true", "false", "[]", "{}", "[[[[]]]]",
    "[1, 'x', {}]", "{ a = 1 }", "2023-03-31",
    "2023-02-30", "9999-12-31", "0001-01-01", "2023-03-31T25:00:00", "12:00:00", "9" * 40, "1_000", "0xFF", "0b1",
    '"""\n"""', "'''x", '"\\u0000"', '"\\uD800"',
    "[" * 500, "[" * 500 + "]" * 500, "{ x = " * 300, '"' + "长" * 3_000 + '"', '"8分"', '"1/2"', '"９"',
    '"{{ x }}"', '"../x"', "[0, 0]", "[[1, 2], [3]]", "1e-400",
    '{ rule = "half-up", places = 99 }', '{ 优秀 = 90, 合格 = 95 }', '["一", "一"]', '"2023-03"', '"floor"',
    "1.0000000000000000000000000000000000001",
)  # fmt: skip
_BITS = (
    "[[form]]", "[[rule]]", "[[gap]]", "[form]", "[[decision]]", "[limits]", "[scan]", "[workspace]", "[[items]]",
    "[a.b.c]", "a." * 60 + "b = 1", "=", '"', "#", "x",
    "\x00", "\x1f", "\ufeff", "\u202e", "\r", "id = 1", 'id = "x"', 'kind = "tier"', 'gap = "x"', "points = -1",
    "{{ x }}", "{% for x in y %}", "{% endfor %}", "<table>",
    "<td colspan=99999999>", "---", "# ", "| a |", ",,,,,", '"a,b', "\t", "'",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One mutation of lines."""
    if chance.random() < 0.15:
        return raw.mutated(data, chance)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return raw.mutated(data, chance)
    made = chance.choice(_OPERATIONS)(text, chance)
    if chance.random() < 0.04:
        return made.encode(chance.choice(("utf-16", "gb18030", "utf-8-sig", "utf-32")), "replace")
    return made.encode("utf-8", "surrogatepass")


def _value(text: str, chance: random.Random) -> str:
    found = list(_VALUE.finditer(text))
    if not found:
        return _words(text, chance)
    match = chance.choice(found)
    new = chance.choice(_VALUES) if chance.random() < 0.75 else chance.choice(found)[1]
    return text[: match.start(1)] + new + text[match.end(1) :]


def _lines(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    start, size = chance.randrange(len(lines)), chance.choice((1, 1, 1, 3, 10))
    piece = lines[start : start + size]
    match chance.randrange(5):
        case 0:
            del lines[start : start + size]
        case 1:
            lines[start:start] = piece * chance.choice((1, 1, 20))
        case 2:
            target = chance.randrange(len(lines))
            lines[target:target] = piece
        case 3:
            lines.insert(start, chance.choice(_BITS))
        case _:
            lines[start] = chance.choice(lines)
    return "\n".join(lines)


def _words(text: str, chance: random.Random) -> str:
    """A word in quotes, a number or a piece of Chinese replaced by another one, or by what nobody expects."""
    found = list(re.finditer(r'"[^"\n]*"|\d+(?:\.\d+)?|[\u4e00-\u9fff]+', text))
    if not found:
        return text
    match = chance.choice(found)
    other = chance.choice(found)[0] if chance.random() < 0.5 else chance.choice(words.EVERYTHING)
    if match[0].startswith('"') and not other.startswith('"') and chance.random() < 0.9:
        other = '"' + other.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return text[: match.start()] + other + text[match.end() :]


def _key(text: str, chance: random.Random) -> str:
    found = list(re.finditer(r"^(\[*)([\w.]+)", text, re.MULTILINE))
    if not found:
        return _words(text, chance)
    match = chance.choice(found)
    new = chance.choice((chance.choice(found)[2], "x", "", "id", '"得分"', "a.b", match[2] + "s", match[2] + ".x"))
    return text[: match.start(2)] + new + text[match.end(2) :]


def _bit(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(_BITS) + text[place:]


_OPERATIONS = (_value, _value, _value, _lines, _lines, _words, _words, _key, _bit)
