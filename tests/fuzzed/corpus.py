"""What is mutated: our samples, a blank and a filled sheet of every form, and small documents of every reader's kind.

All of it is our own, made by code or lying in ``samples``; nothing in it hangs on the day or the machine.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fuzzed import zips
from fuzzed.documents import LISTS, OFFICE, PROFILE, book_of, filled, forms, rich_word, scan_page, small_pdf, timeless

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"


@dataclass(frozen=True, slots=True)
class Seed:
    """A sound file that mutants are made of."""

    name: str
    data: bytes
    weight: float = 1.0  #: How often it is taken, beside the others: less where reading it takes long.


@cache
def seeds(kind: str) -> tuple[Seed, ...]:
    """The seeds of a kind; see ``KINDS``."""
    return tuple(KINDS[kind]())


def _samples(*endings: str, largest: int = 60_000, **weights: float) -> Iterator[Seed]:
    for path in sorted(SAMPLES.rglob("*")):
        if path.suffix in endings and 0 < path.stat().st_size <= largest:
            slow = next((weight for part, weight in weights.items() if part in path.name), 1.0)
            yield Seed(path.name, path.read_bytes(), slow)


def _blanks(ending: str) -> Iterator[Seed]:
    for scheme, form in forms():
        for number in (0, 1):
            yield Seed(
                f"{form.id}-{number}.{ending}", filled(form, scheme, ending, number), 0.4 if not form.items else 0.8
            )


def _docx() -> Iterator[Seed]:
    yield from _samples(".docx", ".docm", 得分汇总=0.15, 登记表=0.4, 意见表=0.4, 花名册=0.4)
    yield from _blanks("docx")
    yield Seed("页眉脚注批注文本框.docx", rich_word())


def _xlsx() -> Iterator[Seed]:
    yield from _samples(".xlsx", ".xlsm", 汇总表=0.05, 花名册=0.15, 考核事项=0.3, 意见表=0.4, 王集村=0.5)
    yield from _blanks("xlsx")
    for name, rows in LISTS.items():
        yield Seed(name + ".xlsx", book_of(rows))


def _xls() -> Iterator[Seed]:
    import xlwt

    yield from _samples(".xls", ".et", 汇总表=0.1)
    for name, rows in LISTS.items():
        book = xlwt.Workbook()
        sheet = book.add_sheet("表")
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(line, column, value)
        sheet.write_merge(6, 7, 0, 2, "合计")
        sheet.write(6, 3, xlwt.Formula("SUM(F3:F5)"))
        made = io.BytesIO()
        book.save(made)
        yield Seed(name + ".xls", made.getvalue())


def _pdf() -> Iterator[Seed]:
    yield from _samples(".pdf", 登记表=0.15, 赵凤琴=0.15, 大塘村=0.5, 扫描=0.0)
    yield Seed("小表.pdf", small_pdf(0), 4)
    yield Seed("两页.pdf", small_pdf(1), 3)


def _picture() -> Iterator[Seed]:
    from PIL import Image, ImageDraw

    page = Image.new("L", (240, 320), 255)
    drawn = ImageDraw.Draw(page)
    for place in range(20, 300, 40):
        drawn.line((20, place, 220, place), fill=0, width=2)
    for name, mode, options in (
        ("1.png", "L", {}),
        ("2.png", "P", {}),
        ("3.png", "RGBA", {"dpi": (200, 200)}),
        ("4.png", "1", {}),
        ("5.jpg", "RGB", {"quality": 60}),
        ("6.jpg", "L", {"progressive": True}),
        ("7.tif", "1", {"compression": "group4"}),
        ("8.tif", "RGB", {"compression": "tiff_lzw", "save_all": True, "append_images": [page.convert("RGB")]}),
        ("9.tif", "L", {"compression": "jpeg"}),
        ("10.bmp", "RGB", {}),
        ("11.bmp", "1", {}),
        ("12.pdf", "RGB", {}),
        ("13.tif", "I;16", {"compression": "raw"}),
    ):
        made = io.BytesIO()
        picture = page.convert("I").convert("I;16") if mode == "I;16" else page.convert(mode)
        picture.save(made, {"jpg": "JPEG", "tif": "TIFF"}.get(name[-3:], name[-3:].upper()), **options)
        yield Seed(name, timeless(made.getvalue()))


def _scan() -> Iterator[Seed]:
    for ending, kind in (("png", "PNG"), ("jpg", "JPEG"), ("tif", "TIFF"), ("pdf", "PDF")):
        made = io.BytesIO()
        scan_page().save(made, kind)
        yield Seed(f"扫描.{ending}", timeless(made.getvalue()))


def _packet() -> Iterator[Seed]:
    sheet = filled(*reversed(forms()[0]), "xlsx", 1)
    plain = [("张庄村/李四.xlsx", sheet), ("说明.txt", "三月".encode())]
    inner = zips.zipped([("王五.xlsx", sheet)])
    yield Seed("平.zip", zips.zipped(plain))
    yield Seed("套.zip", zips.zipped([*plain, ("内.zip", inner), ("空.docx", b"")]))
    yield Seed("多.zip", zips.zipped([(f"{number % 7}/{number}.txt", b"x" * number) for number in range(60)], 0))


def _old() -> Iterator[Seed]:
    yield from _samples(".doc", ".wps")
    yield from (one for one in _samples(".docx") if one.data.startswith(b"\xd0\xcf"))
    yield from _xls()


def _text() -> Iterator[Seed]:
    rows = "\r\n".join(",".join(map(str, row)) for row in LISTS["花名册（小）"])
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in LISTS["花名册（小）"])
    page = f"<html><head><meta charset=utf-8></head><body><table>{table}</table></body></html>"
    yield Seed("表.csv", rows.encode("utf-8-sig"))
    yield Seed("表（国标）.csv", rows.encode("gb18030"))
    yield Seed("表.txt", rows.encode("utf-16"))
    yield Seed("表.html", page.encode())
    yield Seed("表.xls", page.encode("gb18030"))
    yield Seed("表.mht", ("MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + page).encode())
    yield Seed("表.rtf", b"{\\rtf1\\ansi " + rows.encode("gb18030") + b"}")
    word = '<?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="x">'
    yield Seed("表.xml", f'<?xml version="1.0"?>{word}{rows}</w:wordDocument>'.encode())
    book = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    yield Seed("簿.xml", f'<?xml version="1.0"?>{book}{table}</Workbook>'.encode())


def _review() -> Iterator[Seed]:
    from formgen.rendering.review_sheet import ReviewRow, write

    rows = [
        ReviewRow(
            f"{n}:2.{n}",
            "考核表" if n < 4 else "汇总表",
            "张庄村/李四",
            "2023年3月",
            "组织参会",
            "8分?",
            "8",
            "看不清",
            None,
        )
        for n in range(1, 7)
    ]
    data = write(rows, "大杨镇")
    members = [(name, part) for name, part in zips.members_of(data) if name != "docProps/core.xml"]
    yield Seed("核实表.xlsx", zips.zipped(members))
    signed = [(name, part.replace("核实人".encode(), "核实人：王敏".encode())) for name, part in members]
    yield Seed("核实表（填）.xlsx", zips.zipped(signed))


def _scheme() -> Iterator[Seed]:
    """A scheme.toml; its regulation.md lies beside it as it is."""
    for folder in sorted((ROOT / "formgen" / "schemes").iterdir()):
        if (folder / "scheme.toml").is_file():
            yield Seed(f"{folder.name}/scheme.toml", (folder / "scheme.toml").read_bytes())


def _settings() -> Iterator[Seed]:
    yield Seed("decisions.toml", (SAMPLES / "decisions.toml").read_bytes(), 3)
    yield Seed("formgen.toml", OFFICE.encode())
    yield Seed("profile.toml", PROFILE.encode())
    for path in sorted((ROOT / "formgen" / "schemes").glob("*/cases.toml")):
        yield Seed(f"{path.parent.name}/cases.toml", path.read_bytes()[:60_000], 0.2)


def _template() -> Iterator[Seed]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".docx", ".xlsx", ".md") and path.stat().st_size < 60_000:
            yield Seed(path.name, path.read_bytes())


KINDS: dict[str, Callable[[], Iterator[Seed]]] = {
    "docx": _docx,
    "xlsx": _xlsx,
    "xls": _xls,
    "xlsb": lambda: _samples(".xlsb"),
    "ods": lambda: _samples(".ods"),
    "pdf": _pdf,
    "picture": _picture,
    "scan": _scan,
    "old": _old,
    "text": _text,
    "packet": _packet,
    "review": _review,
    "scheme": _scheme,
    "settings": _settings,
    "template": _template,
}
