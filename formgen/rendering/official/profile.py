"""How a county sets official paper: the two named profiles, and local ones from the workspace's ``profiles/*.toml``."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from formgen.errors import ConfigurationError, UsageError
from formgen.rendering.official.faces import CHAINS

PageNumbers = Literal["outer", "centre", "none"]
_PAGE_NUMBERS = {"外侧": "outer", "居中": "centre", "不编": "none"}


@dataclass(frozen=True, slots=True)
class Profile:
    """Margins in mm, line pitch and sizes in points, faces by role."""

    name: str = "compat"
    top: float = 37
    bottom: float = 35
    inner: float = 28  #: 订口.
    outer: float = 26  #: 切口.
    pitch: float = 28.95  #: Exact height of a line of the text.
    title_pitch: float = 33
    spread: int = -5  #: Twips between characters, so that 28 fit.
    mark: float = 48  #: Largest size of the 发文机关标志.
    red: str = "FF0000"
    rule: int = 12  #: Thickness of the red line, in eighths of a point.
    page_numbers: PageNumbers = "outer"
    faces: Mapping[str, str] = field(default_factory=lambda: {role: chain[0] for role, chain in CHAINS.items()})
    latin: str = "Times New Roman"
    adjusted: bool = False  #: The pitch was changed for this paper, so that 署名 and text share a side (7.3.5.5).

    @property
    def zi(self) -> int:
        """One 字 in twips."""
        return 320 + self.spread

    @property
    def width(self) -> int:
        """The 版心 across, in twips."""
        return 11906 - twips(self.inner) - twips(self.outer)


def twips(millimetres: float) -> int:
    """Millimetres as twips, as Word itself rounds them."""
    return round(millimetres * 1440 / 25.4)


COMPAT = Profile()
STRICT = Profile(name="strict", top=34.58, bottom=32.58, pitch=29.45)
PROFILES = {profile.name: profile for profile in (COMPAT, STRICT)}

#: Key in a local profile → field, least, most, an example.
_NUMBERS = {
    "上边距": ("top", 10.0, 60.0, "37"),
    "下边距": ("bottom", 10.0, 60.0, "35"),
    "订口": ("inner", 10.0, 50.0, "28"),
    "切口": ("outer", 10.0, 50.0, "26"),
    "行距": ("pitch", 18.0, 40.0, "28.95"),
    "标题行距": ("title_pitch", 22.0, 60.0, "33"),
    "标志字号": ("mark", 18.0, 90.0, "48"),
}
_KEYS = (*_NUMBERS, "沿用", "字间距", "红色", "红线", "页码", "西文", "字体")


def find(name: str, workspace: Path | None = None) -> Profile:
    """The profile of this name: ``profiles/NAME.toml`` of the workspace, else a built-in one.

    Raises UsageError for a name that nobody knows, ConfigurationError for a file that is wrong.
    """
    own = {path.stem: path for path in sorted((workspace / "profiles").glob("*.toml"))} if workspace else {}
    if name in own:
        return _load(own[name])
    if name in PROFILES:
        return PROFILES[name]
    known = "、".join(dict.fromkeys((*PROFILES, *own)))
    raise UsageError(f"没有名为“{name}”的版式；有：{known}。本地版式写在工作区的 profiles/{name}.toml")


def _load(path: Path) -> Profile:
    try:
        table = tomllib.loads(_quoted(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{path}：不是正确的 TOML（{fault}）。一行一项，例如 行距 = 28") from fault
    except OSError as fault:
        raise ConfigurationError(f"{path}：读不了（{fault.strerror or fault}）") from fault
    for key in table:
        if key not in _KEYS:
            close = difflib.get_close_matches(key, _KEYS, 1, 0.4)
            meant = f"是否想写 {close[0]}？" if close else ""
            raise ConfigurationError(f"{path}：不认识“{key}”。{meant}可以写的有：{'、'.join(_KEYS)}")
    base = PROFILES.get(str(table.get("沿用", "compat")))
    if base is None:
        raise ConfigurationError(f"{path}：沿用 应为 {' 或 '.join(PROFILES)}")
    changes: dict[str, Any] = {"name": path.stem}
    for key, (target, least, most, example) in _NUMBERS.items():
        if key in table:
            changes[target] = _number(path, key, table[key], least, most, example)
    if "字间距" in table:
        changes["spread"] = round(_number(path, "字间距", table["字间距"], -1, 1, "-0.25") * 20)
    if "红线" in table:
        changes["rule"] = round(_number(path, "红线", table["红线"], 0.25, 6, "1.5") * 8)
    changes |= _words(path, table)
    if "字体" in table:
        changes["faces"] = {**base.faces, **_faces(path, table["字体"])}
    assert set(changes) <= {one.name for one in fields(Profile)}
    return replace(base, **changes)


def _quoted(text: str) -> str:
    """The text with Chinese names of keys and tables in quotes, as TOML wants them and no clerk writes them."""
    text = re.sub(r"^([ \t]*)([\u4e00-\u9fff]+)([ \t]*=)", r'\1"\2"\3', text, flags=re.MULTILINE)
    return re.sub(r"^([ \t]*\[)([\u4e00-\u9fff]+)(\])", r'\1"\2"\3', text, flags=re.MULTILINE)


def _number(path: Path, key: str, value: object, least: float, most: float, example: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ConfigurationError(f"{path}：{key} = {value} 应为 {least:g} 到 {most:g} 之间的数，例如 {key} = {example}")
    return float(value)


def _words(path: Path, table: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    if "红色" in table:
        red = str(table["红色"]).removeprefix("#").upper()
        if len(red) != 6 or set(red) - set("0123456789ABCDEF"):
            raise ConfigurationError(f'{path}：红色 应为六位十六进制，例如 红色 = "FF0000"')
        found["red"] = red
    if "页码" in table:
        rule = _PAGE_NUMBERS.get(str(table["页码"]))
        if rule is None:
            raise ConfigurationError(f"{path}：页码 应为 {'、'.join(_PAGE_NUMBERS)} 之一")
        found["page_numbers"] = rule
    if "西文" in table:
        found["latin"] = _face(path, "西文", table["西文"])
    return found


def _faces(path: Path, table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise ConfigurationError(f'{path}：字体 应写成一节 [字体]，例如 仿宋 = "仿宋"')
    for role in table:
        if role not in CHAINS:
            raise ConfigurationError(f"{path}：[字体] 里的“{role}”不认识；可以写的有：{'、'.join(CHAINS)}")
    return {role: _face(path, role, name) for role, name in table.items()}


def _face(path: Path, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 60 or not value.isprintable():
        raise ConfigurationError(f'{path}：{key} 应为加引号的字体名，例如 {key} = "仿宋"')
    return value.strip()
