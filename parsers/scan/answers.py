"""The answers that a field allows, and how people write them: points, judgements, grades, ticks. Pure.

The weights say how usual a way of writing is beside plain figures, and how often ink is lost: a decimal point that
cannot be seen, a figure that is run together with its neighbour. They are what the total can be held against. Full
marks are given more often than others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from parsers.scan.allowed import Candidate, Spelling

NOTHING = ("/", "无", "-", "—", "一", "×")  #: What people write where there is nothing to say.

#: What two figures look like to the recogniser where they touch, with how usual that is (as drawn by 150 hands).
TOUCHING = {
    "10": {"D": 0.25, "b": 0.15, "0": 0.06, "O": 0.03, "p": 0.03, "P": 0.02, "6": 0.01, "9": 0.01},
    "11": {"1": 0.5, "Ⅱ": 0.05, "N": 0.02, "W": 0.02, "门": 0.02},
    "12": {"口": 0.4, "2": 0.04, "Z": 0.04, "R": 0.1, "亿": 0.02, "Q": 0.05, "k": 0.02},
    "13": {"B": 0.5, "1B": 0.08, "8": 0.02, "3": 0.02, "11": 0.01},
    "14": {"H": 0.35, "什": 0.25, "1H": 0.05, "4": 0.05, "A": 0.03, "片": 0.02},
    "15": {"5": 0.3, "石": 0.08, "F": 0.03, "E": 0.03, "B": 0.02},
    "16": {"6": 0.4, "k": 0.06, "后": 0.03, "石": 0.03, "b": 0.02, "5": 0.02},
    "17": {"7": 0.25, "0": 0.02, "刀": 0.02, "n": 0.02, "日": 0.02, "1": 0.02},
    "18": {"B": 0.25, "8": 0.08, "B8": 0.02, "日": 0.02},
    "19": {"A": 0.2, "日": 0.18, "1A": 0.02, "9": 0.03, "P": 0.02},
    "25": {"万": 0.04, "石": 0.02},
    "70": {"刀": 0.1, "10": 0.02},
    "75": {"万": 0.08},
}
#: The same for a figure and the word 分 behind it; ``?``: any other figure.
TOUCHING_UNIT = {
    "1": {"份": 0.3, "仔": 0.05},
    "4": {"物": 0.1, "片": 0.03, "份": 0.02},
    "7": {"份": 0.05},
    "9": {"份": 0.1},
    "?": {"吩": 0.02, "份": 0.02},
    "0": {"吩": 0.05, "吻": 0.02},
}
_DIGITS = "〇一二三四五六七八九"
_LOST_POINT = 0.06  #: The point of ``8.5`` is not seen.
_LOST = 0.03  #: A figure that touches its neighbour is not seen.
_WITH_UNIT = 0.2
_IN_CHINESE = 0.03
_FULL_MARKS = 0.02
_BEYOND = 0.005  #: A figure that the field does not allow.
_ZERO_BEHIND = 0.02  #: ``8.0``


@lru_cache(maxsize=128)
def scores(
    maximum: Decimal,
    step: Decimal = Decimal("0.5"),
    *,
    tiers: tuple[Decimal, ...] = (),
    bonus: bool = False,
    deduction: bool = False,
    full_marks: bool = True,
    beyond: Decimal = Decimal(10),
) -> tuple[Candidate, ...]:
    """The points from 0 to a maximum in steps (or the tiers, and 0), and nothing (``""``) where it may be blank.

    Points above the maximum by up to ``beyond`` are rare answers of their own (``out-of-range`` is the parser's word
    for them): what is not among the answers would be taken for its nearest neighbour. ``扣2分`` is a way of writing 2
    only where points are taken off; elsewhere it is none of the answers, as it means another value than it says.
    Raises ValueError where the step is not positive.
    """
    if step <= 0:
        raise ValueError(f"a step of {step}")
    usual = sorted({Decimal(0), *tiers}) if tiers else [step * n for n in range(int(maximum / step) + 1)]
    whole = {Decimal(n) for n in range(int(maximum + beyond) + 1)}
    candidates = []
    for value in sorted({*usual, *whole}):
        half = value != value.to_integral_value()
        weight = _BEYOND if value not in usual else 0.25 if half else 2.0 if value == maximum else 1.0
        spelt = _spellings(value, bonus, deduction)
        if full_marks and value == maximum and not (bonus or deduction):
            spelt.append(Spelling("满分", _FULL_MARKS))
        candidates.append(Candidate(plain(value), tuple(spelt), weight))
    if bonus or deduction:
        candidates.append(Candidate("", tuple(Spelling(text, 0.3) for text in NOTHING)))
    return tuple(candidates)


def totals(maximum: Decimal, step: Decimal = Decimal("0.5")) -> tuple[Candidate, ...]:
    """The figures that a written total may be."""
    return scores(maximum, step, full_marks=False)


def words(answers: Sequence[str], aliases: Mapping[str, Sequence[str]] | None = None) -> tuple[Candidate, ...]:
    """Grades or judgements (``好`` ``一般`` ``差``), each with its other names."""
    return tuple(
        Candidate(answer, (Spelling(answer), *(Spelling(other, 0.5) for other in (aliases or {}).get(answer, ()))))
        for answer in dict.fromkeys(answers)
    )


def plain(value: Decimal) -> str:
    """A figure without needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def chinese(value: Decimal) -> str | None:
    """The figure in Chinese up to 99, as on a form: ``八``, ``十五``, ``八点五``; None above."""
    whole, _, part = plain(value).partition(".")
    number = int(whole)
    if number > 99:
        return None
    tens, ones = divmod(number, 10)
    text = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    if ones or not tens:
        text += _DIGITS[ones]
    return text + ("点" + "".join(_DIGITS[int(digit)] for digit in part) if part else "")


def _spellings(value: Decimal, bonus: bool, deduction: bool) -> list[Spelling]:
    text = plain(value)
    figures, point = sum(map(str.isdigit, text)), "." in text
    spelt = {text: Spelling(text, 1.0, figures, point)}

    def add(other: str, weight: float, seen: bool = False, touching: bool = False) -> None:
        if other and other not in spelt:
            spelt[other] = Spelling(other, weight, figures if seen else -1, point, touching)

    if point:
        add(text.replace(".", ""), _LOST_POINT, True)
        add(text.replace(".", "") + "分", _LOST_POINT * _WITH_UNIT)
    else:
        add(text + ".0", _ZERO_BEHIND)
    for pair, marks in TOUCHING.items():
        if pair in text:
            for mark, weight in marks.items():
                add(text.replace(pair, mark, 1), weight, True, True)
                if weight >= 0.1:
                    add(text.replace(pair, mark, 1) + "分", weight * _WITH_UNIT)
    for number, character in enumerate(text):
        if character.isdigit() and figures > 1:
            lost = text[:number] + text[number + 1 :]
            if not lost.startswith(".") and not lost.endswith("."):
                add(lost, _LOST, True, True)
    add(text + "分", _WITH_UNIT)
    for mark, weight in (TOUCHING_UNIT.get(text[-1]) or TOUCHING_UNIT["?"]).items():
        add(text[:-1] + mark, weight * _WITH_UNIT)
    if (numeral := chinese(value)) is not None:
        add(numeral, _IN_CHINESE)
        add(numeral + "分", _IN_CHINESE / 2)
    signs = ("+", "加") if bonus else ("-", "扣") if deduction else ()
    for sign in signs:
        add(sign + text, 0.3)
        add(sign + text + "分", 0.1)
    return list(spelt.values())
