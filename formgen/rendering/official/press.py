"""Papers on results set as official paper from a wording; a clerk's own Word template of the same name goes before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from formgen import libreoffice
from formgen.errors import FormgenError, TemplateError
from formgen.rendering.filing import file_away
from formgen.rendering.fitness import refuse_unfit
from formgen.rendering.official import pages
from formgen.rendering.official import profile as profiles
from formgen.rendering.official.elements import Paper
from formgen.rendering.official.pages import Fit
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.wordings import Wording
from formgen.rendering.official.writer import write
from formgen.rendering.press import Made, Output, Press
from formgen.resources import find_template

_LARGEST = 1_000_000  #: Bytes of a wording.


class PaperPress:
    """Sets one kind of paper again and again and files it: like ``Press``, for ``templates/notices/NAME.md``.

    A workbook, and a Word template ``templates/docx/NAME.docx`` in the workspace, are rendered by ``Press``. Raises
    TemplateError where the workspace has both a Word template and a wording, or none can be read.
    """

    def __init__(self, kind: str, name: str, output: Output) -> None:
        self._kind = kind
        self._output = output
        self._taken: set[str] = set()
        self._older: Press | None = None
        if output.kind == "xlsx" or _own_word_template(name, output.workspace):
            self._older = Press(kind, name, output)
            return
        self._wording, self._sha256 = _wording(name, output.workspace)
        self._profile = profiles.find(output.profile, output.workspace)

    def listing(self, context: dict[str, Any], names: Sequence[str], made_from: Sequence[str] = ()) -> Made:
        """One paper of this context, put away under ``names``. Raises TemplateError, FileAccessError."""
        if self._older is not None:
            return self._older.listing(context, names, made_from)
        data = set_paper(self._wording, context, self._profile)
        output = self._output
        path = file_away(data, output.folder, names, ".docx", taken=self._taken, dry_run=output.dry_run)
        return Made(path, self._kind, hashlib.sha256(data).hexdigest(), self._sha256, tuple(made_from))


def set_paper(wording: Wording, context: Mapping[str, Any], profile: Profile) -> bytes:
    """The .docx of a wording and a context: ``draft`` stands above every page, ``properties`` are kept in the file."""
    paper = replace(wording.paper(context), draft=str(context.get("draft", "")))
    fit = _fit(paper, profile)
    return write(paper, fit.profile, place=fit.place, properties=context.get("properties", {}))


def _fit(paper: Paper, profile: Profile) -> Fit:
    """How it falls well on its sides, counted where LibreOffice is; else as it comes, the 版记 on the last side."""
    if libreoffice.find() is None:
        return Fit(profile, "here")
    try:
        return pages.fitted(paper, profile)
    except FormgenError:
        return Fit(profile, "here")


def _own_word_template(name: str, workspace: Path | None) -> bool:
    if workspace is None:
        return False
    word = workspace / "templates" / "docx" / f"{name}.docx"
    wording = workspace / "templates" / "notices" / f"{name}.md"
    if word.is_file() and wording.is_file():
        raise TemplateError(f"工作区里有两个模板，不知道用哪一个：{word} 和 {wording}。请移走一个")
    return word.is_file()


def _wording(name: str, workspace: Path | None) -> tuple[Wording, str]:
    """The wording and its hash. Raises TemplateError."""
    file = f"notices/{name}.md"
    try:
        path = find_template(file, workspace)
        data = path.read_bytes()
    except FileNotFoundError as fault:
        raise TemplateError(f"没有找到措辞 {file}；找过：{fault}") from fault
    except OSError as fault:
        raise TemplateError(f"措辞 {file} 读不了：{fault.strerror or fault}") from fault
    if len(data) > _LARGEST:
        raise TemplateError(f"措辞 {file} 超过 {_LARGEST // 1000} 千字节，不像一份措辞")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise TemplateError(f"措辞 {file} 不是 UTF-8 文本；请在记事本里另存为 UTF-8") from fault
    refuse_unfit(path, workspace)
    return Wording(f"{name}.md", text.replace("\r\n", "\n")), hashlib.sha256(data).hexdigest()
