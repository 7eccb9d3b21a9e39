"""Whatever a decoder hands over, the parsers answer with records and issues, and in bounded time."""

from __future__ import annotations

import random
import time

import pytest
from grids import NO_HINTS, document, form, forms, item_rows

from formgen.model import Locator, Reading
from parsers import PARSERS
from parsers.forms.vocabulary import BLANKS, FACTS, HEADS, ROSTER
from parsers.grid import Cell, Document, Grid, Paragraph

WORDS = [
    *(name for table in (BLANKS, FACTS, HEADS, ROSTER) for names in table.values() for name in sorted(names)),
    *(item.text for sheet in forms() for item in sheet.items),
    *(field.label for sheet in forms() for field in sheet.fields),
    *(sheet.title for sheet in forms()),
    *(
        "8",
        "8分",
        "扣2分",
        "满分",
        "合计",
        "小计",
        "√",
        "□好 ☑一般",
        "2023年3月",
        "张庄村",
        "李四",
        "盖章\n负责人签字：王五 2015年9月30日",
    ),
    *(
        "",
        " ",
        "\u200b",
        "：",
        "（",
        "________",
        "行政村：",
        "姓名：：李四",
        "%",
        "\x00",
        "\ud83d\ude00",
        "𝟖",
        "１",
        "/" * 30,
        "字" * 3000,
    ),
]


def odd_grid(chance: random.Random, part: str) -> Grid:
    rows, columns = chance.randrange(1, 14), chance.randrange(1, 9)
    cells = []
    for row in range(rows):
        for column in range(columns):
            if chance.random() < 0.8:
                text = chance.choice(WORDS) + (chance.choice(WORDS) if chance.random() < 0.1 else "")
                spans = (chance.choice((1, 1, 1, 2, 5)), chance.choice((1, 1, 1, 2, 9)))
                tags = (chance.choice(("2.1", "village", "9.9", "2.1.remark")),) if chance.random() < 0.05 else ()
                where = Locator(part, f"row {row + 1}, column {column + 1}")
                cells.append(
                    Cell(row, column, text, where, *spans, tags=tags, formula_without_value=chance.random() < 0.02)
                )
    return Grid(part, rows, columns, tuple(cells))


def odd_document(chance: random.Random) -> Document:
    blocks: list[Grid | Paragraph] = []
    for number in range(chance.randrange(1, 6)):
        if chance.random() < 0.5:
            blocks.append(odd_grid(chance, chance.choice((f"table {number}", f"sheet {number}", "page 1, table 1"))))
        else:
            blocks.append(Paragraph(" ".join(chance.choices(WORDS, k=3)), Locator(f"paragraph {number}")))
    if chance.random() < 0.5:
        sheet = chance.choice([one for one in forms() if one.is_score_sheet])
        rows = item_rows(sheet, {item.id: chance.choice(WORDS) for item in sheet.items}, merged=chance.random() < 0.5)
        for row in rows:
            if chance.random() < 0.2:
                row[chance.randrange(len(row))] = chance.choice(WORDS)
        blocks += list(document(rows).blocks)
    pages = tuple(sorted(chance.sample(range(len(blocks)), chance.randrange(len(blocks)))))
    marks = {"form": "dayang-monthly", "period": chance.choice(("2023-03", "x", "")), "name": "李四"}
    return Document("docx", tuple(blocks), properties=marks if chance.random() < 0.3 else {}, pages=pages)


@pytest.mark.parametrize("seed", range(200))
def test_odd_paper_is_answered(seed: int) -> None:
    paper = odd_document(random.Random(seed))

    for parser in PARSERS:
        claims = parser.identify(paper, forms())
        extraction = parser.extract(paper, forms(), NO_HINTS)

        assert all(0 < claim.score <= 1 and claim.evidence for claim in claims)
        assert bool(claims) or not extraction.records
        for issue in extraction.issues:
            assert issue.message
            assert issue.record is None or 0 <= issue.record < len(extraction.records)
        for record in extraction.records:
            assert all(isinstance(reading, Reading) for reading in record.readings.values())


def test_the_same_paper_is_read_the_same_way() -> None:
    paper = odd_document(random.Random(7))

    assert [parser.extract(paper, forms(), NO_HINTS) for parser in PARSERS] == [
        parser.extract(paper, forms(), NO_HINTS) for parser in PARSERS
    ]


@pytest.mark.parametrize("name", ["junk", "roster", "sheet", "labels"])
def test_long_paper_is_read_in_bounded_time(name: str) -> None:
    sheet = form("dayang-monthly")
    rows = item_rows(sheet, {}, merged=False)
    paper = {
        "junk": document([[f"行{row}列{column}" for column in range(8)] for row in range(4000)]),
        "roster": document([["序号", "村", "姓名", "职务"], *[["1", f"村{n}", f"人{n}", "主任"] for n in range(3000)]]),
        "sheet": document(
            sheet.title, [*rows, *[[f"行{row}列{column}" for column in range(6)] for row in range(4000)]]
        ),
        "labels": document(*[f"行政村：村{n} 姓名：人{n}" for n in range(2000)], rows),
    }[name]

    start = time.perf_counter()
    for parser in PARSERS:
        if parser.identify(paper, forms()):
            parser.extract(paper, forms(), NO_HINTS)

    assert time.perf_counter() - start < 20
