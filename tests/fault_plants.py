"""Faults that can be planted in the XML of a paper that conforms, one way of spoiling it for each function.

A fault is (name, paper, part, plant, codes that may be said for it, clause). The first code must be said; any other
code in the set is the same fault seen from another side (a label that is wrong is no longer the label that is listed).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from check_papers import (
    element,
    find,
    put,
)
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT, SETTINGS, ODD, EVEN = "word/document.xml", "word/settings.xml", "word/footer1.xml", "word/footer2.xml"


@dataclass(frozen=True)
class Fault:
    name: str
    paper: str
    part: str
    plant: Callable[[etree._Element], None]
    codes: tuple[str, ...]
    clause: str


def border(**attributes: object) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        bottom = next(root.iter(f"{W}pBdr")).find(f"{W}bottom")
        assert bottom is not None
        for key, value in attributes.items():
            bottom.set(f"{W}{key}", str(value))

    return plant


def imprint_line(index: int, **attributes: object) -> Callable[[etree._Element], None]:
    """Change a line of the 版记 (0 first, 1 middle, 2 last); ``val="nil"`` takes it away."""

    def plant(root: etree._Element) -> None:
        lines = [line for owner in root.iter(f"{W}pBdr") for line in owner if line.get(f"{W}color") == "000000"]
        for key, value in attributes.items():
            lines[index].set(f"{W}{key}", str(value))

    return plant


def swapped(first: str, second: str) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        find(root, first).addprevious(find(root, second))

    return plant


def no_break(words: str) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        properties = find(root, words).find(f"{W}pPr")
        assert properties is not None
        found = properties.find(f"{W}pageBreakBefore")
        assert found is not None
        properties.remove(found)

    return plant


def split(words: str, *rows: str) -> Callable[[etree._Element], None]:
    """Break a title into the rows given."""

    def plant(root: etree._Element) -> None:
        paragraph = find(root, words)
        parts = list(paragraph.iter(f"{W}t"))
        run = parts[0].getparent()
        assert run is not None
        parts[0].text = rows[0]
        for part in parts[1:]:
            part.text = ""
        for row in rows[1:]:
            run.append(element("br"))
            text = element("t")
            text.text = row
            run.append(text)

    return plant


def lead(words: str, name: str, value: object) -> Callable[[etree._Element], None]:
    """Change only the first run of a paragraph: the heading of a text that runs on."""

    def plant(root: etree._Element) -> None:
        first = next(find(root, words).iter(f"{W}rPr"))
        if name == "face":
            fonts = first.find(f"{W}rFonts")
            assert fonts is not None
            fonts.set(f"{W}eastAsia", str(value))
        else:
            first.append(element(name, **({} if value is None else {"val": value})))

    return plant


def annex_title(tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    """Change the title of 附件1, which stands after its label."""

    def plant(root: etree._Element) -> None:
        title = find(root, "附件1").getnext()
        assert title is not None
        put(title, tag, "pPr", **attributes)

    return plant


def add_third(root: etree._Element) -> None:
    """A third name in 附件说明."""
    second = find(root, "2.青禾")
    third = deepcopy(second)
    second.addnext(third)
    for part, words in zip(third.iter(f"{W}t"), ("3.", "青禾镇小组长合同"), strict=False):
        part.text = words


def no_book_marks(root: etree._Element) -> None:
    for part in root.iter(f"{W}t"):
        part.text = (part.text or "").replace("《", "").replace("》", "")


def only_number(root: etree._Element) -> None:
    """No 签发人 beside the number."""
    paragraph = find(root, "青政〔")
    for run in list(paragraph.iter(f"{W}r")):
        if "青政" not in "".join(part.text or "" for part in run.iter(f"{W}t")):
            paragraph.remove(run)


def columns(root: etree._Element) -> None:
    for section in root.iter(f"{W}sectPr"):
        section.append(element("cols", num=2))


def no_tab(root: etree._Element) -> None:
    """The number of a 信函 where the line begins."""
    number = find(root, "青政函〔")
    for tab in [one for run in number.iter(f"{W}r") for one in run.iter(f"{W}tab")]:
        tab.getparent().remove(tab)  # type: ignore[union-attr]


def all_runs(tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        for run in root.iter(f"{W}r"):
            put(run, tag, "rPr", **attributes)

    return plant


def footer(tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    return lambda root: put(next(root.iter(f"{W}p")), tag, "pPr", **attributes)


def no_dashes(root: etree._Element) -> None:
    for part in root.iter(f"{W}t"):
        part.text = (part.text or "").replace("—", "")


def add_issued(root: etree._Element) -> None:
    """印发机关 and date below 抄送."""
    copies = find(root, "抄送")
    issued = deepcopy(copies)
    copies.addnext(issued)
    put(issued, "ind", "pPr", left=280, hanging=0)
    parts = list(issued.iter(f"{W}t"))
    parts[0].text = "青禾镇党政办公室　2023年5月6日印发"
    for part in parts[1:]:
        part.text = ""


NUMBER_CODES = ("number-size", "number-left")
PLACES = ("date-place", "signature-place")
TITLE = "关于做好乡村振兴小组长月度考核工作的通知"
SEALED_BODY = "为加强乡村振兴小组长"


def fault(name: str, paper: str, plant: Callable[[etree._Element], None], code: str, clause: str, part: str = DOCUMENT,
          also: tuple[str, ...] = ()) -> Fault:  # fmt: skip
    return Fault(name, paper, part, plant, (code, *also), clause)
