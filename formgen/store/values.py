"""Values as the database keeps them, and back, exactly: a type's name and a text."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from formgen.model import Citation, Decision, Line, Source, Value
from formgen.scoring import making


def storable(text: str) -> str | bytes:
    """The text, or its bytes where it holds half a surrogate pair (a file name, a damaged sheet)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def restored(stored: str | bytes) -> str:
    """The text that ``storable`` was given."""
    return stored if isinstance(stored, str) else stored.decode("utf-8", "surrogatepass")


def packed(text: str) -> bytes:
    """A long text, compressed: a year's assessments then stay small."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpacked(data: bytes) -> str:
    """The text that ``packed`` was given."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def to_columns(value: Value) -> tuple[str, str | bytes | None]:
    """The type's name and the text of a value."""
    match value:
        case None:
            return "none", None
        case bool():
            return "bool", "1" if value else "0"
        case Decimal():
            return "decimal", str(value)
        case datetime():
            return "moment", value.isoformat()
        case date():
            return "date", value.isoformat()
        case str():
            return "text", storable(value)
    raise TypeError(f"not a Value: {value!r}")


def from_columns(kind: str, text: str | bytes | None) -> Value:
    """The value that ``to_columns`` was given. Raises ValueError for a type's name that it does not know."""
    plain = restored(text or "")
    match kind:
        case "none":
            return None
        case "bool":
            return plain == "1"
        case "decimal":
            return Decimal(plain)
        case "moment":
            return datetime.fromisoformat(plain)
        case "date":
            return date.fromisoformat(plain)
        case "text":
            return plain
    raise ValueError(f"unknown type of value: {kind}")


def dump(value: object) -> str:
    """A plain value as compact JSON; what JSON does not know is marked by its type."""
    return json.dumps(_marked(value), ensure_ascii=False, separators=(",", ":"))


def load(text: str | bytes) -> object:
    """The value that ``dump`` was given."""
    return _unmarked(json.loads(restored(text)))


def _marked(value: object) -> object:
    match value:
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case dict():
            return {"table": [[key, _marked(entry)] for key, entry in value.items()]}
        case tuple():
            return {"tuple": [_marked(entry) for entry in value]}
        case list():
            return [_marked(entry) for entry in value]
        case None | bool() | int() | str():
            return value
    raise TypeError(f"cannot be stored: {value!r}")


def _unmarked(value: object) -> object:
    match value:
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"moment": str(text)}:
            return datetime.fromisoformat(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"table": list(entries)}:
            return {key: _unmarked(entry) for key, entry in entries}
        case {"tuple": list(entries)}:
            return tuple(_unmarked(entry) for entry in entries)
        case list():
            return [_unmarked(entry) for entry in value]
    return value


def digest(*texts: str) -> str:
    """sha256 of texts, each apart from the next."""
    hashed = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(data))
        hashed.update(data)
    return hashed.hexdigest()


def dump_head(line: Line) -> str:
    """What a line has in common with the same line of other subjects: everything but figures and sources."""
    return dump([line.id, line.label, line.kind, line.unit, plain_basis(line.basis)])


def plain_basis(basis: Iterable[Citation | Decision]) -> list[object]:
    """Citations and decisions as lists that ``dump`` knows."""
    found: list[object] = []
    for reason in basis:
        match reason:
            case Citation():
                found.append(["citation", reason.instrument, reason.article, reason.quote])
            case Decision():
                parts = [reason.scheme, reason.gap, reason.value, reason.authority, reason.date, reason.example]
                found.append(["decision", *parts])
    return found


def real_basis(plain: Iterable[Any]) -> tuple[Citation | Decision, ...]:
    """The citations and decisions that ``plain_basis`` was given."""
    return tuple(Citation(*rest) if sort == "citation" else Decision(*rest) for sort, *rest in plain)


def load_head(text: str | bytes) -> Line:
    """A line with the parts that ``dump_head`` kept, and no value."""
    line_id, label, kind, unit, reasons = cast("list[Any]", load(text))
    return Line(id=line_id, label=label, kind=kind, value=None, unit=unit, basis=real_basis(reasons))


def dump_source(source: Source, files: dict[str, int]) -> list[object]:
    """A source as a list; the file's sha256 is kept once in ``files``, by number. Last, corners on a picture."""
    where = source.where
    number = files.setdefault(where.submission, len(files)) if where.submission else None
    plain: list[object] = [source.kind, source.ref, source.text, where.part, where.spot, number]
    return [*plain, *where.box]


def load_sources(plain: Iterable[Any], files: Sequence[str]) -> tuple[Source, ...]:
    """The sources that ``dump_source`` was given."""
    return tuple(
        [
            making.source(kind, ref, text, making.locator(part, spot, "" if file is None else files[file], tuple(box)))
            for kind, ref, text, part, spot, file, *box in plain
        ]
    )


class BasisTable:
    """Citations and decisions of one body, each once, by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def numbers(self, basis: Iterable[Citation | Decision]) -> list[int]:
        """The numbers of citations and decisions, added where they are new."""
        found = []
        for one in basis:
            text = _citation_text(one) if isinstance(one, Citation) else dump(plain_basis([one]))
            number = self._numbers.get(text)
            if number is None:
                number = self._numbers[text] = len(self.texts)
                self.texts.append(text)
            found.append(number)
        return found


@lru_cache(maxsize=1024)
def _citation_text(citation: Citation) -> str:
    return dump(plain_basis([citation]))


@lru_cache(maxsize=1024)
def basis_of(text: str) -> Citation | Decision:
    """The citation or decision behind a text of a ``BasisTable``."""
    (one,) = real_basis(cast("list[Any]", load(text)))
    return one
