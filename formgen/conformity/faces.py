"""Families of faces by the names that products give them, and characters that the narrow faces do not hold."""

from __future__ import annotations

from decimal import Decimal

#: Family → what a name must contain (casefolded) to be of it. The order decides: 小标宋 before 宋体.
_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("小标宋", ("小标宋", "xiaobiaosong", "fzxbs")),
    ("仿宋", ("仿宋", "fangsong", "fzfs", "stfangso")),
    ("楷体", ("楷", "kaiti", "simkai", "fzkt")),
    ("中宋", ("中宋", "zhongsong")),
    ("雅黑", ("雅黑", "yahei")),
    ("黑体", ("黑体", "simhei", "heiti", "fzht", "方正黑")),
    ("宋体", ("宋体", "simsun", "stsong", "songti", "方正书宋", "nsimsun")),
)
#: Second choices that practice accepts, by family.
SECOND = {"小标宋": ("中宋",)}
#: Sizes by their Chinese names, points.
SIZES = {
    Decimal(42): "初号", Decimal(36): "小初", Decimal(26): "一号", Decimal(24): "小一", Decimal(22): "二号",
    Decimal(18): "小二", Decimal(16): "三号", Decimal(15): "小三", Decimal(14): "四号", Decimal(12): "小四",
    Decimal("10.5"): "五号", Decimal(9): "小五",
}  # fmt: skip


def family(name: str) -> str:
    """The family of a face by its name; "" for one that is none of ours."""
    low = name.casefold().replace(" ", "").replace("_", "").replace("-", "")
    return next((kind for kind, marks in _NAMES if any(mark in low for mark in marks)), "")


def size_name(points: Decimal) -> str:
    """``三号（16 磅）``; for odd sizes the points alone."""
    plain = f"{points.normalize():f} 磅"
    return f"{SIZES[points]}（{plain}）" if points in SIZES else plain


def is_rare(text: str) -> bool:
    """Whether each Chinese character of the text is outside GB 2312, so that another face must stand in."""
    seen = [character for character in text if is_chinese(character)]
    return bool(seen) and not any(_in_gb2312(character) for character in seen)


def is_chinese(character: str) -> bool:
    """Whether a character is an ideograph."""
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
