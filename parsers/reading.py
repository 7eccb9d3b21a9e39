"""One file into records: what it is, decoded, claimed by one parser, read. Every fault of the file is an issue."""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from formgen.errors import (
    EncryptedInputError,
    FileAccessError,
    FormgenError,
    MissingProgramError,
    ProgramFailedError,
    UnreadableInputError,
)
from formgen.model import Form, Issue, IssueCode, Severity
from formgen.parsing import Convert, FileReading, Hints, Limits, Parser, Scanning, choose
from parsers import PARSERS, bounds, kinds
from parsers.content import Content
from parsers.grid import Document
from parsers.pictures import KIND as PICTURES
from parsers.pictures import PageControl, picture_pages, read_pictures, without_pictures

_LOG = logging.getLogger(__name__)
_LIMITS = Limits()
_HINTS = Hints()
_CONTROL = PageControl()
_CHUNK = 1 << 20
_LONGEST = 500  #: Characters of a message.
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

#: What a kind is converted to, to be read then.
_CONVERSIONS = {
    "doc": "docx",
    "wps": "docx",
    "odt": "docx",
    "rtf": "docx",
    "html": "docx",
    "xml-word": "docx",
    "xml-excel": "xlsx",
}
_SPREADSHEETS = ("xlsx", "xlsm", "xls", "xlsb", "et", "ods")
_SPREADSHEET_ENDINGS = (".xls", ".xlsx", ".et", ".csv")

_RESEND = "请发回填写好的 Word、Excel 或由它们另存的 PDF 文件。"
_REFUSALS: dict[str, tuple[IssueCode, str]] = {
    "empty": (IssueCode.EMPTY_FILE, "文件是空的（0 字节）。请对方重发。"),
    "encrypted": (IssueCode.ENCRYPTED, "文件设有打开密码，读不了。请去掉密码后重发。"),
    "damaged": (IssueCode.UNREADABLE, "文件不完整或已损坏，打不开。可能是传送时中断了，请对方重发。"),
    "zip": (IssueCode.UNSUPPORTED, "这是压缩包。请先解压，再放入其中的文件。"),
    "rar": (IssueCode.UNSUPPORTED, "这是压缩包（RAR）。请先解压，再放入其中的文件。"),
    "7z": (IssueCode.UNSUPPORTED, "这是压缩包（7z）。请先解压，再放入其中的文件。"),
    "ofd": (IssueCode.UNSUPPORTED, f"OFD 版式文件暂不能读取。{_RESEND}"),
    "ppt": (IssueCode.UNSUPPORTED, f"这是演示文稿。{_RESEND}"),
    "pptx": (IssueCode.UNSUPPORTED, f"这是演示文稿。{_RESEND}"),
    "mht": (IssueCode.UNSUPPORTED, "这是单个文件网页（mht）。请用 Word 打开，另存为 .docx 后重发。"),
    "text": (IssueCode.UNSUPPORTED, f"这是纯文本，不是表格。{_RESEND}"),
    "unknown": (IssueCode.UNSUPPORTED, f"不认识的文件格式。{_RESEND}"),
}
_NAMES = {
    "docx": "Word 文档（.docx）",
    "docm": "带宏的 Word 文档（.docm）",
    "doc": "旧版 Word 文档（.doc）",
    "wps": "WPS 文字",
    "xlsx": "Excel 工作簿（.xlsx）",
    "xlsm": "带宏的 Excel 工作簿（.xlsm）",
    "xlsb": "Excel 二进制工作簿（.xlsb）",
    "xls": "旧版 Excel 工作簿（.xls）",
    "et": "WPS 表格",
    "ods": "OpenDocument 表格（.ods）",
    "odt": "OpenDocument 文本（.odt）",
    "rtf": "RTF 文档",
    "pdf": "PDF 文件",
    "html": "网页",
    "mht": "单个文件网页",
    "xml-word": "Word 2003 XML 文档",
    "xml-excel": "Excel 2003 XML 表格",
    "image": "图片",
    "text": "纯文本",
    "zip": "压缩包",
    "rar": "压缩包（RAR）",
    "7z": "压缩包（7z）",
    "ofd": "OFD 版式文件",
    "ppt": "旧版演示文稿",
    "pptx": "演示文稿",
}


def read_file(
    path: Path,
    forms: Sequence[Form],
    *,
    limits: Limits = _LIMITS,
    hints: Hints = _HINTS,
    convert: Convert | None = None,
    parsers: Sequence[Parser[Document]] = PARSERS,
    scanning: Callable[[], Scanning] = Scanning,
    control: PageControl = _CONTROL,
) -> FileReading:
    """All that stands in a file. Faults of the file come back as issues, whatever they are.

    ``convert`` turns legacy files into ``.docx`` or ``.xlsx``; without it they are set aside as ``missing-program``.
    ``scanning``: asked once the file turns out to be a scan. Raises FileAccessError where there is no such file or it
    may not be read.
    """
    data, sha256 = _load(path, limits)
    if data is None:
        return FileReading(path.name, sha256, "", issues=(_too_large(path, limits),))
    kind = kinds.sniff(data, path.name)
    issues: list[Issue] = []
    if kinds.mislabelled(kind, path.name):
        message = f"文件名的后缀是“{path.suffix}”，内容其实是{_NAMES.get(kind, '别的格式')}；按内容处理。"
        issues.append(Issue(IssueCode.MISLABELLED, Severity.INFO, message))
    try:
        found, real = _read(data, kind, path, forms, limits, hints, convert, parsers, scanning, control)
    except (UnreadableInputError, MissingProgramError, ProgramFailedError) as fault:
        issues.append(_issue(fault))
    except FormgenError:
        raise
    except BaseException as fault:  # a panic within calamine is no Exception
        if isinstance(fault, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        _LOG.debug("reading %s failed", path, exc_info=True)
        issues.append(_issue(fault))
    else:
        said = bounds.bounded(_once([*issues, *found.issues]))
        return FileReading(path.name, sha256, real, found.records, said, found.claims)
    return FileReading(path.name, sha256, kind, issues=_once(issues))


def _read(
    data: bytes,
    kind: str,
    path: Path,
    forms: Sequence[Form],
    limits: Limits,
    hints: Hints,
    convert: Convert | None,
    parsers: Sequence[Parser[Document]],
    scanning: Callable[[], Scanning],
    control: PageControl,
) -> tuple[Content, str]:
    """(what stands in a file, its kind: ``scan`` where images were read). Raises as ``_decode``."""
    pictures = picture_pages(data, kind, limits)
    if pictures is None:
        return _typed(_decode(data, kind, path, limits, convert), forms, parsers, hints), kind
    numbers, count = pictures
    text, said = None, Content()
    if len(numbers) < count:
        from parsers.pdf import WithoutTextError

        try:
            text = without_pictures(_decode(data, kind, path, limits, convert))
            bounds.check_document(text)
        except WithoutTextError:
            text = None  # the other pages are empty
        except UnreadableInputError as fault:
            text, said = None, Content(issues=(_issue(fault),))  # the pictures can be read all the same
    try:
        found = read_pictures(data, kind, numbers, forms, parsers, limits, hints, scanning, control, text)
    except MissingProgramError as fault:
        if text is None:
            raise
        found = _typed(text, forms, parsers, hints)  # so can the text
        said = Content(issues=(_issue(fault),))
    return replace(found, issues=(*found.issues, *said.issues)), PICTURES


def _typed(document: Document, forms: Sequence[Form], parsers: Sequence[Parser[Document]], hints: Hints) -> Content:
    """What stands in a decoded document. Raises UnreadableInputError where it holds more words than any form."""
    bounds.check_document(document)
    choice = choose(parsers, document, forms)
    if choice.parser is None:
        return Content((), (*document.issues, *choice.issues), choice.claims)
    extraction = choice.parser.extract(document, forms, hints)
    return Content(extraction.records, (*document.issues, *choice.issues, *extraction.issues), choice.claims)


def fingerprint(path: Path, seconds: float = 60.0) -> str:
    """The sha256 of a file, read piece by piece; ``""`` if it takes longer than ``seconds``. Raises FileAccessError."""
    digest = hashlib.sha256()
    deadline = time.monotonic() + seconds
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                if time.monotonic() > deadline:
                    return ""
    except OSError as fault:
        raise _no_access(path, fault) from fault
    return digest.hexdigest()


def _load(path: Path, limits: Limits) -> tuple[bytes | None, str]:
    """The content and its sha256; None in place of content beyond the limit. Raises FileAccessError."""
    try:
        if not path.is_file():  # a folder, a pipe, a device, or nothing
            reason = "这是文件夹，不是文件" if path.is_dir() else "没有这个文件"
            raise FileAccessError(f"不能读取“{path}”：{reason}。")
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except OSError as fault:
        raise _no_access(path, fault) from fault
    if len(data) > limits.file_bytes:
        del data
        return None, fingerprint(path, limits.seconds)
    return data, hashlib.sha256(data).hexdigest()


def _no_access(path: Path, fault: OSError) -> FileAccessError:
    reason = (
        "没有读取的权限，或文件正被别的程序占用" if isinstance(fault, PermissionError) else fault.strerror or str(fault)
    )
    return FileAccessError(f"不能读取“{path}”：{reason}。")


def _decode(data: bytes, kind: str, path: Path, limits: Limits, convert: Convert | None) -> Document:
    """The document in the file. Raises UnreadableInputError, MissingProgramError, ProgramFailedError."""
    if refusal := _REFUSALS.get(kind):
        code, message = refusal
        raise EncryptedInputError(message) if code is IssueCode.ENCRYPTED else UnreadableInputError(message, code)
    if kind in ("docx", "docm"):
        from parsers import word

        return word.decode(data, limits)
    if kind in _SPREADSHEETS:
        from parsers import excel

        try:
            return excel.decode(data, limits, kind)
        except UnreadableInputError as fault:
            if kind not in ("xls", "et") or fault.code != IssueCode.UNREADABLE or convert is None:
                raise
            return _decode_converted(data, kind, "xlsx", limits, convert)
    if kind == "pdf":
        from parsers import pdf

        return pdf.decode(data, limits)
    target = _CONVERSIONS[kind]
    if kind == "html" and path.suffix.lower() in _SPREADSHEET_ENDINGS:
        target = "xlsx"  # reporting systems give tables of HTML the name of a workbook
    return _decode_converted(data, kind, target, limits, convert)


def _decode_converted(data: bytes, kind: str, target: str, limits: Limits, convert: Convert | None) -> Document:
    if convert is None:
        message = f"这是{_NAMES[kind]}，要借助 LibreOffice 才能读取，但没有安装或没有启用它。请安装 LibreOffice 后再试"
        raise MissingProgramError(f"{message}；或用 Word/WPS 另存为 .{target} 后重发。")
    with tempfile.TemporaryDirectory(prefix="formgen-", ignore_cleanup_errors=True) as folder:
        ending = {"xml-word": "xml", "xml-excel": "xml"}.get(kind, kind)
        source = Path(folder) / f"source.{ending}"
        source.write_bytes(data)
        converted = convert(source, target, Path(folder) / "converted")
        if converted.stat().st_size > limits.file_bytes:
            raise UnreadableInputError("旧格式文件转换后过大，没有读取。", IssueCode.TOO_LARGE)
        content = converted.read_bytes()
    found = kinds.sniff(content, converted.name)
    if found != target:
        raise ProgramFailedError(
            f"LibreOffice 没有把它转换成 .{target}。请用 Word 或 WPS 打开，另存为 .{target} 后重发。"
        )
    return _decode(content, found, converted, limits, None)


def _issue(fault: BaseException) -> Issue:
    """A fault as an issue of the whole file."""
    match fault:
        case UnreadableInputError():
            code = IssueCode(fault.code) if fault.code in set(IssueCode) else IssueCode.UNREADABLE
            return Issue(code, Severity.ERROR, str(fault))
        case MissingProgramError():
            return Issue(IssueCode.MISSING_PROGRAM, Severity.ERROR, str(fault))
        case ProgramFailedError():
            return Issue(IssueCode.UNREADABLE, Severity.ERROR, str(fault))
        case MemoryError():
            return Issue(IssueCode.TOO_LARGE, Severity.ERROR, "文件展开后过大，内存不够，没有读取。")
        case _:
            logging.getLogger("formgen.reading").debug("a decoder failed", exc_info=fault)
            message = "文件读不下去：内容已损坏或写法特殊。请用 Word 或 WPS 打开，另存后重发。"
            return Issue(IssueCode.UNREADABLE, Severity.ERROR, message)


def _too_large(path: Path, limits: Limits) -> Issue:
    size, most = path.stat().st_size, limits.file_bytes
    message = f"文件过大（{size:,} 字节，上限 {most:,} 字节），没有读取。请删去其中的图片，另存后重发。"
    return Issue(IssueCode.TOO_LARGE, Severity.ERROR, message)


def _readable(issue: Issue) -> Issue:
    """An issue whose message a clerk can read, whatever was quoted in it."""
    words = _UNPRINTED.sub(" ", issue.message) if _UNPRINTED.search(issue.message) else issue.message
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 1] + "…"
    return issue if words is issue.message else replace(issue, message=words)


def _once(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Each issue once; what a parser says of a field need not be said of its cell as well."""
    issues = [_readable(issue) for issue in issues]
    said = {(issue.code, issue.where, issue.message) for issue in issues if issue.field is not None}
    return tuple(
        issue
        for issue in dict.fromkeys(issues)
        if issue.field is not None or (issue.code, issue.where, issue.message) not in said
    )
