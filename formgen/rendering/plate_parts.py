"""One part of a paper with holes, cut at them, so that it is filled again and again. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from formgen.rendering.holes import CLOSES, OPENS

SENTINEL = re.compile(f"{OPENS}(\\d+){CLOSES}")  #: Where a hole is, and its number.

Fill = tuple[int, Callable[[str], str]]  #: Which text is filled in, and how it is written.


class Part:
    """One part of a paper, cut at its holes."""

    def __init__(self, name: str, xml: str, fills: Mapping[int, Fill]) -> None:
        self.name = name
        self.xml = xml  #: With a sentinel for each hole.
        self._all = fills
        self._pieces = SENTINEL.split(xml)
        self._fills = [(place, *fills[int(self._pieces[place])]) for place in range(1, len(self._pieces), 2)]
        self._coded: tuple[list[bytes], list[tuple[int, int, Callable[[str], bytes]]]] | None = None
        self._last: Sequence[str] = ()
        self._place: int | None = None
        self._around: list[bytes] = []

    def changed(self, xml: str) -> Part:
        """The part with the same holes in other XML."""
        return Part(self.name, xml, self._all)

    def filled(self, leaves: Sequence[str]) -> str:
        """The part as XML with these texts."""
        return "".join(self.pieces(leaves))

    def coded(self, leaves: Sequence[str], put: tuple[bytes, bytes] = (b"", b"")) -> bytes:
        """The same in UTF-8; what is the same in all papers is encoded once.

        ``put``: what stands in one fixed piece only, and what is put there.
        """
        if self._coded is None:
            coders = {id(fill): _coder(fill) for _, _, fill in self._fills}
            fixed = [b"" if at % 2 else piece.encode() for at, piece in enumerate(self._pieces)]
            self._coded = fixed, [(place, index, coders[id(fill)]) for place, index, fill in self._fills]
            self._last = [""] * len(leaves)
            for place, _, code in self._coded[1]:
                fixed[place] = code("")
            self._place = next((at for at, piece in enumerate(fixed) if put[0] and put[0] in piece), None)
            self._around = fixed[self._place].split(put[0]) if self._place is not None else []
        pieces, fills = self._coded
        last, self._last = self._last, leaves
        for place, index, code in fills:  # most texts are those of the paper before
            if (text := leaves[index]) is not last[index]:
                pieces[place] = code(text)
        if self._place is not None:
            pieces[self._place] = put[1].join(self._around)
        return b"".join(pieces)

    def pieces(self, leaves: Sequence[str]) -> list[str]:
        """The same in pieces."""
        pieces = self._pieces.copy()
        for place, index, fill in self._fills:
            pieces[place] = fill(leaves[index])
        return pieces


def _coder(fill: Callable[[str], str]) -> Callable[[str], bytes]:
    return lru_cache(maxsize=1024)(lambda text: fill(text).encode())
