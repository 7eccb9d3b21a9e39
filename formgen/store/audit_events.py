"""What a transaction did, in the clerk's words, told from the rows that it added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

Row = tuple[object, ...]
_MANY = 100  #: More lines of one kind than this in one transaction become one that says how many.


class Queries(Protocol):
    """What of a database is needed here."""

    def query(self, sql: str, *parameters: object) -> list[Row]:
        """All rows that a SELECT gives."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a line of the audit log tells."""

    event: str  #: English, stable: ``received`` ``corrected`` …
    what: str  #: Chinese.
    by: str = ""  #: Who answers for it, where a command asks for that.
    before: str = ""
    after: str = ""
    file: str = ""  #: sha256 and name of the file behind it.
    why: str = ""


Teller = Callable[[Queries, int, int], Iterator[Event]]
_FILE = "JOIN generation g ON g.id = r.generation JOIN submission s ON s.id = g.submission"
_WHO = "i.village || i.team, i.name, i.period"


def events(database: Queries, covers: Mapping[str, tuple[int, int]], *, begun: bool) -> Iterator[Event]:
    """The events behind rows; ``begun``: the log begins now, and may find rows from before it."""
    if begun and "generation" in covers and covers["generation"][1] - covers["generation"][0] > 1:
        told = "、".join(f"{table} {last - first}" for table, (first, last) in covers.items())
        yield Event("begun", f"审计日志从这里开始；以前存入的一并封入：{told}")
        return
    for table, teller in _TELLERS.items():
        if table in covers:
            found = list(teller(database, *covers[table]))
            if len(found) > _MANY and table in ("supersession", "identity", "standing"):
                found = [Event(found[0].event, f"{found[0].what.partition('：')[0]}：共 {len(found)} 条")]
            yield from found


def _received(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, name, kind, records in database.query(
        "SELECT s.sha256, s.name, g.kind, (SELECT COUNT(*) FROM record WHERE generation = g.id) "
        "FROM submission s JOIN generation g ON g.submission = s.id AND g.number = 1 WHERE s.id > ? AND s.id <= ?",
        first, last,
    ):  # fmt: skip
        yield Event("received", f"收到文件（{kind}）", after=f"{records} 条记录", file=_file(sha256, name))


def _again(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, name in database.query(
        "SELECT s.sha256, a.name FROM arrival a JOIN submission s ON s.id = a.submission "
        "WHERE a.id > ? AND a.id <= ? AND EXISTS (SELECT 1 FROM arrival o WHERE o.submission = s.id AND o.id < a.id)",
        first, last,
    ):  # fmt: skip
        yield Event("received-again", "又收到相同的文件，不重复计算", file=_file(sha256, name))


def _reread(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, name, now, before in database.query(
        "SELECT s.sha256, s.name, (SELECT COUNT(*) FROM record WHERE generation = g.id), "
        "(SELECT COUNT(*) FROM record r "
        "JOIN generation o ON o.id = r.generation WHERE o.submission = s.id AND o.number = g.number - 1) "
        "FROM generation g JOIN submission s ON s.id = g.submission WHERE g.id > ? AND g.id <= ? AND g.number > 1",
        first, last,
    ):  # fmt: skip
        yield Event(
            "read-again", "重新读取", before=f"{before} 条记录", after=f"{now} 条记录", file=_file(sha256, name)
        )


def _corrected(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, name, record, field, kind, value, by, why, former, text in database.query(
        "SELECT s.sha256, s.name, c.record, c.field, c.type, c.value, c.by, c.why, "
        "(SELECT COALESCE(o.value, '空白') FROM correction o WHERE o.submission = c.submission AND o.record = c.record "
        "AND o.field = c.field AND o.id < c.id ORDER BY o.id DESC LIMIT 1), "
        "(SELECT COALESCE(d.value, d.text) FROM reading d JOIN record r ON r.id = d.record "
        "JOIN generation g ON g.id = r.generation WHERE g.submission = c.submission AND r.number = c.record "
        "AND d.field = c.field ORDER BY g.number DESC LIMIT 1) "
        "FROM correction c JOIN submission s ON s.id = c.submission WHERE c.id > ? AND c.id <= ? ORDER BY c.id",
        first, last,
    ):  # fmt: skip
        before = _text(former if former is not None else text)
        yield Event(
            "corrected", f"更正或确认：第 {cast('int', record) + 1} 条记录 {_text(field)}", _text(by), before or "空白",
            "空白" if kind == "none" else _text(value), _file(sha256, name), _text(why),
        )  # fmt: skip


def _moved(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, file, *words in database.query(
        f"SELECT s.sha256, s.name, {_WHO}, o.village || o.team, o.name, o.period FROM identity i "
        f"JOIN record r ON r.id = i.record {_FILE} "
        "JOIN identity o ON o.id = (SELECT MAX(id) FROM identity WHERE record = i.record AND id < i.id) "
        "WHERE i.id > ? AND i.id <= ? ORDER BY i.id",
        first, last,
    ):  # fmt: skip
        yield Event(
            "moved", "记录改认对象或时段", before=_whom(words[3:]), after=_whom(words[:3]), file=_file(sha256, file)
        )


def _superseded(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, file, why, by, *words in database.query(
        f"SELECT s.sha256, s.name, x.why, (SELECT s2.name FROM record r2 JOIN generation g2 ON g2.id = r2.generation "
        f"JOIN submission s2 ON s2.id = g2.submission WHERE r2.id = x.by), {_WHO} "
        f"FROM supersession x JOIN record r ON r.id = x.record {_FILE} "
        "JOIN identity i ON i.id = (SELECT MAX(id) FROM identity WHERE record = r.id) "
        "WHERE x.id > ? AND x.id <= ? ORDER BY x.id",
        first, last,
    ):  # fmt: skip
        whom = _whom(words)
        after = f"以《{_text(by)}》为准" if by is not None else "重新算数"
        yield Event("superseded", f"取代：{whom}", after=after, file=_file(sha256, file), why=_text(why))


def _issues(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, name, count in database.query(
        "SELECT s.sha256, s.name, COUNT(*) FROM issue q JOIN generation g ON g.id = q.generation "
        "JOIN submission s ON s.id = g.submission WHERE q.id > ? AND q.id <= ? GROUP BY s.id",
        first, last,
    ):  # fmt: skip
        yield Event("doubted", f"记下存疑 {count} 处", file=_file(sha256, name))


def _settled(database: Queries, first: int, last: int) -> Iterator[Event]:
    for why, count in database.query(
        "SELECT why, COUNT(*) FROM settlement WHERE id > ? AND id <= ? GROUP BY why", first, last
    ):
        yield Event("settled", f"存疑自行消除 {count} 处", why=_text(why))


def _preferred(database: Queries, first: int, last: int) -> Iterator[Event]:
    for sha256, name, worse, why in database.query(
        "SELECT b.sha256, b.name, w.name, p.why FROM preference p JOIN submission b ON b.id = p.better "
        "JOIN submission w ON w.id = p.worse WHERE p.id > ? AND p.id <= ?",
        first, last,
    ):  # fmt: skip
        yield Event("preferred", f"两份同表，不以《{_text(worse)}》为准", file=_file(sha256, name), why=_text(why))


def _graded(database: Queries, first: int, last: int) -> Iterator[Event]:
    for period, village, team, name, grade, former in database.query(
        "SELECT t.period, t.village, t.team, t.name, COALESCE(t.grade, '未定'), (SELECT COALESCE(o.grade, '未定') "
        "FROM standing o WHERE o.scheme = t.scheme AND o.form = t.form "
        "AND o.period = t.period AND o.village = t.village AND o.team = t.team AND o.name = t.name "
        "AND o.grp = t.grp AND o.id <= ? ORDER BY o.id DESC LIMIT 1) AS former "
        "FROM standing t WHERE t.id > ? AND t.id <= ? ORDER BY t.id",
        first, first, last,
    ):  # fmt: skip
        if former is not None and former != grade:
            whom = _whom([_text(village) + _text(team), name, period])
            yield Event("grade-changed", f"等次改变：{whom}", before=_text(former), after=_text(grade))


def _assessed(database: Queries, first: int, last: int) -> Iterator[Event]:
    yield from _counted(database, "assessment", "评定", first, last)


def _standings(database: Queries, first: int, last: int) -> Iterator[Event]:
    yield from _counted(database, "standing", "定等次", first, last)
    yield from _graded(database, first, last)


def _counted(database: Queries, table: str, verb: str, first: int, last: int) -> Iterator[Event]:
    for scheme, form, period, count in database.query(
        f"SELECT scheme, form, period, COUNT(*) FROM {table} WHERE id > ? AND id <= ? GROUP BY scheme, form, period",
        first, last,
    ):  # fmt: skip
        yield Event("assessed" if table == "assessment" else "graded", f"{verb}：{scheme} {form} {period}，{count} 个")


def _withdrawn(table: str, number: str) -> Teller:
    def teller(database: Queries, first: int, last: int) -> Iterator[Event]:
        for why, count in database.query(
            f"SELECT why, COUNT(*) FROM {table} WHERE {number} > ? AND {number} <= ? GROUP BY why", first, last
        ):
            yield Event("withdrawn", f"撤回{'评定' if table == 'withdrawal' else '等次'} {count} 个", why=_text(why))

    return teller


def _laws(database: Queries, first: int, last: int) -> Iterator[Event]:
    for scheme, sha256 in database.query("SELECT scheme, sha256 FROM law WHERE id > ? AND id <= ?", first, last):
        yield Event("law", f"办法和本级决定的存本：{scheme}", after=str(sha256))


def _runs(database: Queries, first: int, last: int) -> Iterator[Event]:
    for scheme, period, steps, program in database.query(
        "SELECT scheme, period, steps, program FROM mark WHERE id > ? AND id <= ?", first, last
    ):
        yield Event("run", f"评定完毕：{scheme} {period}（{steps}）", after=f"formgen {program}")


def _closed(database: Queries, first: int, last: int) -> Iterator[Event]:
    for scheme, period, closed, by, why in database.query(
        "SELECT scheme, period, closed, by, why FROM closing WHERE id > ? AND id <= ?", first, last
    ):
        event, verb = ("closed", "关账") if closed else ("reopened", "重开")
        yield Event(event, f"{verb}：{scheme} {period}", _text(by), why=_text(why))


def _issued(database: Queries, first: int, last: int) -> Iterator[Event]:
    for kind, path, sha256 in database.query(
        "SELECT kind, path, sha256 FROM issuance WHERE id > ? AND id <= ?", first, last
    ):
        yield Event("issued", f"生成文件（{kind}）", file=_file(sha256, path))


def _batches(database: Queries, first: int, last: int) -> Iterator[Event]:
    for (count,) in database.query(
        "SELECT (SELECT COUNT(*) FROM arrival a WHERE a.id <= b.arrival "
        "AND a.id > COALESCE((SELECT MAX(arrival) FROM batch WHERE id < b.id), 0)) "
        "FROM batch b WHERE b.id > ? AND b.id <= ? ORDER BY b.id",
        first, last,
    ):  # fmt: skip
        yield Event("batch", f"一批收完：{count} 个文件")


def _forgot(database: Queries, first: int, last: int) -> Iterator[Event]:
    for name, by, why, rows, files in database.query(
        "SELECT f.pseudonym, f.by, f.why, (SELECT COUNT(*) FROM forgotten_row WHERE forgetting = f.id), "
        "(SELECT COUNT(*) FROM forgotten_file WHERE forgetting = f.id) FROM forgetting f WHERE f.id > ? AND f.id <= ?",
        first, last,
    ):  # fmt: skip
        what = f"删去姓名，改用{_text(name)}：台账 {rows} 行，不再保存的原件 {files} 个"
        yield Event("forgotten", what, _text(by), after=_text(name), why=_text(why))


def _file(sha256: object, name: object) -> str:
    return f"{str(sha256)[:12]} {_text(name)}"


def _text(value: object) -> str:
    """A stored text; what is no Unicode is shown as a question mark."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)


def _whom(words: list[object]) -> str:
    place, name, period = words
    return " ".join(filter(None, ("/".join(filter(None, (_text(place), _text(name)))), _text(period)))) or "未写明"


_TELLERS: dict[str, Teller] = {
    "submission": _received,
    "arrival": _again,
    "generation": _reread,
    "correction": _corrected,
    "identity": _moved,
    "preference": _preferred,
    "supersession": _superseded,
    "issue": _issues,
    "settlement": _settled,
    "law": _laws,
    "assessment": _assessed,
    "withdrawal": _withdrawn("withdrawal", "COALESCE(number, 0)"),
    "standing": _standings,
    "standing_withdrawal": _withdrawn("standing_withdrawal", "id"),
    "mark": _runs,
    "closing": _closed,
    "issuance": _issued,
    "forgetting": _forgot,
    "batch": _batches,
}
