"""The streams that formgen prints to: what would steer a terminal is written out on the way."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from formgen.display import harmless


class HarmlessStream:
    """A text stream that shows what would steer a terminal; all else is the stream's own.

    It has no ``buffer``: nobody writes past it.
    """

    def __init__(self, stream: TextIO) -> None:
        self.own = stream  #: For what we draw ourselves: the progress bar.

    def write(self, text: str) -> int:
        """Write a text. Raises TypeError for bytes."""
        if not isinstance(text, str):
            raise TypeError("a text stream takes no bytes")
        return self.own.write(harmless(text))

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.own, name)


def guard() -> None:
    """From now on print through such streams."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, HarmlessStream):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console in GBK must not stop a clerk
            setattr(sys, name, HarmlessStream(stream))


def drawing() -> TextIO:
    """stderr itself, for a progress bar."""
    stream = sys.stderr
    return stream.own if isinstance(stream, HarmlessStream) else stream
