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
