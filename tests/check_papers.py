"""Official papers written by formgen's own writer, and a way to plant faults in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import lru_cache

from lxml import etree

from formgen.rendering.official.elements import Attendance, Paper, Piece, Text
from formgen.rendering.official.profile import PROFILES
from formgen.rendering.official.writer import write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LONG = "各村要把乡村振兴小组长的管理放在心上，按月考核、按季通报，做到有人管、管得住、管得好，把工作落到每一户。"

_BODY = (
    Text("为加强乡村振兴小组长队伍管理，现将有关事项通知如下，请结合实际认真抓好落实。" + LONG),
    Text("一、总体要求", 1, 6),
    Text(LONG),
    Text("（一）明确职责。" + LONG, 2, 8),
    Text("1.走访农户。" + LONG, 3, 6),
    Text("（1）每月一次。" + LONG, 4, 8),
    Text("2.填写台账。" + LONG, 3, 6),
    Text("（二）按月考核。" + LONG, 2, 8),
    Text("二、工作保障", 1, 6),
    Text(LONG),
)
_ANNEX = (Text("一、适用范围", 1, 6), Text(LONG))

NOTICE = Paper(
    title="关于做好乡村振兴小组长月度考核工作的通知",
    blocks=_BODY,
    organs=("青禾镇人民政府",),
    mark=("青禾镇人民政府",),
    number="青政〔2023〕12号",
    copy_number="000123",
    secrecy="机密★1年",
    urgency="特急",
    to="各村民委员会，镇直各单位",
    signing="不加盖印章",
    date="2023年3月3日",
    note="联系人：李禾，电话：0550—1234567",
    pieces=(
        Piece("青禾镇小组长考核办法", _ANNEX, "青禾镇小组长考核办法", "附件1"),
        Piece("青禾镇小组长名册", _ANNEX, "青禾镇小组长名册", "附件2"),
    ),
    copies="县委乡村振兴工作领导小组办公室，县农业农村局。",
    printer="青禾镇党政办公室",
    printed="2023年3月5日",
)
SEALED = Paper(
    title="关于印发《青禾镇乡村振兴小组长管理办法》的通知",
    blocks=_BODY[:1],
    organs=("青禾镇人民政府",),
    mark=("青禾镇人民政府",),
    number="青政〔2023〕4号",
    to="各村民委员会",
    signing="加盖印章",
    date="2023年2月3日",
    pieces=(Piece("青禾镇乡村振兴小组长管理办法", _ANNEX),),
    copies="县农业农村局。",
    printer="青禾镇党政办公室",
    printed="2023年2月4日",
)
REQUEST = Paper(
    title="关于增拨考核补助资金的请示",
    blocks=_BODY[:3],
    organs=("青禾镇人民政府",),
    mark=("青禾镇人民政府",),
    number="青政〔2023〕9号",
    signers=("王田",),
    to="县人民政府",
    signing="加盖印章",
    date="2023年11月23日",
    copies="县财政局。",
    printer="青禾镇党政办公室",
    printed="2023年11月23日",
)
LETTER = Paper(
    kind="信函",
    title="关于商请协助培训的函",
    blocks=_BODY[:1],
    organs=("青禾镇人民政府",),
    mark=("青禾镇人民政府",),
    mark_ending="",
    number="青政函〔2023〕2号",
    to="县农业农村局",
    signing="加盖印章",
    date="2023年5月6日",
    copies="县乡村振兴局。",
)
ORDER = Paper(
    kind="命令",
    title="",
    blocks=_BODY[:1],
    organs=("青禾县人民政府",),
    mark=("青禾县人民政府",),
    mark_ending="令",
    number="第3号",
    signing="签名章",
    stamps=("县长",),
    date="2023年5月6日",
)
MINUTES = Paper(
    kind="纪要",
    title="关于小组长考核工作的会议纪要",
    blocks=_BODY[:1],
    organs=("青禾镇人民政府",),
    mark=("青禾镇人民政府会议",),
    mark_ending="纪要",
    number="",
    signing="不署名",
    date="",
    attendance=(Attendance("出席", "王田、李禾、张苗"), Attendance("列席", "赵穗")),
    copies="各村民委员会。",
    printer="青禾镇党政办公室",
    printed="2023年5月6日",
)
JOINT = Paper(
    title="关于印发《青禾镇村干部考核方案（试行）》的通知",
    blocks=_BODY[:1],
    organs=("中共青禾镇委员会", "青禾镇人民政府"),
    mark=("中共青禾镇委员会", "青禾镇人民政府"),
    number="青发〔2022〕15号",
    to="各村党支部",
    signing="加盖印章",
    date="2022年6月20日",
    pieces=(Piece("青禾镇村干部考核方案（试行）", _ANNEX),),
)
PAPERS = {
    "notice": NOTICE, "sealed": SEALED, "request": REQUEST, "letter": LETTER, "order": ORDER, "minutes": MINUTES,
    "joint": JOINT,
}  # fmt: skip


@lru_cache(maxsize=64)
def written(name: str, profile: str = "compat") -> bytes:
    """A paper as formgen writes it."""
    return write(PAPERS[name], PROFILES[profile])


def changed(data: bytes, part: str, change: Callable[[etree._Element], None]) -> bytes:
    """The same file with one XML part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == part:
                root = etree.fromstring(content)
                change(root)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(entry.filename, content)
    return out.getvalue()


def element(name: str, **attributes: object) -> etree._Element:
    """A ``w:`` element."""
    made = etree.Element(f"{W}{name}")
    for key, value in attributes.items():
        made.set(f"{W}{key}", str(value))
    return made


def text_of(paragraph: etree._Element) -> str:
    return "".join(part.text or "" for part in paragraph.iter(f"{W}t"))


def find(root: etree._Element, words: str) -> etree._Element:
    """The first paragraph of these words, else the first that begins with them, else the first that holds them."""
    paragraphs = [one for one in root.iter(f"{W}p") if one.find(f".//{W}p") is None]
    exact = [one for one in paragraphs if text_of(one) == words]
    if exact:
        return exact[0]
    begins = [one for one in paragraphs if text_of(one).startswith(words)]
    return (begins or [one for one in paragraphs if words in text_of(one)])[0]


def put(owner: etree._Element, tag: str, first: str, **attributes: object) -> None:
    """Put one property into ``w:pPr`` or ``w:rPr``, keeping the other attributes of one that is there."""
    properties = owner.find(f"{W}{first}")
    if properties is None:
        properties = element(first)
        owner.insert(0, properties)
    found = properties.find(f"{W}{tag}")
    if found is None:
        found = element(tag)
        properties.append(found)
    for key, value in attributes.items():
        found.set(f"{W}{key}", str(value))


def runs(words: str, tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    """Plant a run property in every run of a paragraph."""

    def plant(root: etree._Element) -> None:
        for run in find(root, words).iter(f"{W}r"):
            put(run, tag, "rPr", **attributes)

    return plant


def face(words: str, name: str) -> Callable[[etree._Element], None]:
    return runs(words, "rFonts", eastAsia=name, ascii=name, hAnsi=name)


def shape(words: str, tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    """Plant a paragraph property."""
    return lambda root: put(find(root, words), tag, "pPr", **attributes)


def says(words: str, old: str, new: str) -> Callable[[etree._Element], None]:
    """Change the words of a paragraph."""

    def plant(root: etree._Element) -> None:
        paragraph = find(root, words)
        parts = list(paragraph.iter(f"{W}t"))
        for part in parts:
            if old in (part.text or ""):
                part.text = (part.text or "").replace(old, new, 1)
                return
        whole = text_of(paragraph)
        assert old in whole
        parts[0].text = whole.replace(old, new, 1)
        for part in parts[1:]:
            part.text = ""

    return plant


def without(words: str) -> Callable[[etree._Element], None]:
    """Take a paragraph away."""

    def plant(root: etree._Element) -> None:
        paragraph = find(root, words)
        paragraph.getparent().remove(paragraph)  # type: ignore[union-attr]

    return plant


def blank_before(words: str, count: int = 1) -> Callable[[etree._Element], None]:
    """Put blank lines of the body before a paragraph."""

    def plant(root: etree._Element) -> None:
        paragraph = find(root, words)
        for _ in range(count):
            made = element("p")
            put(made, "spacing", "pPr", line=579, lineRule="exact", before=0, after=0)
            paragraph.addprevious(made)

    return plant


def in_section(tag: str, **attributes: object) -> Callable[[etree._Element], None]:
    """Change a property of every section."""

    def plant(root: etree._Element) -> None:
        for section in root.iter(f"{W}sectPr"):
            found = section.find(f"{W}{tag}")
            assert found is not None
            for key, value in attributes.items():
                found.set(f"{W}{key}", str(value))

    return plant


def dropped(tag: str) -> Callable[[etree._Element], None]:
    """Take every element of this name away."""

    def plant(root: etree._Element) -> None:
        found = list(root.iter(f"{W}{tag}"))
        assert found
        for one in found:
            one.getparent().remove(one)  # type: ignore[union-attr]

    return plant


def both(*plants: Callable[[etree._Element], None]) -> Callable[[etree._Element], None]:
    def plant(root: etree._Element) -> None:
        for one in plants:
            one(root)

    return plant
