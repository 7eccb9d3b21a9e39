"""Made papers as PDF, by LibreOffice, many in one start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from formgen import libreoffice


def to_pdf(paths: Sequence[Path], folder: Path, *, seconds: float = 300.0) -> list[Path]:
    """The papers as PDF files of the same names in ``folder``, in the order of ``paths``.

    Raises MissingProgramError, ProgramFailedError, FileAccessError.
    """
    return libreoffice.convert_many(paths, "pdf", folder, seconds=seconds)
