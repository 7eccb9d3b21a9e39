"""The layouts of the blanks that were issued: kept with the archive, as templates change and old paper comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from formgen.errors import FileAccessError
from formgen.model import PageLayout, Slot
from formgen.workspace import write_private

FOLDER = "版面"  #: Below 存档.
_VERSION = 1
_MOST_BYTES = 2_000_000  #: A page of the longest form takes some 20,000.


def keep(archive: Path, layouts: Iterable[PageLayout]) -> tuple[Path, ...]:
    """Keep the pages of each form's edition as one file; what is kept already stays as it is. The files written.

    Raises FileAccessError.
    """
    by_edition: dict[tuple[str, str], list[PageLayout]] = {}
    for layout in layouts:
        by_edition.setdefault((layout.form, layout.edition), []).append(layout)
    written = []
    for (form, edition), pages in by_edition.items():
        path = archive / FOLDER / f"{_safe(form)}-{_safe(edition)}.json"
        if path.exists():
            continue
        said = {"version": _VERSION, "pages": [asdict(page) for page in pages]}
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
        except OSError as fault:
            raise FileAccessError(f"{path} 不能写入（{fault.strerror or fault}）。") from fault
        written.append(path)
    return tuple(written)


def kept(archive: Path) -> tuple[PageLayout, ...]:
    """The pages of all editions that are kept; a file that is none of ours or was damaged is passed over."""
    folder = archive / FOLDER
    found: list[PageLayout] = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            if path.stat().st_size <= _MOST_BYTES:
                found += _pages(json.loads(path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return tuple(found)


def known(now: Sequence[PageLayout], archive: Path) -> tuple[PageLayout, ...]:
    """The layouts of today's templates, then those of earlier editions that are kept."""
    today = {(layout.form, layout.edition) for layout in now}
    return (*now, *(layout for layout in kept(archive) if (layout.form, layout.edition) not in today))


def _pages(said: dict[str, Any]) -> list[PageLayout]:
    if said["version"] != _VERSION:
        return []
    return [_page(page) for page in said["pages"]]


def _page(said: dict[str, Any]) -> PageLayout:
    """A page as it was kept. Raises KeyError, TypeError, ValueError for what is none."""
    slots = tuple(Slot(**{**slot, "tags": tuple(map(str, slot["tags"]))}) for slot in said["slots"])
    marks = tuple((int(mark), float(x), float(y)) for mark, x, y in said["marks"])
    layout = PageLayout(**{**said, "slots": slots, "marks": marks})
    lengths = [layout.width, layout.height, *(length for slot in slots for length in (slot.x, slot.y, slot.width))]
    if not all(isinstance(length, int | float) and -1000 < length < 10_000 for length in lengths):
        raise ValueError("no lengths")
    return layout


def _safe(word: str) -> str:
    return re.sub(r"[^A-Za-z0-9._@-]", "_", word)
