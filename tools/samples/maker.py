"""Where made files go: written below samples/ and remembered with their truth."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from tools.samples.office import convert, digest
from tools.samples.truth import Fill, Row, Sample


class Maker:
    """Writes files and collects their truth. A file that LibreOffice made is kept while its source is the same."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.samples: list[Sample] = []
        self.made: list[str] = []
        truth = root / "truth.toml"
        known = tomllib.loads(truth.read_text("utf-8")) if truth.exists() else {}
        self._kept = {file["path"]: file.get("made_from", "") for file in known.get("file", ())}

    def add(
        self,
        path: str,
        data: bytes,
        producer: str,
        *records: Fill | Row,
        kind: str = "",
        issues: tuple[str, ...] = (),
        may: tuple[str, ...] = (),
        shows: str = "",
        program: str = "",
        made_from: str = "",
    ) -> None:
        """Write a file and remember its truth. ``kind`` defaults to the ending of the name."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != data:
            target.write_bytes(data)
            self.made.append(path)
        kind = kind or path.rsplit(".", 1)[-1].lower()
        self.samples.append(Sample(path, producer, kind, list(records), issues, may, shows, program, made_from))

    def office(self, path: str, source: bytes, source_kind: str, to: str, *records: Fill | Row, **rest: object) -> None:
        """Add a file that LibreOffice saves."""
        self.kept(path, source, lambda: convert(source, source_kind, to), "LibreOffice 7.4", *records, **rest)

    def kept(
        self, path: str, source: bytes, make: Callable[[], bytes], producer: str, *records: Fill | Row, **rest: object
    ) -> None:
        """Add a file that is made once and kept while its source is the same."""
        mark = digest(source)
        target = self.root / path
        data = target.read_bytes() if target.exists() and self._kept.get(path) == mark else make()
        self.add(path, data, producer, *records, made_from=mark, **rest)  # type: ignore[arg-type]
