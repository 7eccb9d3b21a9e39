"""Words of strangers on a screen: names of files and texts of senders that would steer a terminal are shown instead.

Pure. An escape sequence can clear the screen or rename the window, a mark of direction makes ``exe.xslx`` of a name.
"""

from __future__ import annotations

_STEERING = (
    *range(0x20),  # escape, bell, backspace, return …
    *range(0x7F, 0xA0),
    0x061C,  # marks of direction
    *range(0x200E, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
)
_SHOWN = {code: f"\\u{code:04x}" for code in _STEERING if chr(code) not in "\n\t"}
_ONE_LINE = {**_SHOWN, 0x0A: "\\u000a", 0x09: " "}


def harmless(text: str) -> str:
    """The text with what steers a terminal written out, as in JSON: ``\\u001b``; line ends and tabs stay."""
    return text.translate(_SHOWN)


def harmless_line(text: str) -> str:
    """The same on one line."""
    return text.translate(_ONE_LINE)
