"""Pictures of seals that a clerk gives: where they lie, measured in the PDF, and which files are refused."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from official_paper import MEASURED, converted
from paper import part

from formgen.errors import UsageError
from formgen.generate.notices import read_draft
from formgen.rendering.official import drafts
from formgen.rendering.official.elements import Seal
from formgen.rendering.official.seals import read_seal
from formgen.rendering.official.writer import write

ZI = 315 / 1440 * 25.4
PITCH = 28.95 / 72 * 25.4
HEAD = "标题：关于考核的通知\n主送：各村\n日期：2023-02-03\n"
BODY = "\n请各村按月考核，按季通报，并于每月底前报镇乡村振兴办公室。\n"
DRAFTS = {
    "one": HEAD + "机关：石桥镇人民政府\n" + BODY,
    "joint": HEAD + "机关：石桥镇人民政府、柳河镇人民政府、青山镇人民政府、白水镇人民政府\n" + BODY,
    "stamp": HEAD + "机关：石桥镇人民政府\n落款：签名章\n职务：镇长\n" + BODY,
}


def png(across: int, down: int) -> bytes:
    """A plain blue rectangle: nothing that looks like a seal."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xc8\xc8\xff" * across for _ in range(down))
    head = struct.pack(">IIBBBBB", across, down, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    papers = {}
    for name, text in DRAFTS.items():
        paper = drafts.read(text).paper
        size = (200, 100) if name == "stamp" else (100, 100)
        seal = read_seal(png(*size), "图", 38 if name == "stamp" else 42)
        papers[name] = write(replace(paper, seals=(seal,) * len(paper.organs)), MEASURED)
        papers[f"{name} bare"] = write(paper, MEASURED)
    return converted(papers, tmp_path_factory.mktemp("seals"))


def shown(path: Path) -> tuple[list[dict[str, float]], list[dict[str, Any]]]:
    """Pictures and characters of the first page, in millimetres."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        page = pdf.pages[0]

        def placed(thing: dict[str, Any]) -> dict[str, Any]:
            return {key: thing[key] / 72 * 25.4 for key in ("x0", "x1", "top", "bottom")} | {
                "text": thing.get("text", "")
            }

        images = sorted((placed(one) for one in page.images), key=lambda one: (round(one["top"]), one["x0"]))
        return images, [placed(one) for one in page.chars if one["top"] < 740]


def line_of(chars: list[dict[str, Any]], words: str) -> tuple[float, float, float]:
    """Left, right and middle height of the last occurrence of words in a line."""
    text = "".join(one["text"] for one in chars)
    start = text.rindex(words)
    line = chars[start : start + len(words)]
    return line[0]["x0"], line[-1]["x1"], (line[0]["top"] + line[0]["bottom"]) / 2


@pytest.mark.libreoffice
def test_a_seal_lies_on_name_and_date_within_a_line_of_the_text(pdfs: dict[str, Path]) -> None:
    ((seal,), chars) = shown(pdfs["one"])
    left, right, name = line_of(chars, "石桥镇人民政府")
    _, _, date = line_of(chars, "3日")
    _, _, last = line_of(chars, "室。")

    middle = (seal["top"] + seal["bottom"]) / 2
    assert seal["x1"] - seal["x0"] == pytest.approx(42, abs=0.2)
    assert (seal["x0"] + seal["x1"]) / 2 == pytest.approx((left + right) / 2, abs=1)
    assert middle < name < date < seal["bottom"]
    assert 0 < seal["top"] - (last + PITCH / 2) < PITCH


@pytest.mark.libreoffice
def test_joint_seals_lie_on_their_names_and_never_touch(pdfs: dict[str, Path]) -> None:
    seals, chars = shown(pdfs["joint"])

    assert len(seals) == 4
    for seal, organ in zip(seals, ("石桥", "柳河", "青山", "白水"), strict=True):
        left, right, height = line_of(chars, f"{organ}镇人民政府")
        assert (seal["x0"] + seal["x1"]) / 2 == pytest.approx((left + right) / 2, abs=1)
        assert (seal["top"] + seal["bottom"]) / 2 < height < seal["bottom"]
        assert seal["x0"] >= 27.5
        assert seal["x1"] <= 184.5
    first, second, third, last = seals
    assert first["x1"] < second["x0"]
    assert second["x1"] < third["x0"]
    assert third["bottom"] < last["top"]
    assert line_of(chars, "3日")[2] < last["bottom"]


@pytest.mark.libreoffice
def test_a_stamp_lies_four_characters_in_beside_the_post(pdfs: dict[str, Path]) -> None:
    ((stamp,), chars) = shown(pdfs["stamp"])
    _, right, middle = line_of(chars, "镇长")
    _, date, _ = line_of(chars, "3日")

    assert 184 - stamp["x1"] == pytest.approx(4 * ZI, abs=1)
    assert date == pytest.approx(stamp["x1"], abs=1)
    assert (stamp["top"] + stamp["bottom"]) / 2 == pytest.approx(middle, abs=1)
    assert stamp["x0"] - right == pytest.approx(2 * ZI, abs=1)


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["one", "joint"])
def test_a_seal_moves_no_word(pdfs: dict[str, Path], name: str) -> None:
    _, sealed = shown(pdfs[name])
    _, bare = shown(pdfs[f"{name} bare"])

    for one, other in zip(sealed, bare, strict=True):
        assert one["text"] == other["text"]
        assert one["x0"] == pytest.approx(other["x0"], abs=0.1)
        assert one["top"] == pytest.approx(other["top"], abs=0.4)


def test_the_same_picture_is_kept_once() -> None:
    paper = drafts.read(DRAFTS["joint"]).paper
    seal = Seal(png(100, 100), 42, 42)

    data = write(replace(paper, seals=(seal,) * 4), MEASURED)

    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [name for name in archive.namelist() if "media" in name] == ["word/media/image1.png"]
    numbers = [one.get("id") for one in part(data).iter("{*}docPr")]
    assert len(set(numbers)) == 4


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("印章图：没有.png\n", "没有印章图“没有.png”"),
        ("印章图：../外.png\n", "没有印章图"),
        ("印章图：章.jpg\n", "不是完好的 PNG"),
        ("印章图：小.png\n", "每边应在 50 到 6000"),
        ("印章图：章.png、章.png\n", "印章图有 2 个，落款有 1 个"),
        ("印章图：章.png\n印章宽：100\n", "10 到 50"),
        ("印章图：章.png\n落款：不加盖印章\n", "用不着"),
    ],
)
def test_a_wrong_picture_is_refused_in_plain_words(head: str, said: str, tmp_path: Path) -> None:
    folder = tmp_path / "稿"
    folder.mkdir()
    (tmp_path / "外.png").write_bytes(png(100, 100))
    (folder / "章.png").write_bytes(png(100, 100))
    (folder / "小.png").write_bytes(png(10, 100))
    (folder / "章.jpg").write_bytes(b"\xff\xd8\xff" + bytes(200))
    path = folder / "稿.md"
    path.write_text(HEAD + "机关：石桥镇人民政府\n" + head + BODY, encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        read_draft(path)


def test_a_picture_beside_the_draft_is_taken(tmp_path: Path) -> None:
    (tmp_path / "章.png").write_bytes(png(100, 100))
    path = tmp_path / "稿.md"
    path.write_text(HEAD + "机关：石桥镇人民政府\n印章图：章.png\n印章宽：40毫米\n" + BODY, encoding="utf-8")

    (seal,) = read_draft(path).paper.seals

    assert (seal.width, seal.height) == (40, 40)
