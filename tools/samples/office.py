"""Files as LibreOffice saves them. It does not write the same bytes twice, so they are made once and kept."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.samples.archive import pack, settled, unpack

FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "doc": "doc:MS Word 97",
    "xls": "xls:MS Excel 97",
    "ods": "ods",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "pdf": "pdf:writer_pdf_Export",
}


def convert(data: bytes, kind: str, to: str) -> bytes:
    """The file as LibreOffice saves it in another kind (or in the same)."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"source.{kind}"
        source.write_bytes(data)
        out = Path(folder) / "out"
        pdf = "pdf:calc_pdf_Export" if kind in ("xlsx", "xls", "ods") else FILTERS["pdf"]
        subprocess.run(
            [
                shutil.which("soffice") or "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--norestore",
                "--convert-to",
                pdf if to == "pdf" else FILTERS[to],
                "--outdir",
                str(out),
                str(source),
            ],
            check=True,
            timeout=180,
            capture_output=True,
        )
        made = (out / f"source.{to}").read_bytes()
    if to in ("docx", "xlsx"):
        return settled(made)
    if to == "ods":
        parts = unpack(made)
        return pack(
            {
                name: part
                for name, part in parts.items()
                if not name.startswith("Thumbnails/") and "Configurations2" not in name
            }
        )
    return made


def digest(data: bytes) -> str:
    """What a kept file was made from."""
    return hashlib.sha256(data).hexdigest()[:16]
