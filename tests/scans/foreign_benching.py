"""Foreign forms read and judged: the cells that are found, the printed text in them, and what is booked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from formgen.model import Subject
from formgen.parsing import FileReading
from scans.blanks import DPI
from scans.damage import damaged
from scans.degrading import Scan, scanned
from scans.files import file_of
from scans.foreign import ForeignSheet, foreign_sheets
from scans.measuring import Box, PrintedPage
from scans.process import ReaderProcess

_NEAR = 2.0  #: Millimetres: a cell whose corners are all no farther off is found.
_SUBJECT = ("village", "name", "group", "team")


@dataclass
class ForeignTally:
    """What was counted."""

    pages: int = 0
    cells: int = 0
    found: int = 0
    stray: int = 0  #: Cells that are none.
    characters: int = 0
    wrong: int = 0  #: Insertions, deletions and replacements.
    sheets: int = 0
    read: int = 0  #: Sheets of which one record of the right form came.
    misbooked: int = 0
    scores: int = 0
    taken: int = 0
    right: int = 0
    wrong_totals: int = 0
    wrong_totals_taken: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: ForeignTally) -> None:
        """Count the other's in."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def bench_foreign(
    folder: Path, seed: int, count: int, reader: ReaderProcess, damages: Sequence[str], threshold: float
) -> tuple[ForeignTally, list[str]]:
    """How many cells are found, how many characters are wrong, what would be booked: counted, and as lines."""
    total = ForeignTally()
    tallies = {damage: ForeignTally() for damage in damages}
    for number, sheet in enumerate(foreign_sheets(folder, seed, count)):
        damage = damages[number % len(damages)]
        tally = tallies[damage]
        name = f"{damage} foreign {sheet.form.id} {number}"
        scans = tuple(
            damaged(scanned(sheet.page(page), DPI), damage, seed * 100 + number)
            for page in range(1, len(sheet.printed) + 1)
        )
        ending, data = file_of(scans, number)
        path = folder / f"{number}.{ending}"
        path.write_bytes(data)
        reader.ask("tables", path)
        tables = reader.answer()
        reader.ask("read", path)
        answer = reader.answer()
        tally.seconds += tables.seconds
        if tables.error or answer.error:
            tally.failures.append(f"{name}: {tables.error or answer.error}")
        for page, (printed, scan) in enumerate(zip(sheet.printed, scans, strict=True), 1):
            cells = tables.tables[page - 1] if page <= len(tables.tables) else ()
            judge_cells(tally, sheet, page, printed, scan, cells, name)
        if answer.reading is not None:
            judge_booking(tally, sheet, answer.reading, threshold, name)
        path.unlink()
    lines = [
        f"{'foreign':<14}{'pages':>6}{'cells':>16}{'stray':>6}{'wrong chars':>18}{'read':>8}{'booked':>7}"
        f"{'scores taken/right':>20}{'Σ wrong':>8}{'s/page':>7}"
    ]
    for damage, tally in tallies.items():
        total.add(tally)
        lines.append(_row(damage, tally))
    return total, [*lines, _row("all", total)]


def judge_cells(
    tally: ForeignTally,
    sheet: ForeignSheet,
    page: int,
    printed: PrintedPage,
    scan: Scan,
    cells: Sequence[tuple[tuple[int, ...], str]],
    name: str,
) -> None:
    """``cells``: of one page as seen: four corners in pixels of the image, and text."""
    from rapidfuzz.distance import Levenshtein

    tally.pages += 1
    seen = [np.array(box, float).reshape(4, 2) for box, _ in cells if len(box) == 8]
    texts = [text for box, text in cells if len(box) == 8]
    used: set[int] = set()
    written = {id(box) for where, box in sheet.places.values() if where == page}
    for cell in printed.cells:
        corners = scan.pixels(_corners(cell))
        far = [float(np.abs(np.sort(quad, axis=0) - np.sort(corners, axis=0)).max()) for quad in seen]
        best = int(np.argmin(far)) if far else -1
        tally.cells += 1
        found = best >= 0 and far[best] <= _NEAR * scan.dpi / 25.4
        tally.found += found
        wanted = plain(cell.text)
        if found:
            used.add(best)
        else:
            tally.failures.append(f"{name} p{page}: no cell “{cell.text[:16]}”")
        if wanted and id(cell) not in written:
            read = plain(texts[best]) if found else ""
            tally.characters += len(wanted)
            wrong = Levenshtein.distance(wanted, read)
            tally.wrong += wrong
            if wrong and found:
                tally.failures.append(f"{name} p{page}: “{wanted}” read as “{read}”")
    tally.stray += len(seen) - len(used)


def judge_booking(tally: ForeignTally, sheet: ForeignSheet, reading: FileReading, threshold: float, name: str) -> None:
    """What would be taken of it without a person."""
    tally.sheets += 1
    written = {field: sheet.value(field) for field in sheet.places}
    wrong_total = "wrong-total" in sheet.entries.faults
    tally.wrong_totals += wrong_total
    tally.scores += sum(isinstance(value, Decimal) for value in written.values())
    if len(reading.records) != 1 or reading.records[0].form != sheet.form.id:
        codes = sorted({str(issue.code) for issue in reading.issues})
        tally.failures.append(f"{name}: {len(reading.records)} records ({', '.join(codes)})")
        tally.misbooked += any(record.form != sheet.form.id for record in reading.records)
        return
    tally.read += 1
    (record,) = reading.records
    doubts = [issue for issue in reading.issues if issue.needs_person]
    fields = {issue.field for issue in doubts}
    printed = {blank.id for blank in sheet.form.blanks} | {box.id for box in sheet.form.fields}
    subject = Subject(**{part: getattr(sheet.subject, part) for part in _SUBJECT if part in printed})
    if (record.subject, record.period) != (subject, sheet.period) and not doubts:
        tally.misbooked += 1
        tally.failures.append(f"{name}: booked for {record.subject} {record.period}")
    taken = 0
    for item, value in written.items():
        read = record.readings.get(item)
        trusted = read is not None and read.value is not None and read.confidence >= threshold and item not in fields
        if trusted and read is not None and isinstance(value if value is not None else read.value, Decimal):
            taken += 1
            tally.right += read.value == value
            if read.value != value:
                tally.failures.append(f"{name}: {item} {value} taken as {read.value}")
    tally.taken += taken
    if wrong_total and taken and not any(issue.field == "total" or "total" in str(issue.code) for issue in doubts):
        tally.wrong_totals_taken += 1


def plain(text: str) -> str:
    """Text as it is compared: no spaces, one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _corners(cell: Box) -> Any:
    right, low = cell.x + cell.width, cell.y + cell.height
    return np.array([(cell.x, cell.y), (right, cell.y), (right, low), (cell.x, low)])


def _row(name: str, tally: ForeignTally) -> str:
    share = tally.found / max(1, tally.cells)
    wrong = tally.wrong / max(1, tally.characters)
    return (
        f"{name:<14}{tally.pages:>6}{f'{tally.found}/{tally.cells} {share:.2%}':>16}{tally.stray:>6}"
        f"{f'{tally.wrong}/{tally.characters} {wrong:.2%}':>18}{f'{tally.read}/{tally.sheets}':>8}{tally.misbooked:>7}"
        f"{f'{tally.taken}/{tally.scores} {tally.right}':>20}{f'{tally.wrong_totals_taken}/{tally.wrong_totals}':>8}"
        f"{tally.seconds / max(1, tally.pages):>7.2f}"
    )
