"""Made papers as PDF, by LibreOffice, many in one start."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from formgen import libreoffice
from formgen.rendering.filing import file_away
from formgen.rendering.packing import member, packed

_DOCUMENT = "word/document.xml"


def to_pdf(paths: Sequence[Path], folder: Path, *, seconds: float = 300.0) -> list[Path]:
    """The papers as PDF files of the same names in ``folder``, in the order of ``paths``.

    Raises MissingProgramError, ProgramFailedError, FileAccessError.
    """
    return libreoffice.convert_many(paths, "pdf", folder, seconds=seconds)


def run_to_pdf(
    run: Path,
    names: Sequence[Sequence[str]],
    *,
    duplex: bool = False,
    cut: bool = False,
    seconds: float = 1800.0,
) -> list[Path]:
    """A print run of so many papers as one PDF beside it; with ``cut`` also a PDF for each.

    A long one is converted in portions, in one start of LibreOffice: its time grows faster than the number of papers.

    With ``duplex`` a paper of an odd number of pages is followed by a blank side. ``names`` are the parts of each
    paper's file name. Raises as ``to_pdf``.
    """
    from formgen.rendering.cutting import cut as pieces
    from formgen.rendering.cutting import first_pages, joined, with_blank_sides
    from formgen.rendering.portions import portions

    with tempfile.TemporaryDirectory(prefix="formgen-", ignore_cleanup_errors=True) as room:
        each = portions(_on_any_side(run.read_bytes()))
        copies = [Path(room) / f"{number}.docx" for number in range(len(each))]
        for copy, (content, _) in zip(copies, each, strict=True):
            copy.write_bytes(content)
        made = [
            one.read_bytes() for one in libreoffice.convert_many(copies, "pdf", Path(room) / "pdf", seconds=seconds)
        ]
    starts: list[int] = []
    data, before = joined(made)
    for one, first, (_, count) in zip(made, before, each, strict=True):
        starts += [first + page for page in first_pages(one, count)]
    taken: set[str] = set()
    whole = with_blank_sides(data, starts) if duplex else data
    paths = [file_away(whole, run.parent, [run.stem], ".pdf", taken=taken)]
    if cut:
        singles = zip(pieces(data, starts), names, strict=True)
        paths += [file_away(one, run.parent, parts, ".pdf", taken=taken) for one, parts in singles]
    return paths


def _on_any_side(run: bytes) -> bytes:
    """The run with each paper on the next side, whichever it is: the blank sides are added to the PDF.

    LibreOffice 7.4 prints a section that is to begin on an odd side with the header of the first page on the second,
    and its text 11 mm too high.
    """
    with zipfile.ZipFile(io.BytesIO(run)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[_DOCUMENT] = members[_DOCUMENT].replace(b'<w:type w:val="oddPage"/>', b'<w:type w:val="nextPage"/>')
    return packed(member(name, data) for name, data in members.items())
