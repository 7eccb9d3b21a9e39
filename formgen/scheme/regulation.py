"""The text of a regulation in sections, each under its anchor, and quotations looked up in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_NUMERAL = re.compile(r"[0-9一二三四五六七八九十]")
_MARKUP = re.compile(r"^[ \t]*(?:#{1,6} |\|[ \t:|-]+\|[ \t]*$)", re.M)
_NOTHING = re.compile(r"[\s|]|<br>")


def sections(text: str) -> dict[str, str]:
    """Anchor → text of the section, up to the next anchor that does not lie within it.

    ``第七条`` holds ``第七条（一）``; ``三`` holds ``三、1``; ``二（一）1`` does not hold ``二（一）10``.
    """
    parts = _ANCHOR.split(text)
    anchors, texts = parts[1::2], parts[2::2]
    found: dict[str, str] = {}
    for index, anchor in enumerate(anchors):
        end = index + 1
        while end < len(anchors) and _within(anchors[end], anchor):
            end += 1
        found[anchor] = "".join(texts[index:end])
    return found


def repeated_anchors(text: str) -> tuple[str, ...]:
    """Anchors that stand more than once; a quotation could then be looked up in the wrong place."""
    anchors = _ANCHOR.findall(text)
    return tuple(dict.fromkeys(anchor for anchor in anchors if anchors.count(anchor) > 1))


def _within(inner: str, outer: str) -> bool:
    rest = inner.removeprefix(outer)
    if not rest or rest == inner:
        return False
    return not (_NUMERAL.match(rest) and _NUMERAL.match(outer[-1]))


def bare(text: str) -> str:
    """The text without what Markdown adds and without any white space; otherwise verbatim."""
    return _NOTHING.sub("", _MARKUP.sub("", _ANCHOR.sub("", text)))


def holds(found: Mapping[str, str], anchor: str, quote: str) -> bool:
    """Whether the words stand under the anchor, white space and table lines aside. False for an unknown anchor."""
    section = found.get(anchor)
    return section is not None and bare(quote) in bare(section)


def own_texts(text: str) -> dict[str, str]:
    """Anchor → the text up to the next anchor, so that no word stands under two anchors."""
    parts = _ANCHOR.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def within(inner: str, outer: str) -> bool:
    """Whether an anchor is another one or lies within it: ``第七条（一）`` within ``第七条``."""
    return inner == outer or _within(inner, outer)
