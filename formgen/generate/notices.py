"""Notices and any other official paper from a draft: read, proofread, laid out, filed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from formgen import libreoffice
from formgen.errors import FileAccessError, FormgenError, MissingProgramError, UsageError
from formgen.rendering.filing import file_away
from formgen.rendering.official import drafts, faces, pages
from formgen.rendering.official.drafts import Draft
from formgen.rendering.official.elements import Paper, Seal
from formgen.rendering.official.pages import Fit
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.proofread import Finding, corrected, proofread
from formgen.rendering.official.seals import MOST_BYTES, read_seal
from formgen.rendering.official.writer import write, write_apart
from formgen.rendering.press import Made, Output
from formgen.resources import find_template, scheme_folders

_LARGEST = 8_000_000  #: Bytes of a draft.


@dataclass(frozen=True, slots=True)
class Notice:
    """A paper that was made from a draft, and what a clerk should know about it."""

    made: Made
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]  #: On faces and on the 版记, in Chinese.
    apart: tuple[Made, ...] = ()  #: 附件 that are not bound with it, each a file.


def read_draft(path: Path, workspace: Path | None = None) -> Draft:
    """The draft in a file. Raises FileAccessError, UsageError with what to write instead."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"“{path}”超过 {_LARGEST // 1_000_000} 兆字节，不像一份底稿")
        data = path.read_bytes()
    except OSError as fault:
        raise FileAccessError(f"不能读取底稿“{path}”：{fault.strerror or fault}") from fault
    draft = drafts.read(
        _text(data, path), lambda scheme: _regulation(scheme, workspace), lambda form: _blank(form, workspace)
    )
    seals = tuple(_seal(name, draft.seal_width, path, workspace) for name in draft.seals)
    return replace(draft, paper=replace(draft.paper, seals=seals)) if seals else draft


def _seal(name: str, width: float, draft: Path, workspace: Path | None) -> Seal:
    """The picture of a seal, from the folder of the draft or from the workspace. Raises UsageError."""
    for folder in filter(None, (draft.parent, workspace)):
        path = (folder / name).resolve()
        if path.is_file() and path.is_relative_to(folder.resolve()):
            try:
                if path.stat().st_size <= MOST_BYTES:
                    return read_seal(path.read_bytes(), name, width)
            except OSError as fault:
                raise FileAccessError(f"不能读取印章图“{path}”：{fault.strerror or fault}") from fault
            raise UsageError(f"印章图“{name}”超过 {MOST_BYTES // 1_000_000} 兆字节；请缩小后再用")
    raise UsageError(f"没有印章图“{name}”；请把 PNG 图片放在底稿旁边或工作区里")


def _text(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UsageError(f"“{path}”不是文本；底稿请存成 .md 或 .txt（编码 UTF-8）")


def _regulation(scheme: str, workspace: Path | None) -> str:
    """The text of a regulation. Raises UsageError for an id that nobody knows."""
    folders = {folder.name: folder for folder in scheme_folders(workspace)}
    if scheme not in folders:
        raise UsageError(f"底稿引用的办法“{scheme}”不存在；有：{'、'.join(folders)}")
    try:
        return (folders[scheme] / "regulation.md").read_text(encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"办法“{scheme}”没有原文（regulation.md）：{fault.strerror or fault}") from fault


def _blank(form_id: str, workspace: Path | None) -> bytes:
    """The blank of a form as its own template prints it, for nobody and no period yet. Raises UsageError."""
    from formgen.model import Subject
    from formgen.rendering.context import form_context
    from formgen.rendering.fitness import refuse_unfit
    from formgen.rendering.prepared import prepared
    from formgen.scheme.loading import load_schemes

    known = {form.id: (scheme, form) for scheme in load_schemes(workspace) for form in scheme.form}
    if form_id not in known:
        raise UsageError(f"底稿引用的表格“{form_id}”不存在；有：{'、'.join(known)}")
    scheme, form = known[form_id]
    template = find_template(f"docx/{form_id}.docx", workspace)
    refuse_unfit(template, workspace)
    return prepared(template).render(form_context(form, Subject(), None, {}, scheme))


def notice(
    path: Path,
    output: Output,
    profile: Profile,
    *,
    preprinted: bool = False,
    correct: bool = False,
    require_fonts: bool = False,
) -> Notice:
    """The official paper of a draft, filed under its title.

    ``correct``: what is certainly wrong in numbers, dates and marks is put right. ``require_fonts``: a face of which
    this computer has no kind is refused (MissingProgramError). Raises UsageError, FileAccessError.
    """
    draft = read_draft(path, output.workspace)
    found = proofread(draft.paper, draft.listed)
    paper = corrected(draft.paper) if correct else draft.paper
    remarks = [faces.words(face) for face in faces.survey(profile.faces) if not face.exact]
    missing = [face for face in faces.survey(profile.faces) if face.served is None]
    if require_fonts and missing:
        names = "、".join(f"{face.use}“{face.wanted}”" for face in missing)
        raise MissingProgramError(f"本机缺少公文字体：{names}。请先安装，或去掉 --require-fonts（会由别的字体代替）")
    fit = _fit(paper, profile)
    remarks += [fit.remark] if fit.remark else []
    data = write(paper, fit.profile, place=fit.place, preprinted=preprinted)
    title = paper.title.replace("\n", "") or "".join(paper.mark) + paper.number
    filed = file_away(data, output.folder, [title], ".docx", taken=set(), dry_run=output.dry_run)
    source = hashlib.sha256(path.read_bytes()).hexdigest()
    made = Made(filed, "notice", hashlib.sha256(data).hexdigest(), source, (source,))
    taken = {filed.name}
    apart = []
    for piece in () if paper.bound else paper.attachments:
        data = write_apart(paper, piece, fit.profile)
        place = file_away(data, output.folder, [title, piece.label], ".docx", taken=taken, dry_run=output.dry_run)
        apart.append(Made(place, "notice", hashlib.sha256(data).hexdigest(), source, (source,)))
    return Notice(made, found, tuple(remarks), tuple(apart))


def _fit(paper: Paper, profile: Profile) -> Fit:
    """How the paper falls well on its sides, and a remark where that could not be counted."""
    imprint = paper.has_imprint and paper.kind != "信函"
    unknown = "没有数页数，版记放在最后一面的下方；打印前请核对它是否在偶数页" if imprint else ""
    if libreoffice.find() is None:
        return Fit(profile, "here", f"本机没有 LibreOffice，{unknown}" if imprint else "")
    try:
        return pages.fitted(paper, profile)
    except FormgenError as fault:
        return Fit(profile, "here", "；".join(filter(None, (str(fault), unknown))))
