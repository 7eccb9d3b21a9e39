"""What a file is, told by its content: a name may lie."""

from __future__ import annotations

import io
import re
import zipfile

from parsers.ole import MAGIC, CompoundFile

#: The kinds that each ending promises. An ending that is not here promises nothing.
PROMISES: dict[str, frozenset[str]] = {
    ending: frozenset(kinds.split())
    for ending, kinds in {
        ".docx": "docx docm",
        ".docm": "docm docx",
        ".dotx": "docx",
        ".doc": "doc wps",
        ".wps": "wps doc docx",
        ".xlsx": "xlsx xlsm",
        ".xlsm": "xlsm xlsx",
        ".xltx": "xlsx",
        ".xlsb": "xlsb",
        ".xls": "xls et",
        ".et": "et xls xlsx",
        ".ods": "ods",
        ".odt": "odt",
        ".rtf": "rtf",
        ".pdf": "pdf",
        ".html": "html mht",
        ".htm": "html mht",
        ".mht": "mht",
        ".mhtml": "mht",
        ".xml": "xml-word xml-excel text",
        ".txt": "text",
        ".csv": "text",
        ".jpg": "image",
        ".jpeg": "image",
        ".png": "image",
        ".tif": "image",
        ".tiff": "image",
        ".bmp": "image",
        ".gif": "image",
        ".webp": "image",
        ".heic": "image",
        ".zip": "zip",
        ".rar": "rar",
        ".7z": "7z",
        ".ofd": "ofd",
    }.items()
}

_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a")
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_PARTS_LIMIT = 1_000_000  #: Bytes of the list of content types that are looked at.

_CONTENT_TYPES = (
    (re.compile(rb"ms-word\.(?:document|template)\.macroEnabled\.main"), "docm"),
    (re.compile(rb"wordprocessingml\.(?:document|template)\.main"), "docx"),
    (re.compile(rb"ms-excel\.(?:sheet|template)\.macroEnabled\.main"), "xlsm"),
    (re.compile(rb"ms-excel\.sheet\.binary\.macroEnabled\.main"), "xlsb"),
    (re.compile(rb"spreadsheetml\.(?:sheet|template)\.main"), "xlsx"),
    (re.compile(rb"presentationml\.(?:presentation|template|slideshow)\.main"), "pptx"),
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|meta|body|table|style)\b", re.IGNORECASE)


def sniff(data: bytes, name: str) -> str:
    """The kind of a file by its content; ``name`` only tells between kinds with the same content (doc and wps).

    ``docx docm xlsx xlsm xls xlsb ods odt pdf doc wps et ppt pptx ofd image zip rar 7z text html mht rtf xml-word
    xml-excel empty encrypted damaged`` or ``unknown``. ``damaged``: a zip or OLE2 file that is cut off. Never raises.
    """
    if not data:
        return "empty"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(data)
    if data.startswith(MAGIC):
        return _sniff_compound(data, name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "image"
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return "image"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "image"
    if data.startswith(b"Rar!\x1a\x07"):
        return "rar"
    if data.startswith(b"7z\xbc\xaf\x27\x1c"):
        return "7z"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data[:4] in (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00") or data[:4] in (b"\x09\x04\x06\x00", b"\x09\x00\x04\x00"):
        return "et" if name.lower().endswith(".et") else "xls"  # BIFF without a compound file around it
    return _sniff_text(data)


def mislabelled(kind: str, name: str) -> bool:
    """Whether the name promises another kind than the content is."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    promised = PROMISES.get(ending)
    return promised is not None and kind not in promised and kind not in ("empty", "encrypted", "damaged")


def _sniff_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                with archive.open("[Content_Types].xml") as part:
                    types = part.read(_PARTS_LIMIT)
                return next((kind for pattern, kind in _CONTENT_TYPES if pattern.search(types)), "zip")
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    return _sniff_open_document(part.read(200), archive, names)
            return "ofd" if "OFD.xml" in names else "zip"
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return "damaged"
    except Exception:  # zlib.error and whatever a made-up header calls forth
        return "damaged"


def _sniff_open_document(mimetype: bytes, archive: zipfile.ZipFile, names: set[str]) -> str:
    kind = ""
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        kind = "ods"
    elif mimetype.startswith(b"application/vnd.oasis.opendocument.text"):
        kind = "odt"
    if kind and "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(_PARTS_LIMIT):
                return "encrypted"
    return kind or "zip"


def _sniff_compound(data: bytes, name: str) -> str:
    try:
        compound = CompoundFile(data)
        names = compound.names
        if "EncryptedPackage" in names:
            return "encrypted"
        if "WordDocument" in names:
            if _word_is_encrypted(compound.stream("WordDocument", 12)):
                return "encrypted"
            return "wps" if name.lower().endswith(".wps") else "doc"
        if book := next((stream for stream in ("Workbook", "Book") if stream in names), ""):
            if _book_is_encrypted(compound.stream(book, 4096)):
                return "encrypted"
            return "et" if name.lower().endswith(".et") else "xls"
        if "PowerPoint Document" in names:
            return "ppt"
    except Exception:
        return "damaged"
    return "unknown"


def _word_is_encrypted(head: bytes) -> bool:
    """Whether fEncrypted is set in the FIB (MS-DOC 2.5.2)."""
    return len(head) >= 12 and bool(head[11] & 0x01)


def _book_is_encrypted(head: bytes) -> bool:
    """Whether a FILEPASS record stands among the first records of the globals (MS-XLS 2.4.117)."""
    place = 0
    while place + 4 <= len(head):
        record = int.from_bytes(head[place : place + 2], "little")
        if record == 0x2F:
            return True
        if record == 0x0A:  # end of the globals
            return False
        place += 4 + int.from_bytes(head[place + 2 : place + 4], "little")
    return False


def _sniff_text(data: bytes) -> str:
    head = data[:65536]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    elif b"\x00" in head:
        return "unknown"
    else:
        text = head.decode("utf-8-sig", "replace")  # GB18030 keeps ASCII, and the marks looked for are ASCII
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        if "schemas.microsoft.com/office/word/2003/wordml" in start or 'progid="Word.Document"' in start:
            return "xml-word"
        if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<html" not in start.lower():
            return "xml-excel"
        if "schemas.microsoft.com/office/2006/xmlPackage" in start:
            return "xml-word" if "wordprocessingml" in start or "/word/" in start else "unknown"
        if _HTML.search(start[:4096]):
            return "html"
    if re.match(r"(?:From:|MIME-Version:|Message-ID:|Date:)", start, re.IGNORECASE) and "MIME-Version:" in start:
        return "mht"
    controls = sum(character < " " and character not in "\t\r\n\f" for character in start)
    return "text" if controls <= len(start) // 100 else "unknown"
