"""Tables with one row for each person, village or incident: the head, its columns, and the rows below it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from formgen.model import Issue, IssueCode, Severity
from parsers.forms.lines import Line
from parsers.forms.wording import excerpt, key, nfkc
from parsers.grid import Cell, Grid

_HIGHEST_HEAD = 8  #: A head stands within the first rows of its table.
_SERIAL = re.compile(r"[\s0-9A-Za-z一二三四五六七八九十百零〇().,、:/#*第号-]{1,12}")
_SUMMING = re.compile(r"合计|总计|小计|共计|平均分?|最高分?|最低分?|汇总|总人数")


@dataclass(frozen=True, slots=True)
class Listing:
    """A table whose columns are known by their heads."""

    grid: Grid
    head: tuple[int, ...]  #: Rows of the head.
    columns: Mapping[str, int]  #: Role → layout column; the first, where several heads say the same.
    others: Mapping[int, str]  #: Column → head, of the columns that are not known.
    repeated: frozenset[str] = frozenset()  #: Roles that more than one column claims.


def bare_head(text: str) -> str:
    """The key of a column head without its unit in brackets."""
    return key(re.sub(r"[（(][^（）()]*[）)]\s*$", "", text.strip())) or key(text)


def find_listing(lines: Sequence[Line], vocabulary: Mapping[str, frozenset[str]], least: int) -> Iterator[Listing]:
    """The tables with a row that holds ``least`` known heads or more; ``lines`` must hold whole tables."""
    grids = {id(line.grid): line.grid for line in lines if line.grid is not None}
    for grid in grids.values():
        rows = [line for line in lines if line.grid is grid]
        for line in rows[:_HIGHEST_HEAD]:
            columns: dict[str, int] = {}
            others: dict[int, str] = {}
            repeated: set[str] = set()
            for cell in line.cells:
                if not cell.text.strip():
                    continue
                role = role_in(cell.text, vocabulary)
                if role is None:
                    others[cell.column] = cell.text
                elif role in columns:
                    repeated.add(role)
                    others[cell.column] = cell.text
                else:
                    columns[role] = cell.column
            if len(columns) >= least:
                yield Listing(grid, (line.row,), columns, others, frozenset(repeated))
                break


def role_in(text: str, vocabulary: Mapping[str, frozenset[str]]) -> str | None:
    """The role of a head in a vocabulary, None if it is not known."""
    for name in (bare_head(text), key(text)):
        for role, names in vocabulary.items():
            if name in names:
                return role
    return None


def data_rows(lines: Sequence[Line], listing: Listing) -> Iterator[tuple[Line, dict[int, Cell]]]:
    """The rows below the head that hold words of their own, with the cell of each column."""
    last = max(listing.head)
    for line in lines:
        if line.grid is not listing.grid or line.row <= last or line.blank:
            continue
        places: dict[int, Cell] = {}
        for cell in line.cells:
            for column in range(cell.column, min(cell.column + cell.colspan, listing.grid.columns)):
                places[column] = cell
        yield line, places


def is_summing(text: str) -> bool:
    """Whether a row is a total or an average and nobody's own."""
    plain = key(text)
    return len(plain) <= 8 and bool(_SUMMING.match(plain))


def odd_serial(places: Mapping[int, Cell], listing: Listing, record: int) -> list[Issue]:
    """The issue for words in the column of serial numbers, where there is no number but somebody's words."""
    column = listing.columns.get("serial")
    cell = places.get(column) if column is not None else None
    if cell is None or not cell.text.strip() or _SERIAL.fullmatch(nfkc(cell.text)):
        return []
    message = f"序号一栏写的是“{excerpt(cell.text)}”，没有读取"
    return [Issue(IssueCode.UNEXPECTED_TEXT, Severity.WARNING, message, cell.where, None, record)]
