"""Characters of symbol fonts, which a file stores as a font and a code: ticks, boxes and circled digits."""

from __future__ import annotations

#: Fonts whose codes are not Unicode. A code stands alone (``FC``) or in the private area (``F0FC``).
SYMBOL_FONTS = frozenset({"wingdings", "wingdings 2", "wingdings 3", "webdings", "symbol", "marlett", "zapfdingbats"})

UNKNOWN = "\ufffd"  #: Stands for a symbol that we cannot name; an issue is then reported.

_CIRCLED = {code: chr(0x2460 + code - 0x81) for code in range(0x81, 0x8B)}  # ①…⑩
_BLACK_CIRCLED = {code: chr(0x2776 + code - 0x8C) for code in range(0x8C, 0x96)}  # ❶…❿

_MAPS: dict[str, dict[int, str]] = {
    "wingdings": {
        0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0x75: "◆", 0x78: "☒", 0x9F: "•",
        0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓",
        0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x80: "⓪", 0x8B: "⓿", **_CIRCLED, **_BLACK_CIRCLED,
    },
    "wingdings 2": {
        0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●",
        0xA2: "■", 0xA3: "☐",
    },
    "webdings": {0x61: "✓", 0x63: "☐", 0x67: "■", 0x72: "✗"},
    "symbol": {
        **{code: chr(code) for code in range(0x20, 0x40)}, 0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−",
        0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈",
        0xD6: "√",
    },
}  # fmt: skip


def is_symbol_font(name: str | None) -> bool:
    """Whether the codes of a font are not Unicode."""
    return name is not None and name.casefold() in SYMBOL_FONTS


def symbol(font: str, code: int) -> str:
    """The character of a symbol, ``UNKNOWN`` if there is no telling."""
    if is_symbol_font(font):
        return _MAPS.get(font.casefold(), {}).get(code & 0xFF if 0xF000 <= code <= 0xF0FF else code, UNKNOWN)
    if 0x20 <= code < 0xD800 or 0xF900 <= code < 0xFFFE:
        return chr(code)
    return UNKNOWN


def plain(font: str, text: str) -> str:
    """Text that is set in a symbol font, in Unicode. Chinese in it is shown in another font and stays."""
    return "".join(
        symbol(font, ord(char)) if "\x20" < char <= "\xff" or "\uf000" <= char <= "\uf0ff" else char for char in text
    )
