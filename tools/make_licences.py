"""Writes docs/licences.md: under which licence each library stands that formgen uses, from what is installed here.

With ``--check`` it writes nothing and says whether the page names exactly the libraries of constraints.txt.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE, PINNED = ROOT / "docs" / "licences.md", ROOT / "constraints.txt"
EXTRAS = {"": "运行所需", "scan": "扫描件（formgen[scan]）", "dev": "开发和测试"}
HEAD = """# 许可

formgen 自己用 MIT 许可（见 LICENSE）。下面是它用到的库，由 `make licences` 按安装的包自己写的写成，请勿手改。
formgen 不附带任何别人的程序、字体或模型：库由 pip 安装，LibreOffice（MPL-2.0）、poppler（GPL-2.0-or-later，只作为
另外的程序运行）和字体（Noto CJK：OFL-1.1；AR PL UKai：Arphic Public License）由本机安装，识别用的模型随 rapidocr 安装
（Apache-2.0）。
"""
KNOWN = {
    "Apache": "Apache-2.0", "BSD": "BSD", "MIT": "MIT", "MPL": "MPL-2.0", "PSF": "PSF-2.0", "LGPL": "LGPL",
    "Python Software Foundation": "PSF-2.0", "Public Domain": "public domain", "HPND": "HPND", "ISC": "ISC",
}  # fmt: skip
#: Libraries whose metadata name no licence, with where it stands.
BY_HAND: dict[str, str] = {}


def pinned() -> dict[str, str]:
    """Library → version of constraints.txt."""
    lines = [line.split("#")[0].strip() for line in PINNED.read_text(encoding="utf-8").splitlines()]
    return {canonicalize_name(name): version for name, _, version in (one.partition("==") for one in lines if one)}


def licence(name: str) -> str:
    """The licence that a library names; ``?`` where it names none."""
    found = metadata.metadata(name)
    if expression := found.get("License-Expression"):
        return expression
    for classifier in found.get_all("Classifier") or []:
        if classifier.startswith("License :: OSI Approved :: "):
            return classifier.rpartition(" :: ")[2].removesuffix(" License")
    words = (found.get("License") or "").strip().splitlines()
    if words and len(words[0]) < 60:
        return words[0]
    text = " ".join(words)[:400]
    return next((known for mark, known in KNOWN.items() if mark in text), BY_HAND.get(name, "?"))


def needed(extra: str) -> set[str]:
    """The libraries that formgen with an extra brings along, and theirs."""
    found: set[str] = set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = [*project["dependencies"], *project["optional-dependencies"].get(extra, ())]
    waiting = [(Requirement(one), "") for one in direct]
    while waiting:
        one, wanted = waiting.pop()
        if one.marker and not one.marker.evaluate({"extra": wanted}):
            continue
        name = canonicalize_name(one.name)
        if name in found or name == "formgen":
            continue
        try:
            inner = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(name)
        waiting += [(Requirement(each), each_extra) for each in inner for each_extra in (one.extras or {""})]
    return found


def page() -> str:
    """The whole page."""
    told: set[str] = set()
    versions = pinned()
    parts = [HEAD]
    for extra, title in EXTRAS.items():
        names = sorted(needed(extra) - told)
        told |= set(names)
        rows = [f"| {name} | {versions.get(name, '—')} | {licence(name)} |" for name in names if name in versions]
        parts.append("\n".join([f"## {title}", "", "| 库 | 版本 | 许可 |", "|---|---|---|", *rows]) + "\n")
    rest = sorted(versions.keys() - told)
    if rest:
        rows = [f"| {name} | {versions[name]} | {licence(name)} |" for name in rest]
        parts.append("\n".join(["## 其他", "", "| 库 | 版本 | 许可 |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def check() -> int:
    """Whether the page names what constraints.txt names."""
    rows = re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    told = {name: version for name, version, _ in rows}
    wrong = sorted(set(pinned().items()) ^ set(told.items()))
    for name, version in wrong:
        print(f"docs/licences.md and constraints.txt differ: {name} {version}; run make licences")
    for name, _, words in rows:
        if words.strip() == "?":
            print(f"docs/licences.md: no licence is known of {name}")
    return int(bool(wrong) or any(words.strip() == "?" for _, _, words in rows))


def main() -> int:
    """Write the page, or check it."""
    if "--check" in sys.argv[1:]:
        return check()
    PAGE.write_text(page(), encoding="utf-8")
    return check()


if __name__ == "__main__":
    sys.exit(main())
