"""The faces of official paper by name, their second choices, and which of them this computer has.

No face is shipped. A paper names the first choice (or what the profile says); ``fontTable`` gives Word the others.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: Role → family names that serve, first choice first (GB/T 9704-2012, 5.2.2 and 7; the names are custom).
CHAINS: Mapping[str, tuple[str, ...]] = {
    "小标宋": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong"),
    "仿宋": ("仿宋_GB2312", "仿宋", "FangSong", "华文仿宋", "STFangsong", "方正仿宋_GBK"),
    "黑体": ("黑体", "SimHei", "华文黑体", "STHeiti", "Heiti SC", "方正黑体_GBK"),
    "楷体": ("楷体_GB2312", "楷体", "KaiTi", "华文楷体", "STKaiti", "方正楷体_GBK"),
    "宋体": ("宋体", "SimSun", "华文宋体", "STSong", "Songti SC"),
}
USES = {
    "小标宋": "标题（小标宋）",
    "仿宋": "正文（仿宋）",
    "黑体": "一级标题（黑体）",
    "楷体": "二级标题（楷体）",
    "宋体": "页码（宋体）",
}
#: What a system without any of a chain usually draws the face with.
_STAND_INS = {
    "小标宋": ("宋体", "SimSun", "Noto Serif CJK SC", "Source Han Serif SC"),
    "仿宋": ("宋体", "SimSun", "Noto Serif CJK SC", "Source Han Serif SC"),
    "黑体": ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei"),
    "楷体": ("AR PL UKai CN", "LXGW WenKai", "Noto Serif CJK SC"),
    "宋体": ("Noto Serif CJK SC", "Source Han Serif SC"),
}
_WINDOWS_FILES = {
    "方正小标宋简体": ("FZXBSJW.TTF", "方正小标宋简体.ttf"),
    "方正小标宋_GBK": ("FZXBSK.TTF",),
    "华文中宋": ("STZHONGS.TTF",),
    "仿宋_GB2312": ("SIMFANG_GB2312.TTF", "仿宋_GB2312.ttf"),
    "仿宋": ("SIMFANG.TTF",),
    "华文仿宋": ("STFANGSO.TTF",),
    "黑体": ("SIMHEI.TTF",),
    "楷体_GB2312": ("SIMKAI_GB2312.TTF", "楷体_GB2312.ttf"),
    "楷体": ("SIMKAI.TTF",),
    "华文楷体": ("STKAITI.TTF",),
    "宋体": ("SIMSUN.TTC",),
    "华文宋体": ("STSONG.TTF",),
}
#: Faces that hold only the 6763 characters of GB 2312: rarer ones in names would be missing.
NARROW = frozenset({"仿宋_GB2312", "楷体_GB2312", "方正小标宋简体"})
#: What a character outside GB 2312 is set in where the face named is a narrow one.
RARE = {"仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体", "方正小标宋简体": "方正小标宋_GBK"}
#: What a character beyond the basic plane (most of them rare family names) is set in.
RAREST = "SimSun-ExtB"


@dataclass(frozen=True, slots=True)
class Face:
    """A face that a paper needs, and what will draw it on this computer."""

    use: str  #: What it is for, in the clerk's words.
    wanted: str  #: The name that the paper carries.
    served: str | None  #: The family of the chain that is installed; None: none is.
    stand_in: str | None = None  #: What will be seen instead, if that is known.

    @property
    def exact(self) -> bool:
        """Whether the face named is here."""
        return self.served == self.wanted


def installed_families() -> frozenset[str]:
    """Names of the font families on this computer, by fontconfig or by the files in the Windows font folders."""
    return _installed(os.environ.get("WINDIR", ""), os.environ.get("LOCALAPPDATA", ""))


@lru_cache(maxsize=2)
def _installed(windows: str, local: str) -> frozenset[str]:
    if fc_list := shutil.which("fc-list"):
        try:
            listed = subprocess.run(  # noqa: S603 - a fixed command without a shell
                [fc_list, ":", "family"], capture_output=True, text=True, encoding="utf-8", timeout=30, check=False
            ).stdout
        except (OSError, subprocess.TimeoutExpired):
            return frozenset()
        return frozenset(name.strip() for line in listed.splitlines() for name in line.split(","))
    folders = [Path(windows or r"C:\Windows") / "Fonts"]
    if local:
        folders.append(Path(local) / "Microsoft" / "Windows" / "Fonts")
    files = {file.name.upper() for folder in folders if folder.is_dir() for file in folder.iterdir()}
    return frozenset(family for family, names in _WINDOWS_FILES.items() if any(name.upper() in files for name in names))


def survey(wanted: Mapping[str, str] | None = None, here: Iterable[str] | None = None) -> tuple[Face, ...]:
    """Each face that official paper needs. ``wanted``: role → name (the first of each chain where it is not given)."""
    families = frozenset(installed_families() if here is None else here)
    found = []
    for role, chain in CHAINS.items():
        first = (wanted or {}).get(role, chain[0])
        served = next((name for name in dict.fromkeys((first, *chain)) if name in families), None)
        stand_in = served or next((name for name in _STAND_INS[role] if name in families), None)
        found.append(Face(USES[role], first, served, stand_in))
    return tuple(found)


def words(face: Face) -> str:
    """A line for a clerk on a face that is not here."""
    if face.served:
        return f"{face.use}：本机没有“{face.wanted}”，由“{face.served}”代替"
    instead = f"会用“{face.stand_in}”显示" if face.stand_in else "会由别的字体代替"
    return f"{face.use}：本机没有“{face.wanted}”，也没有同类字体，{instead}；印发前请在有此字体的电脑上打印"


def runs(text: str, face: str) -> list[tuple[str, str]]:
    """The text cut into runs of (characters, face): what a narrow face does not hold gets a wider one."""
    cut: list[tuple[str, str]] = []
    for character in text:
        own = _face_for(character, face)
        if cut and cut[-1][1] == own:
            cut[-1] = (cut[-1][0] + character, own)
        else:
            cut.append((character, own))
    return cut


def _face_for(character: str, face: str) -> str:
    if ord(character) > 0xFFFF:
        return RAREST
    if face not in NARROW or not "\u3400" <= character <= "\u9fff":
        return face
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return RARE[face]
    return face


def missing(wanted: Mapping[str, str] | None = None) -> str:
    """One line for a clerk on the faces of which this computer has no kind; ``""`` if there are none."""
    names = "、".join(face.wanted for face in survey(wanted) if face.served is None)
    return f"本机没有公文字体{names}，显示和打印时由别的字体代替；运行 formgen doctor 可看详情" if names else ""
