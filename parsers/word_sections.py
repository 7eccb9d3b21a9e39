"""The sections of a Word document, which name its headers and footers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from parsers import ooxml, word_names
from parsers.word_names import is_on

if TYPE_CHECKING:
    from lxml import etree

_SETTINGS = "word/settings.xml"
_MARGINS = (word_names.HEADER_REFERENCE, word_names.FOOTER_REFERENCE)


class Section(NamedTuple):
    """The marks of a section that name headers and footers."""

    references: tuple[tuple[bool, str, str], ...]  #: Of each, in order: is it a header, its type, its link.
    begins: bool  #: The marks begin with one of them.
    title_page: bool  #: The first page has its own.


def section(element: etree._Element) -> Section:
    """Read the marks of a section."""
    references = tuple(
        (
            child.tag == word_names.HEADER_REFERENCE,
            child.get(word_names.TYPE, "default"),
            child.get(word_names.LINK, ""),
        )
        for child in element
        if child.tag in _MARGINS
    )
    begins = len(element) > 0 and element[0].tag in _MARGINS
    return Section(references, begins, is_on(element.find(word_names.TITLE_PAGE)))


def shown_margins(sections: Sequence[Section], package: ooxml.Package) -> dict[str, list[str]]:
    """The links of the headers and footers that are shown, each once, by ``header`` and ``footer``."""
    even = (  # even pages have their own
        any(kind == "even" for marks in sections for _, kind, _ in marks.references)
        and _SETTINGS in package
        and b"evenAndOddHeaders" in package.read(_SETTINGS)
    )
    shown: dict[str, list[str]] = {"header": [], "footer": []}
    for marks in sections:
        for is_header, kind, identity in marks.references:
            if (kind == "first" and not marks.title_page) or (kind == "even" and not even):
                continue
            where = shown["header" if is_header else "footer"]
            if identity not in where:
                where.append(identity)
    return shown
