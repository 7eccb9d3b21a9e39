"""What a number shows under a number format, and whether that still says its value. See ECMA-376, 18.8.31. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from functools import lru_cache

#: Built-in formats that may show another value than the one stored, by their number (ECMA-376, 18.8.30).
BUILTIN_CODES = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0;-#,##0", 6: "#,##0;-#,##0", 7: "#,##0.00;-#,##0.00",
    8: "#,##0.00;-#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '#,##0;-#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"??', 44: '#,##0.00;-#,##0.00;"-"??',
    48: "##0.0E+0",
}  # fmt: skip

_SECTION = re.compile(r'(?:"[^"]*"?|\\.|[^;"\\])+|(?<=;)(?=;)|^(?=;)|(?<=;)$')
_TOKEN = re.compile(r'"([^"]*)"?|\\(.)|_.|\*(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|(general|g/通用格式)|(.)', re.I | re.S)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_INVISIBLE = re.compile(r"\[(?:white|白色?|color ?2)\]", re.IGNORECASE)
_PLACES = "0#?"
_NOTHING = Decimal("1e-6")  #: A smaller difference between what is shown and what is stored is none.
_UNITS = re.compile(r"[\s\u3000分元人户次件项名个天票篇第号岁年月日¥￥$%％，,]")
_FIGURE = re.compile(r"(\()?([+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)(?(1)\))")


def says(shown: str, value: str) -> bool:
    """Whether what a cell shows is its value, a plain unit (``8分``) or a sign of money beside it or not."""
    match = _FIGURE.fullmatch(_UNITS.sub("", shown.replace("－", "-").replace("（", "(").replace("）", ")")))
    if not match:
        return False
    try:
        number = Decimal(match[2])
        return abs((-abs(number) if match[1] else number) - Decimal(value.removesuffix("%"))) < _NOTHING
    except (InvalidOperation, Overflow):
        return False


@lru_cache(maxsize=4096)
def appearance(code: str, value: str) -> str:
    """What a number (``8.5``, ``88.5%``) shows under a number format; empty where the format hides it."""
    number = Decimal(value.removesuffix("%"))
    parts = sections(code)
    section, signed = _section(parts, number)
    if _INVISIBLE.search(section):
        return ""
    with localcontext() as context:
        context.prec = 1_000
        shown = _shown(_tokens(section), abs(number), "-" if signed and number < 0 else "")
    return shown + "%" if shown and value.endswith("%") else shown


def text_appearance(code: str, text: str) -> str:
    """What a text shows under a number format: the fourth section is for texts, as is a last one with ``@``."""
    parts = sections(code)
    section = parts[3] if len(parts) > 3 else parts[-1] if "@" in _bare(parts[-1]) else "@"
    if _INVISIBLE.search(section):
        return ""
    return "".join(text if place == "@" else word for word, place in _tokens(section))


def sections(code: str) -> list[str]:
    """The sections of a format: of positive numbers, negative ones, zero and texts."""
    return _SECTION.findall(code) or [code]


def _section(parts: Sequence[str], number: Decimal) -> tuple[str, bool]:
    """The section that a number is shown by, and whether a minus is put before it."""
    if any(_CONDITION.search(part) for part in parts):
        for part in parts:
            match = _CONDITION.search(part)
            if match is None or _holds(match[1], number, Decimal(match[2])):
                return part, True
        return parts[-1], True
    numeric = parts[:3]
    if len(numeric) > 1 and "@" in _bare(numeric[-1]) and numeric[-1] is parts[-1]:
        numeric = numeric[:-1]
    if number < 0 and len(numeric) > 1:
        return numeric[1], False
    if number == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], True


def _holds(sign: str, number: Decimal, bound: Decimal) -> bool:
    return {
        "<": number < bound, ">": number > bound, "<=": number <= bound,
        ">=": number >= bound, "=": number == bound, "<>": number != bound,
    }[sign]  # fmt: skip


def _bare(section: str) -> str:
    return "".join(place for _, place in _tokens(section))


@lru_cache(maxsize=256)
def _tokens(section: str) -> tuple[tuple[str, str], ...]:
    """The literal words and the placeholders of a section in their order: one of the two is empty each time."""
    found: list[tuple[str, str]] = []
    for quoted, escaped, filling, money, general, other in _TOKEN.findall(section):
        if general:
            found.append(("", "G"))
        elif other and other in "0#?.,%@/Ee":
            found.append(("", other))
        else:
            found.append((quoted or escaped or filling or money or other, ""))
    return tuple(found)


def _shown(tokens: Sequence[tuple[str, str]], number: Decimal, minus: str) -> str:
    """The words and digits of a number that is not negative."""
    places = "".join(place for _, place in tokens)
    if "G" in places or "@" in places:
        return minus + "".join(format(number, "f") if place in ("G", "@") and place else word for word, place in tokens)
    if not any(place in _PLACES for place in places):
        return minus * bool(places) + "".join(word or place for word, place in tokens)
    if "/" in places:
        return minus + _fraction(number, places)
    if "e" in places.lower():
        decimals = len(re.sub(r"[^0#?]", "", places.lower().partition("e")[0].partition(".")[2]))
        return minus + format(number, f".{decimals}E")
    body = places.rstrip("%")
    number /= 1000 ** (len(body) - len(body.rstrip(",")))
    digits = _digits(tokens, number)
    return minus + digits if re.search("[1-9]", digits) else digits


def _fraction(number: Decimal, places: str) -> str:
    most = 10 ** min(len(re.sub(r"[^0#?]", "", places.partition("/")[2])) or 1, 6) - 1
    near = Fraction(number).limit_denominator(most)
    return format(number, "f") if near == Fraction(number) else f"{near.numerator}/{near.denominator}"


def _digits(tokens: Sequence[tuple[str, str]], number: Decimal) -> str:
    """A number written into its placeholders."""
    point = next((index for index, (_, place) in enumerate(tokens) if place == "."), len(tokens))
    decimals = sum(place in _PLACES for _, place in tokens[point:] if place)
    written = format(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), "f")
    whole, _, part = written.partition(".")
    whole = whole.lstrip("0")
    first = next((index for index, (_, place) in enumerate(tokens) if place and place in _PLACES), 0)
    before: list[str] = []
    for index in range(point - 1, -1, -1):
        word, place = tokens[index]
        if place and place in _PLACES:
            digit = whole[-1:] or ("0" if place == "0" else "")
            whole, rest = whole[:-1], whole[:-1] if index == first else ""
            before.append(rest + digit)
        elif word:
            before.append(word)
    after: list[str] = [whole] if first > point else []
    taken = 0
    for word, place in tokens[point:]:
        if place == ".":
            after.append(".")
        elif place and place in _PLACES:
            after.append("" if place != "0" and not part[taken:].strip("0") else part[taken])
            taken += 1
        elif word:
            after.append(word)
    return "".join(reversed(before)) + "".join(after)
