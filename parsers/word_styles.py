"""Styles of a Word document that hide the text they are given to."""

from __future__ import annotations

import re

from parsers import ooxml, word_names

#: Styles that we need not look up: those of every Word, python-docx and LibreOffice document.
_PLAIN = re.compile(
    r"(Heading|Title|Subtitle|Normal|List|PlaceholderText|Hyperlink|Strong|BodyText|Table|Header|Footer)\w*"
)


def hiding_styles(package: ooxml.Package, used: set[str]) -> frozenset[str]:
    """Ids of the used styles that hide their text, themselves or by what they are based on."""
    used = {name for name in used if not _PLAIN.fullmatch(name)}
    if not used:
        return frozenset()
    source = package.find("word/styles.xml")
    if source is None or b"vanish" not in (styles := package.read(source)):
        return frozenset()
    hiding: dict[str, bool | None] = {}
    parents: dict[str, str] = {}
    for style in ooxml.xml(styles).iterchildren(word_names.STYLE):
        name = style.get(word_names.STYLE_ID, "")
        mark = style.find(f"{word_names.RUN_MARKS}/{word_names.VANISH}")
        hiding[name] = None if mark is None else word_names.is_on(mark)
        parent = style.find(word_names.BASED_ON)
        parents[name] = "" if parent is None else parent.get(word_names.VAL, "")
    found = set()
    for name in hiding:
        ancestor, steps = name, 0
        while hiding.get(ancestor) is None and parents.get(ancestor) and steps < 20:
            ancestor, steps = parents[ancestor], steps + 1
        if hiding.get(ancestor):
            found.add(name)
    return frozenset(found & used)
