"""What is mutated: our samples, a blank and a filled sheet of every form, and small documents of every reader's kind.

All of it is our own, made by code or lying in ``samples``; nothing in it hangs on the day or the machine.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from fuzzed import zips

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
_PERIODS = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}


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


@cache
def _schemes() -> tuple[Any, ...]:
    from formgen.scheme.loading import load_schemes

    return load_schemes(None)


@cache
def _forms() -> tuple[tuple[Any, Any], ...]:
    return tuple((scheme, form) for scheme in _schemes() for form in scheme.form)


def filled(form: Any, scheme: Any, ending: str, number: int = 0) -> bytes:
    """A form as we make it, with points in it."""
    from formgen.model import Subject
    from formgen.rendering import excel, word
    from formgen.rendering.context import form_context
    from formgen.resources import find_template

    chance = random.Random(f"{form.id}{number}")
    values: dict[str, Any] = {}
    for item in form.items if number else ():
        if form.judgements:
            values[item.id] = chance.choice(form.judgements)
        elif item.required:
            values[item.id] = (
                chance.choice(item.tiers) if item.tiers else Decimal(chance.randrange(int(item.points or 5) + 1))
            )
        if chance.random() < 0.2:
            values[f"{item.id}.remark"] = "走访记录缺2户"
    for box in form.fields if number else ():
        values[box.id] = "情况属实，同意。"
    subject = (
        Subject("张庄村", "李守田", "东张庄") if form.subject == "person" else Subject("张庄村", team="县交通运输局")
    )
    context = form_context(form, subject if number else Subject(), _PERIODS[form.period], values, scheme)
    template = find_template(f"{ending}/{form.id}.{ending}")
    return excel.render_form(template, context) if ending == "xlsx" else word.render(template, context)


def _blanks(ending: str) -> Iterator[Seed]:
    for scheme, form in _forms():
        for number in (0, 1):
            yield Seed(
                f"{form.id}-{number}.{ending}", filled(form, scheme, ending, number), 0.4 if not form.items else 0.8
            )


def _docx() -> Iterator[Seed]:
    yield from _samples(".docx", ".docm", 得分汇总=0.15, 登记表=0.4, 意见表=0.4, 花名册=0.4)
    yield from _blanks("docx")
    yield Seed("页眉脚注批注文本框.docx", rich_word())


def rich_word() -> bytes:
    """A Word document with whatever a walk may meet: margins, notes, comments, boxes, fields, changes, inner tables."""
    from ooxml_builder import cell, control, docx_bytes, par, row, run, table

    _, form = next(entry for entry in _forms() if entry[1].id == "dayang-monthly")
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx><w:txbxContent>'
        + par(run("签字：王五"))
        + "</w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("1") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    rows = [row(*(cell(par(run(head))) for head in form.columns))]
    for number, item in enumerate(form.items):
        score = par(control(run(str(number % 5)), tag=item.id))
        merged = '<w:vMerge w:val="restart"/>' if item.id.endswith(".1") else "<w:vMerge/>"
        remark = (
            table(row(cell(par(run("内"))))) + par()
            if number == 2
            else par(run("缺2户", "<w:strike/>") if number == 3 else "")
        )
        cells = [
            cell(par(run(item.category)), merged),
            *(cell(par(run(text))) for text in (item.text, item.standard)[: len(form.columns) - 3]),
        ]
        rows.append(row(*cells[: len(form.columns) - 2], cell(score), cell(remark)))
    body = (
        par(run(form.title))
        + par(run("（2023年3月）"), field, box)
        + par(
            '<w:ins w:id="1" w:author="甲">' + run("行政村：张庄村  姓名：李四") + "</w:ins>",
            '<w:del w:id="2"><w:r><w:delText>王</w:delText></w:r></w:del>',
        )
        + table(*rows)
        + par(
            run("见附注"),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            '<w:commentRangeStart w:id="0"/>',
            run("x"),
            '<w:r><w:commentReference w:id="0"/></w:r>',
        )
        + '<w:sectPr><w:headerReference w:type="default" r:id="rIdheader1"/>'
        + '<w:footerReference w:type="default" r:id="rIdfooter1"/></w:sectPr>'
    )
    margins = {"header1": par(run("附件2")), "footer1": par(run("第1页"))}
    notes = {
        "footnotes": f'<w:footnote w:id="2">{par(run("注一"))}</w:footnote>',
        "comments": f'<w:comment w:id="0" w:author="甲">{par(run("批"))}</w:comment>',
    }
    made = docx_bytes(body, properties={"formgen.form": form.id, "formgen.village": "张庄村"}, **margins, **notes)
    return zips.zipped(zips.members_of(made))


def _xlsx() -> Iterator[Seed]:
    yield from _samples(".xlsx", ".xlsm", 汇总表=0.05, 花名册=0.15, 考核事项=0.3, 意见表=0.4, 王集村=0.5)
    yield from _blanks("xlsx")
    for name, rows in _LISTS.items():
        yield Seed(name + ".xlsx", _book(rows))


_LISTS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "花名册（小）": (
        ("大杨镇乡村振兴小组长花名册",),
        ("序号", "行政村", "姓名", "联系自然庄（组）", "职务", "月补贴标准（元）"),
        (1, "张庄村", "李守田", "东张庄", "乡村振兴小组长", 500),
        (2, "张庄村", "张守田", "前庄", "乡村振兴小组长", 450.5),
    ),
    "考核事项（小）": (
        ("考核事项登记表",),
        ("日期", "行政村", "姓名", "事项", "级别", "次数", "是否整改", "说明"),
        ("2023-03-05", "张庄村", "李守田", "迟到", "", 2, "是", "会议"),
        ("2023年3月9日", "张庄村", "张守田", "旷工", "", 1, "否", ""),
    ),
}


def _book(rows: tuple[tuple[Any, ...], ...]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return zips.zipped([(name, data) for name, data in zips.members_of(made.getvalue()) if name != "docProps/core.xml"])


def _xls() -> Iterator[Seed]:
    import xlwt

    yield from _samples(".xls", ".et", 汇总表=0.1)
    for name, rows in _LISTS.items():
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


def small_pdf(number: int) -> bytes:
    """A score sheet of few rows as a PDF with words; with a second page, a form field and a note for ``number`` 1."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    _, form = next(entry for entry in _forms() if entry[1].id == "dayang-monthly")
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    made = io.BytesIO()
    paper = canvas.Canvas(made, (595, 842), invariant=1, pageCompression=number)
    for page in range(number + 1):
        paper.setFont("STSong-Light", 8)
        if page == 0:
            paper.drawString(200, 800, form.title)
            paper.drawString(60, 785, "行政村：张庄村  联系自然庄（组）：东张庄  姓名：李四  （2023年3月）")
        edges = (40, 110, 330, 380, 420, 550)
        for line, item in enumerate(form.items[page * 6 : page * 6 + 6]):
            top = 770 - 30 * line
            paper.grid(list(edges), [top, top - 30])
            for column, text in enumerate((item.category[:8], item.text[:27], str(item.points or ""), str(line), "")):
                paper.drawString(edges[column] + 2, top - 18, text)
        if page:
            paper.acroForm.textfield(name="2.1", x=385, y=400, width=60, height=14, value="8")
            paper.textAnnotation("更正：应为8分", (300, 300, 320, 320))
        paper.showPage()
    paper.save()
    return made.getvalue()


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
        yield Seed(name, _timeless(made.getvalue()))


def _timeless(data: bytes) -> bytes:
    """A PDF of Pillow says when it was made; ours does not."""
    import re

    return re.sub(rb"\(D:\d{14}Z?\)", b"(D:20000101000000Z)", data)


def scan_page(rows: int = 5) -> Any:
    """A page of a ruled table with a few figures, small enough to be looked at in about a second."""
    from PIL import Image, ImageDraw

    page = Image.new("L", (620, 40 + 60 * rows), 255)
    drawn = ImageDraw.Draw(page)
    for line in range(rows + 1):
        drawn.line((20, 20 + 60 * line, 600, 20 + 60 * line), fill=0, width=3)
    for place in (20, 140, 420, 510, 600):
        drawn.line((place, 20, place, 20 + 60 * rows), fill=0, width=3)
    for line in range(rows):
        drawn.text((440, 36 + 60 * line), str(line), fill=0, font_size=26)
    return page


def _scan() -> Iterator[Seed]:
    for ending, kind in (("png", "PNG"), ("jpg", "JPEG"), ("tif", "TIFF"), ("pdf", "PDF")):
        made = io.BytesIO()
        scan_page().save(made, kind)
        yield Seed(f"扫描.{ending}", _timeless(made.getvalue()))


def _packet() -> Iterator[Seed]:
    sheet = filled(*reversed(_forms()[0]), "xlsx", 1)
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
    rows = "\r\n".join(",".join(map(str, row)) for row in _LISTS["花名册（小）"])
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in _LISTS["花名册（小）"])
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


_OFFICE = """[workspace]
scheme = "dayang-2023"
organ = "大杨镇人民政府"
[limits]
file_mb = 50
rows = 20000
seconds = 60
[scan]
threshold = 0.999
by_hand = ["damao-annual"]
authority = "ask"
workers = 2
"""
_PROFILE = """沿用 = "compat"
上边距 = 37
行距 = 28.95
字间距 = -0.25
红线 = 1.5
红色 = "FF0000"
页码 = "外侧"
"""


def _settings() -> Iterator[Seed]:
    yield Seed("decisions.toml", (SAMPLES / "decisions.toml").read_bytes(), 3)
    yield Seed("formgen.toml", _OFFICE.encode())
    yield Seed("profile.toml", _PROFILE.encode())
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
