"""Rows in the clerk's words: whose they are, of which period, in which file. For rows that may be damaged."""

from __future__ import annotations

from typing import Protocol

Row = tuple[object, ...]

_KINDS = {
    "submission": "回收件",
    "arrival": "收件登记",
    "generation": "读取登记",
    "record": "记录和读数",
    "issue": "疑点",
    "settlement": "疑点的消除",
    "correction": "更正",
    "identity": "记录的归属",
    "supersession": "取代关系",
    "line_head": "计分行的名目和依据",
    "assessment": "评定",
    "withdrawal": "评定的撤销",
    "issuance": "发文登记",
    "law": "办法和决定的存本",
    "standing": "定等",
    "standing_withdrawal": "定等的撤销",
    "closing": "关账登记",
    "mark": "评定登记",
}
_RECORD = "r.village, r.name, r.period, s.name FROM record r JOIN generation g ON g.id = r.generation "
_FILE = "JOIN submission s ON s.id = g.submission"
#: Table → a query for village, name, period, file of the row with this key.
_WHOSE = {
    "submission": "SELECT '', '', '', name FROM submission WHERE id = ?",
    "arrival": "SELECT '', '', '', name FROM arrival WHERE id = ?",
    "generation": f"SELECT '', '', '', s.name FROM generation g {_FILE} WHERE g.id = ?",
    "record": f"SELECT {_RECORD} {_FILE} WHERE r.id = ?",
    "issue": f"SELECT '', '', '', s.name FROM issue q JOIN generation g ON g.id = q.generation {_FILE} WHERE q.id = ?",
    "correction": "SELECT '', '', '', s.name FROM correction c JOIN submission s ON s.id = c.submission WHERE c.id = ?",
    "identity": "SELECT village, name, period, '' FROM identity WHERE id = ?",
    "supersession": f"SELECT {_RECORD} {_FILE} JOIN supersession x ON x.record = r.id WHERE x.id = ?",
    "assessment": "SELECT village || team, name, period, '' FROM assessment WHERE id = ?",
    "withdrawal": "SELECT village || team, name, period, '' FROM assessment WHERE id = ?",
    "standing": "SELECT village || team, name, period, '' FROM standing WHERE id = ?",
    "issuance": "SELECT '', '', '', path FROM issuance WHERE id = ?",
    "closing": "SELECT '', '', period, '' FROM closing WHERE id = ?",
    "mark": "SELECT '', '', period, '' FROM mark WHERE id = ?",
}


class Queries(Protocol):
    """What of a database is needed here."""

    def one(self, sql: str, *parameters: object) -> Row | None:
        """The first row that a SELECT gives, None if there is none."""


def named(database: Queries, table: str, key: int) -> str:
    """A row in Chinese: what it is, whose, of which period, in which file."""
    told = f"{_KINDS.get(table, table)}（第{key}条）"
    query = _WHOSE.get(table)
    row = database.one(_bytes(query), key) if query else None
    if row is None:
        return told
    village, name, period, file = (part.decode("utf-8", "replace") if isinstance(part, bytes) else "" for part in row)
    whose = "/".join(filter(None, (village, name)))
    return "，".join(filter(None, (told, whose, period, f"《{file}》" if file else "")))


def _bytes(query: str) -> str:
    """The same query with its columns as bytes: damaged text then does no harm."""
    columns, _, rest = query.removeprefix("SELECT ").partition(" FROM ")
    return f"SELECT {', '.join(f'CAST({one} AS BLOB)' for one in columns.split(', '))} FROM {rest}"
