"""Workbooks as openpyxl, XlsxWriter, xlwt and a bare hand make them."""

from __future__ import annotations

import datetime
import io
import re
import struct
from collections.abc import Callable, Iterator
from decimal import Decimal

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter

from tools.samples.archive import WHEN, pack, settled, unpack
from tools.samples.paper import Box, Line, Paper, Workbook


def _placed(paper: Paper) -> Iterator[tuple[int, int, Box]]:
    """Each box with its row and column in the sheet, from 0; a line reaches over the whole width."""
    width = max((block.columns for block in paper if not isinstance(block, Line)), default=1)
    row = 0
    for block in paper:
        if isinstance(block, Line):
            yield row, 0, Box(block.text, cols=width)
            row += 1
        else:
            for r, line in enumerate(block.grid):
                for c, box in enumerate(line):
                    if box:
                        yield row + r, c, box
            row += len(block.grid)


def _number(text: str) -> int | float | str:
    if text.startswith("#"):
        return text  # the cached value of a formula in error
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def by_openpyxl(book: Workbook, *, prepare: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """An .xlsx by openpyxl: formulas have no cached values."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    thin = Side(style="thin")
    for name, paper in book:
        sheet = workbook.create_sheet(name)
        for row, column, box in _placed(paper):
            cell = sheet.cell(row + 1, column + 1)
            if box.formula:
                cell.value = box.formula
            elif box.text:
                cell.value = _number(box.text) if box.number else box.text
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            if box.rows > 1 or box.cols > 1:
                sheet.merge_cells(
                    start_row=row + 1, end_row=row + box.rows, start_column=column + 1, end_column=column + box.cols
                )
        for column in range(1, sheet.max_column + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 16
    if prepare:
        prepare(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return settled(buffer.getvalue())


def by_xlsxwriter(book: Workbook, *, prepare: Callable[[xlsxwriter.Workbook], None] | None = None) -> bytes:
    """An .xlsx by XlsxWriter: a formula carries the value that stands in ``text``."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"created": datetime.datetime(*WHEN)})
    wrapped = workbook.add_format({"text_wrap": True, "border": 1, "valign": "vcenter"})
    dated = workbook.add_format({"num_format": "yyyy/m/d", "border": 1})
    for name, paper in book:
        sheet = workbook.add_worksheet(name)
        for row, column, box in _placed(paper):
            if box.rows > 1 or box.cols > 1:
                sheet.merge_range(row, column, row + box.rows - 1, column + box.cols - 1, "", wrapped)
            if box.formula:
                sheet.write_formula(row, column, box.formula, wrapped, _number(box.text) if box.text else "")
            elif box.date:
                day = datetime.datetime.fromisoformat(box.text)
                sheet.write_datetime(row, column, day, dated)
            elif box.number and box.text:
                sheet.write_number(row, column, _number(box.text), wrapped)
            else:
                sheet.write_string(row, column, box.text, wrapped)
    if prepare:
        prepare(workbook)
    workbook.close()
    return settled(buffer.getvalue())


def by_xlwt(book: Workbook) -> bytes:
    """An .xls by xlwt."""
    workbook = xlwt.Workbook(encoding="utf-8")
    style = xlwt.easyxf("align: wrap on, vert centre; borders: left thin, right thin, top thin, bottom thin")
    for name, paper in book:
        sheet = workbook.add_sheet(name)
        for row, column, box in _placed(paper):
            value: object = _number(box.text) if box.number and box.text else box.text
            if box.formula:
                value = xlwt.Formula(box.formula.removeprefix("="))
            if box.rows > 1 or box.cols > 1:
                sheet.write_merge(row, row + box.rows - 1, column, column + box.cols - 1, value, style)
            else:
                sheet.write(row, column, value, style)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def with_macro(data: bytes) -> bytes:
    """An .xlsx turned into an .xlsm with a macro part that holds nothing."""
    parts = unpack(data)
    types = parts["[Content_Types].xml"].decode("utf-8")
    types = types.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    types = types.replace(
        "</Types>",
        '<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    parts["[Content_Types].xml"] = types.encode("utf-8")
    relations = parts["xl/_rels/workbook.xml.rels"].decode("utf-8")
    parts["xl/_rels/workbook.xml.rels"] = re.sub(
        r"</Relationships>",
        '<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/></Relationships>',
        relations,
    ).encode("utf-8")
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return pack(parts)


# --- .xlsb, record by record (MS-XLSB): no producer at hand writes it -------------------------------------------


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            break
    return head + length + content


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def by_hand_xlsb(book: Workbook) -> bytes:
    """An .xlsb with texts, numbers and merged cells, as [MS-XLSB] describes it."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    sheets: dict[str, bytes] = {}
    bundle = b""
    for index, (name, paper) in enumerate(book, 1):
        boxes = list(_placed(paper))
        last_row = max(row + box.rows for row, _, box in boxes) - 1
        last_column = max(column + box.cols for _, column, box in boxes) - 1
        content = _record(129) + _record(148, struct.pack("<4I", 0, last_row, 0, last_column)) + _record(145)
        for row in range(last_row + 1):
            in_row = [(column, box) for r, column, box in boxes if r == row]
            span = struct.pack("<I", 1) + struct.pack("<2I", 0, last_column)
            content += _record(0, struct.pack("<IIHBBB", row, 0, 300, 0, 0, 0) + span)
            for column, box in in_row:
                place = struct.pack("<II", column, 0)
                if box.number and box.text:
                    content += _record(5, place + struct.pack("<d", float(box.text)))
                elif box.text:
                    content += _record(6, place + _wide(box.text))
                else:
                    content += _record(1, place)
        content += _record(146)
        merges = [(r, r + b.rows - 1, c, c + b.cols - 1) for r, c, b in boxes if b.rows > 1 or b.cols > 1]
        if merges:
            content += _record(177, struct.pack("<I", len(merges)))
            content += b"".join(_record(176, struct.pack("<4I", *merge)) for merge in merges) + _record(178)
        sheets[f"xl/worksheets/sheet{index}.bin"] = content + _record(130)
        bundle += _record(156, struct.pack("<II", 0, index) + _wide(f"rId{index}") + _wide(name))
    workbook = _record(131) + _record(143) + bundle + _record(144) + _record(132)
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="application/vnd.ms-excel.worksheet"/>' for part in sheets
    )
    relations = "".join(
        f'<Relationship Id="rId{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.bin"/>'
        for i in range(1, len(sheets) + 1)
    )
    return pack(
        {
            "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" '
            f'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>{overrides}</Types>',
            "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": f'{head}<Relationships xmlns="{package}/relationships">{relations}'
            "</Relationships>",
            **sheets,
        }
    )
