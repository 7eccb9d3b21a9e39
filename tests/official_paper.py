"""Drafts of every kind of official paper, and what their PDF shows, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from formgen import libreoffice
from formgen.rendering.official import drafts
from formgen.rendering.official.profile import COMPAT, STRICT, Profile
from formgen.rendering.official.writer import ImprintPlace, write

#: Faces with the metrics of the real ones: Chinese characters one em, digits half an em.
FACES = {
    "小标宋": "Noto Serif CJK SC",
    "仿宋": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
    "楷体": "AR PL UKai CN",
}
FACES["宋体"] = "AR PL UKai CN"
MEASURED = replace(COMPAT, faces=FACES, latin="AR PL UKai CN")
MEASURED_STRICT = replace(STRICT, faces=FACES, latin="AR PL UKai CN")
_BODY = "为做好乡村振兴小组长考核工作，现将有关事项通知如下。"
FULL = "村" * 28 * 60

DRAFTS = {
    "down": f"""标题：关于做好2023年第一季度乡村振兴小组长考核工作的通知
机关：石桥镇人民政府
文号：石政〔2023〕4号
份号：12
密级：机密★1年
紧急程度：特急
主送：各村民委员会、镇直各单位
日期：2023-02-03
附注：此件公开发布
抄送：县乡村振兴局，县委组织部
印发机关：石桥镇党政办公室
印发日期：2023-02-05

{_BODY}

一、考核对象

全镇乡村振兴小组长。

（一）考核办法。由镇乡村振兴办公室组织。

1.平时考核。

（1）走访。

# 附件：石桥镇乡村振兴小组长月度考核评价办法以及考核结果运用的补充规定和有关说明（试行）

{_BODY}

# 附件：得分表（横排）

| 村 | 姓名 | 得分 |
| --- | --- | --- |
| 张庄村 | 李四 | 95 |
""",
    "up": f"""标题：关于增加乡村振兴小组长补贴的请示
机关：石桥镇人民政府、柳河镇人民政府、青山镇人民政府
标志：石桥镇人民政府、柳河镇人民政府、青山镇人民政府文件
文号：石政〔2023〕5号
签发人：张三丰、李四、王小五
主送：县人民政府
日期：2023-02-13

{_BODY}
""",
    "letter": f"""标题：关于商请派员指导考核工作的函
种类：信函
机关：石桥镇人民政府
文号：石政函〔2023〕2号
密级：秘密★1年
主送：县乡村振兴局
日期：2023-03-01
抄送：县委组织部

{_BODY}

{FULL}
""",
    "order": f"""种类：命令
机关：石桥县人民政府
文号：第3号
职务：县长
日期：2023-03-01

{_BODY}
""",
    "minutes": f"""标题：2023年第一次考核工作会议
种类：纪要
机关：石桥镇人民政府
标志：石桥镇人民政府办公会议纪要
文号：〔2023〕1号

{_BODY}

出席情况见后。
""".replace(
        "文号：〔2023〕1号",
        "文号：〔2023〕1号\n出席：张三丰、李四、王小五、" + "、".join(["赵六"] * 20) + "\n请假：孙七\n列席：周八",
    ),
    "full": f"标题：关于满页的通知\n机关：石桥镇人民政府\n主送：各村\n日期：2023-03-01\n\n{FULL}\n",
}


@dataclass(frozen=True)
class Page:
    """A page as it was drawn; lengths in millimetres from the upper left corner of the paper."""

    chars: tuple[dict[str, Any], ...]
    rules: tuple[dict[str, Any], ...]
    width: float
    height: float

    def find(self, words: str) -> list[dict[str, Any]]:
        """The characters of the first place where these words stand in one line."""
        text = "".join(one["text"] for one in self.chars)
        start = text.index(words)
        return list(self.chars[start : start + len(words)])


def millimetres(thing: dict[str, Any]) -> dict[str, Any]:
    """The thing with its edges in millimetres."""
    scale = 25.4 / 72
    return thing | {key: float(thing[key]) * scale for key in ("x0", "x1", "top", "bottom") if key in thing}


def pages_of(path: Path, first: int | None = None) -> list[Page]:
    """The (first) pages of a PDF: what was set, and what was drawn (lines and thin boxes)."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return [
            Page(
                tuple(millimetres(one) for one in page.chars if one["text"].strip()),
                tuple(millimetres(one) for one in (*page.lines, *page.rects, *page.curves)),
                float(page.width) * 25.4 / 72,
                float(page.height) * 25.4 / 72,
            )
            for page in pdf.pages[:first]
        ]


def written(draft: str, profile: Profile = MEASURED, place: ImprintPlace = "here", preprinted: bool = False) -> bytes:
    """The .docx of a draft."""
    return write(drafts.read(draft).paper, profile, place=place, preprinted=preprinted)


def converted(papers: dict[str, bytes], folder: Path) -> dict[str, Path]:
    """The PDF of each paper, made in one start of LibreOffice."""
    sources = []
    for name, data in papers.items():
        source = folder / f"{name}.docx"
        source.write_bytes(data)
        sources.append(source)
    made = libreoffice.convert_many(sources, "pdf", folder / "pdf", seconds=180)
    return dict(zip(papers, made, strict=True))


@dataclass(frozen=True)
class Ink:
    """Where a page is inked within a band, in millimetres."""

    top: float
    bottom: float
    left: float
    right: float


def ink(path: Path, page: int, *, above: float = 0, below: float = 297, red: bool = False) -> Ink:
    """The ink of a page (counted from 1) between two heights; ``red``: red ink alone."""
    import pdfplumber
    from PIL import ImageChops

    dpi = 200
    with pdfplumber.open(path) as pdf:
        picture = pdf.pages[page - 1].to_image(resolution=dpi).original.convert("RGB")
    scale = 25.4 / dpi
    cut = picture.crop((0, round(above / scale), picture.width, min(round(below / scale), picture.height)))
    channels = cut.split()
    if red:
        dark = ImageChops.subtract(channels[0], channels[1]).point(lambda value: 255 if value > 90 else 0)
    else:
        dark = cut.convert("L").point(lambda value: 255 if value < 140 else 0)
    box = dark.getbbox()
    assert box is not None, "nothing is printed there"
    return Ink(box[1] * scale + above, box[3] * scale + above, box[0] * scale, box[2] * scale)
