"""Sound documents that are made by code, the same on any day and machine."""

from __future__ import annotations

import io
import random
import re
from decimal import Decimal
from functools import cache
from typing import Any

from fuzzed import zips

_PERIODS = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}

OFFICE = """[workspace]
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
PROFILE = """沿用 = "compat"
上边距 = 37
行距 = 28.95
字间距 = -0.25
红线 = 1.5
红色 = "FF0000"
页码 = "外侧"
"""


@cache
def _schemes() -> tuple[Any, ...]:
    from formgen.scheme.loading import load_schemes

    return load_schemes(None)


@cache
def forms() -> tuple[tuple[Any, Any], ...]:
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


LISTS: dict[str, tuple[tuple[Any, ...], ...]] = {
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


def book_of(rows: tuple[tuple[Any, ...], ...]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return zips.zipped([(name, data) for name, data in zips.members_of(made.getvalue()) if name != "docProps/core.xml"])


def rich_word() -> bytes:
    """A Word document with whatever a walk may meet: margins, notes, comments, boxes, fields, changes, inner tables."""
    from ooxml_builder import cell, control, docx_bytes, par, row, run, table

    _, form = next(entry for entry in forms() if entry[1].id == "dayang-monthly")
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


def small_pdf(number: int) -> bytes:
    """A score sheet of few rows as a PDF with words; with a second page, a form field and a note for ``number`` 1."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    _, form = next(entry for entry in forms() if entry[1].id == "dayang-monthly")
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


def timeless(data: bytes) -> bytes:
    """A PDF of Pillow says when it was made; ours does not."""
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
