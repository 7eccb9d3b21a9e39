"""Numbers as people write them in Chinese forms, as Decimal, and the named rounding rules. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

LONGEST = 32  #: No number of a form is longer; a longer text is not looked at.

_ROUNDING = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_OVERRIDE = re.compile("[\u202d\u202e]")
_MINUS = str.maketrans(dict.fromkeys("−–—﹣‐‑‒", "-"))
_CAPITALS = str.maketrans(
    "零○Ο壹贰貳弍叁參叄参肆伍陆陸柒捌玖拾佰仟萬兩两", "〇〇〇一二二二三三三三四五六六七八九十百千万二二"
)
_CIRCLES = frozenset("○◯Ο")
_DIGIT = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_UNITS = "分|元|万元|万|%|次|天|日|户|人|个|条|件|篇|名"
_TYPED = re.compile(
    rf"(?P<sign>[+-])?\s*(?P<whole>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]*)"
    rf"(?:(?P<gap>\s*)(?P<dot>[.。·点])(?P<gap2>\s*)(?P<part>[0-9]*))?"
    rf"\s*(?P<unit>{_UNITS})?(?P<half>半)?(?P<stop>[。.]?)"
)
_NUMERAL = re.compile(
    rf"(?P<sign>[+-])?\s*(?P<whole>[〇一二三四五六七八九十百千万]+)(?:点(?P<part>[〇一二三四五六七八九]+))?"
    rf"\s*(?P<unit>{_UNITS})?(?P<half>半)?[。.]?"
)
_SECTION = re.compile(
    r"(?:(?P<k>[一二三四五六七八九])千)?(?:〇?(?P<h>[一二三四五六七八九])百)?"
    r"(?:〇?(?P<t>[一二三四五六七八九]?)(?P<ten>十))?(?P<zero>〇)?(?P<o>[一二三四五六七八九])?"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that somebody wrote, and how sure it is that it means that."""

    value: Decimal
    plain: bool  #: Typed in digits, with a unit at most: nothing was interpreted.
    unit: str = ""  #: ``分``, ``元``, ``%`` …; ``万`` and ``万元`` are multiplied out.
    doubt: str = ""  #: Why a person should look at it, in Chinese; empty if there is no doubt.
    signed: bool = False  #: A + or − was written before it.


def visible(text: str) -> str:
    """The text without characters that print nothing, its blanks made plain spaces, stripped."""
    return re.sub(r"\s+", " ", _INVISIBLE.sub("", text)).strip()


def parse_number(text: str) -> Number | None:
    """The number that the whole text is, with an optional unit; None if it is anything else.

    Understands full-width digits, ``8分``, ``1,200元``, ``八点五``, ``八分半``, ``二十``, ``叁``, ``3.5万元``. What may
    mean two things (``8。5``, ``8.``, ``⑧``, ``二五``) carries a ``doubt``. Never raises.
    """
    bare = visible(text)
    if bare in _CIRCLES:
        return None  # a ring is a mark as often as a nought
    if not bare or len(bare) > LONGEST:
        return None
    lone = _lone_symbol(bare)
    if lone is not None:
        return lone
    if any(unicodedata.decomposition(c).startswith(("<super>", "<sub>", "<circle>", "<fraction>")) for c in bare):
        return None
    plain = unicodedata.normalize("NFKC", bare).translate(_MINUS)
    number = _typed(plain) or _numeral(plain.translate(_CAPITALS))
    if number and _OVERRIDE.search(text):
        return Number(number.value, False, number.unit, "含有改变书写方向的字符，显示的次序可能不同", number.signed)
    return number


def _lone_symbol(bare: str) -> Number | None:
    if len(bare) != 1 or bare.isascii():
        return None
    kind = unicodedata.decomposition(bare).partition(" ")[0]
    if kind not in ("<super>", "<sub>", "<circle>", "<fraction>", "<compat>"):
        return None
    folded = unicodedata.normalize("NFKC", bare).strip("().")
    if kind == "<fraction>":
        return Number(Decimal(str(unicodedata.numeric(bare))), False, doubt=f"写成符号“{bare}”")
    if not re.fullmatch("[0-9]{1,2}", folded):
        return None
    return Number(Decimal(folded), False, doubt=f"写成符号“{bare}”")


def _typed(text: str) -> Number | None:
    match = _TYPED.fullmatch(text)
    if not match or not (match["whole"] or match["part"]):
        return None
    whole, part, dot = match["whole"], match["part"] or "", match["dot"]
    doubt = ""
    if dot and not part:
        doubt = "小数点后没有数字"
    elif dot and not whole:
        doubt = "小数点前没有数字"
    elif dot and (dot != "." or match["gap"] or match["gap2"]):
        doubt = "小数点写得不规范"
    elif match["stop"] and not match["unit"]:
        doubt = "数字后有句点，可能漏了小数"
    elif len(whole) > 1 and whole.startswith("0"):
        doubt = "数字以0开头，可能漏了小数点"
    if match["half"]:
        if dot or not match["unit"]:
            return None
        part = "5"
    value = Decimal(f"{whole.replace(',', '') or '0'}.{part or '0'}") if part else Decimal(whole.replace(",", ""))
    tidy = not (doubt or match["half"] or "," in whole or match["unit"] in ("万", "万元"))
    return _scaled(value, match["sign"], match["unit"] or "", doubt, tidy)


def _numeral(text: str) -> Number | None:
    if text in ("半", "半分"):
        return Number(Decimal("0.5"), False, "分" if text.endswith("分") else "", doubt="只写了“半”")
    match = _NUMERAL.fullmatch(text)
    if not match:
        return None
    whole, unit, doubt = match["whole"], match["unit"] or "", ""
    if unit == "" and whole.endswith("万"):
        whole, unit = whole[:-1], "万"
    value = _chinese_integer(whole)
    if value is None:
        if not whole or not all(c in _DIGIT for c in whole):
            return None
        value = int("".join(str(_DIGIT[c]) for c in whole))
        doubt = "几个数字连写，可能漏了“十”或“点”"
    if match["half"] and (match["part"] or not unit):
        return None
    if text == "一":
        doubt = "“一”也可能是一道横线"
    part = "5" if match["half"] else "".join(str(_DIGIT[c]) for c in match["part"] or "")
    return _scaled(Decimal(f"{value}.{part}") if part else Decimal(value), match["sign"], unit, doubt, False)


def _scaled(value: Decimal, sign: str | None, unit: str, doubt: str, plain: bool) -> Number:
    if unit in ("万", "万元"):
        value, unit = value * 10000, "元" if unit == "万元" else ""
        value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    return Number(-value if sign == "-" else value, plain, unit, doubt, bool(sign))


def _chinese_integer(text: str) -> int | None:
    """The integer that a Chinese numeral below 100,000,000 means, None if it is not well formed."""
    upper, wan, lower = text.partition("万")
    if wan:
        high, low = _section(upper), _section(lower.lstrip("〇")) if lower.strip("〇") else 0
        if not high or low is None or (lower and lower[0] != "〇" and low < 1000):
            return None
        return high * 10000 + low
    return _section(text)


def _section(text: str) -> int | None:
    if text == "〇":
        return 0
    match = _SECTION.fullmatch(text)
    if not match or not text:
        return None
    higher = bool(match["k"] or match["h"]) and not match["ten"]
    if match["o"] and higher and not match["zero"]:
        return None  # 一百二: 120 or 102
    if match["zero"] and (not match["o"] or match["ten"] or not higher):
        return None
    if match["h"] and match["ten"] and not match["t"]:
        return None  # 一百十
    tens = _DIGIT[match["t"]] if match["t"] else 1 if match["ten"] else 0
    digits = [_DIGIT[match[g]] if match[g] else 0 for g in ("k", "h", "o")]
    return digits[0] * 1000 + digits[1] * 100 + tens * 10 + digits[2]


def round_decimal(value: Decimal, rule: str, places: int) -> Decimal:
    """The value rounded to ``places`` decimals by a named rule.

    Rules: ``half-up`` 四舍五入, ``half-even``, ``down`` 舍去, ``up`` 进一. Raises ValueError for another rule or for
    places below 0 or above 10.
    """
    if rule not in _ROUNDING:
        raise ValueError(f"不认识的取整方法“{rule}”；应为 {'、'.join(_ROUNDING)} 之一")
    if not 0 <= places <= 10:
        raise ValueError(f"小数位数应在0到10之间，不是{places}")
    return value.quantize(Decimal(1).scaleb(-places), rounding=_ROUNDING[rule])
