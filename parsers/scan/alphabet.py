"""The recogniser's characters, and which of them stand for a character that a person wrote. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]

BLANK = 0  #: The CTC blank in the recogniser's alphabet.

LOOKALIKES: dict[str, str] = {
    "0": "Oo〇○◯ΟοОо°º",
    "1": "lI|丨Ⅰ∣",
    "2": "Zz",
    "3": "Зз",
    "5": "Ss",
    "6": "бG",
    "9": "gq",
    ".": ",。、·•．‧",
    "-": "—–一−~_～ー",
    "+": "十✝†t",
    "分": "兮今份吩纷芬盼粉",
    "√": "✓✔∨Vv",
    "×": "xX✕✗乂㐅",
    "/": "╱丿ノ∕",
    "〇": "0Oo○◯零",
    "一": "-—–−ー_～~",
    "二": "=ニ",
    "三": "≡ミ",
    "十": "+†",
    "八": "ハ",
    "六": "穴",
    "七": "匕",
}  #: What the recogniser writes when a person wrote the character on the left; each counts ``ALIKE``.

FAINTLY_ALIKE: dict[str, str] = {
    "0": "口◎QθDp",
    "1": "!j/]、丶亅乚",
    "2": "乙之こ己",
    "3": "ろョヨ了}彡",
    "4": "Y千屮Ч+升",
    "5": "$ちう亏",
    "6": "bЬσh",
    "7": "フT?>マ刁ワ",
    "8": "B&ßβ日目",
    "9": "yのPp",
    "-": "'`",
    ".": "'`",
    "√": "厂レし√ノ",
    "八": "人入",
    "六": "大",
    "七": "T",
    "四": "皿囗",
}  #: The same, but it is more often something else; each counts ``FAINTLY``.

MISREADINGS: dict[str, str] = {
    "0": "6D8",
    "1": "74",
    "2": "7",
    "3": "589",
    "4": "96",
    "5": "6389",
    "6": "054b8",
    "7": "1294",
    "8": "3960",
    "9": "478g",
}  #: Digits that a hand makes alike: written on the left, seen on the right; each counts ``MISREAD``.

ALIKE = 0.3  #: How much a look-alike counts beside the character itself.
FAINTLY = 0.01


class Alphabet:
    """The recogniser's characters, and which of them stand for a character that a person wrote."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        self._index: dict[str, int] = {}
        self._folded: dict[str, list[int]] = {}
        self._mixings: dict[tuple[tuple[str, ...], float], tuple[list[int], Floats]] = {}
        for position, character in enumerate(self.characters):
            if position == BLANK:
                continue
            self._index.setdefault(character, position)
            folded = unicodedata.normalize("NFKC", character)
            if folded != character:
                self._folded.setdefault(folded, []).append(position)

    def seen_as(self, symbol: str, misread: float) -> dict[int, float]:
        """The dictionary places that count for a written symbol, with their weights."""
        places = {self._index[c]: FAINTLY for c in FAINTLY_ALIKE.get(symbol, "") if c in self._index}
        places |= {self._index[c]: ALIKE for c in LOOKALIKES.get(symbol, "") if c in self._index}
        for digit in MISREADINGS.get(symbol, ""):
            if digit in self._index:
                places.setdefault(self._index[digit], misread)
        for place in self._folded.get(symbol, ()):
            places[place] = 1.0
        if symbol in self._index:
            places[self._index[symbol]] = 1.0
        return places

    def emissions(self, steps: Floats, symbols: tuple[str, ...], misread: float, floor: float) -> Floats:
        """Probability of each symbol at each step (steps × (1 + symbols)); column 0 is the CTC blank."""
        if (symbols, misread) not in self._mixings:
            self._mixings[symbols, misread] = self._mixing(symbols, misread)
        columns, mixing = self._mixings[symbols, misread]
        mixed: Floats = steps[:, columns].astype(np.float64) @ mixing
        return np.clip(mixed, floor, 1.0)

    def _mixing(self, symbols: tuple[str, ...], misread: float) -> tuple[list[int], Floats]:
        """The dictionary places that matter, the CTC blank first, and what each of them counts for each symbol."""
        seen = [self.seen_as(symbol, misread) for symbol in symbols]
        columns = [BLANK, *dict.fromkeys(place for places in seen for place in places)]
        row = {place: number for number, place in enumerate(columns)}
        mixing = np.zeros((len(columns), len(symbols) + 1))
        mixing[0, 0] = 1.0
        for number, places in enumerate(seen):
            for place, weight in places.items():
                mixing[row[place], number + 1] = weight
        return columns, mixing
