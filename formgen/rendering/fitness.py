"""Whether a clerk's own template may be used to issue: it has no serious fault, and no verification of it has failed.

A verification is remembered by the hash of the template, in the workspace: a template that was changed since is new.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from formgen.errors import FileAccessError, TemplateError
from formgen.rendering.linting import Fault, Names, lint
from formgen.rendering.vocabulary import VOCABULARY

#: Below the workspace's ``templates``.
_KEPT = ".verified.json"


def faults_of(data: bytes, name: str, names: Names | None = None) -> tuple[Fault, ...]:
    """All faults of a template called ``name`` (``.docx``, ``.xlsx``, or ``.md`` for a wording).

    ``names``: what it may print; of notices, lists and records that is known by the name.
    """
    stem, _, kind = name.rpartition(".")
    names = names or VOCABULARY.get(stem)
    if kind.lower() != "md":
        return lint(data, kind.lower(), names)
    from formgen.rendering.official.wordings import language
    from formgen.rendering.wording_linting import lint_wording

    return lint_wording(data, language(), names)


@lru_cache(maxsize=64)
def _serious(data: bytes, name: str) -> tuple[Fault, ...]:
    return tuple(fault for fault in faults_of(data, name) if fault.serious)


def refuse_faulty(template: Path) -> None:
    """Raise TemplateError with all serious faults of a template, if it has any."""
    try:
        data = template.read_bytes()
    except OSError as error:
        raise TemplateError(f"模板“{template}”无法打开：{error.strerror or error}") from error
    if faults := _serious(data, template.name):
        listed = "\n".join(f"  {fault}" for fault in faults[:20])
        raise TemplateError(f"模板“{template.name}”有{len(faults)}处错误，不能用来发文：\n{listed}\n改好后再生成")


def refuse_unfit(template: Path, workspace: Path | None) -> None:
    """Raise TemplateError where a template of the workspace must not be used; those that are built in may."""
    if workspace is None or not template.resolve().is_relative_to(workspace.resolve()):
        return
    refuse_faulty(template)
    kept = _kept(workspace).get(hashlib.sha256(template.read_bytes()).hexdigest())
    if kept is not None and kept.get("differences"):
        listed = "\n".join(f"  {line}" for line in kept["differences"][:20])
        raise TemplateError(
            f"模板“{template.name}”没有通过校验，不能用来发文：\n{listed}\n"
            f"改好后运行 formgen template verify {template.name}，或换回自带的模板"
        )


def remember(template: Path, workspace: Path, differences: list[str], checks: list[str]) -> None:
    """Keep what a verification of this very file has shown. Raises FileAccessError."""
    kept = _kept(workspace)
    digest = hashlib.sha256(template.read_bytes()).hexdigest()
    kept[digest] = {"template": template.name, "checks": checks, "differences": differences}
    path = workspace / "templates" / _KEPT
    try:
        path.parent.mkdir(exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".formgen-", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False, indent=1, sort_keys=True)
        Path(beside).replace(path)
    except OSError as error:
        raise FileAccessError(f"不能写入“{path}”：{error.strerror or error}") from error


def _kept(workspace: Path) -> dict[str, Any]:
    path = workspace / "templates" / _KEPT
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TemplateError(f"“{path}”读不了（{error}）；删除它，再运行 formgen template verify") from error
    return kept if isinstance(kept, dict) else {}
