"""Zip files whose bytes do not depend on the day or the machine they were made on."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

WHEN = (2023, 4, 1, 9, 0, 0)
STAMP = "2023-04-01T09:00:00Z"


def pack(parts: Mapping[str, bytes | str]) -> bytes:
    """The parts as a zip file, in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.external_attr = 0
            archive.writestr(info, content.encode("utf-8") if isinstance(content, str) else content)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts of a zip file by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def settled(data: bytes, *, without: tuple[str, ...] = (), author: str = "") -> bytes:
    """The same office file with fixed times and without the maker's name, thumbnails and other leftovers."""
    parts = {name: content for name, content in unpack(data).items() if name not in without}
    if core := parts.get("docProps/core.xml"):
        text = core.decode("utf-8")
        text = re.sub(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rf"\g<1>{STAMP}", text)
        text = re.sub(r"(<(dc:creator|cp:lastModifiedBy)>)[^<]*", rf"\g<1>{author}", text)
        text = re.sub(r"(<dc:description>)[^<]*", r"\g<1>", text)
        parts["docProps/core.xml"] = text.encode("utf-8")
    return pack(parts)
