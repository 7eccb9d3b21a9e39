"""One template, rendered again and again, and what it makes put away as files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from formgen.errors import TemplateError
from formgen.rendering.filing import file_away, file_name
from formgen.rendering.fitness import refuse_unfit
from formgen.resources import find_template

if TYPE_CHECKING:
    from formgen.model import Form
    from formgen.rendering.stamping import Stamp
    from formgen.scheme.types import Scheme

FileKind = Literal["docx", "xlsx"]


@dataclass(frozen=True, slots=True)
class Made:
    """A paper that was made, with what it was made from: what an ``Issuance`` records."""

    path: Path
    kind: str  #: ``blank table results register opinion paysheet archive public-table``.
    sha256: str
    template_sha256: str
    made_from: tuple[str, ...] = ()  #: sha256 of the assessments or submissions it shows.
    marked: bool = False  #: Its pages carry what a scan of them is read by.


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper of a print run, not made yet."""

    template: Path
    context: dict[str, Any]
    names: Sequence[str]
    made_from: Sequence[str]
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """Where papers go and whose templates are used."""

    folder: Path
    workspace: Path | None = None  #: Root of the workspace whose ``templates/`` come first.
    kind: FileKind = "docx"
    dry_run: bool = False  #: Everything is made, nothing is written.
    profile: str = "compat"  #: How official paper is set: a built-in profile's name or a local one's.
    run: list[Sheet] | None = None  #: Forms are not filed one by one but laid here, to become one document.
    marks: bool = True  #: Blanks of Word get what a scan of them is read by.


class Press:
    """Renders one template again and again and files what it makes."""

    def __init__(self, kind: str, template: str, output: Output) -> None:
        self._kind = kind
        self._output = output
        self._taken: set[str] = set()
        name = f"{output.kind}/{template}.{output.kind}"
        try:
            self._template = find_template(name, output.workspace)
        except FileNotFoundError as error:
            raise TemplateError(f"没有找到模板 {name}；找过：{error}") from error
        refuse_unfit(self._template, output.workspace)
        self._template_sha256 = hashlib.sha256(self._template.read_bytes()).hexdigest()

    def stamp(self, form: Form, scheme: Scheme) -> Stamp | None:
        """What the form's blanks get so that a scan of them can be read; None where none is wanted, or can be.

        Raises TemplateError.
        """
        if self._output.kind != "docx" or not self._output.marks:
            return None
        from formgen.rendering.stamping import stamp_for

        return stamp_for(self._template, form, scheme)

    def fitting(self, stamp: Stamp | None, context: dict[str, Any]) -> Stamp | None:
        """The stamp, if a form that is filled in already takes no more room than a blank. Raises TemplateError."""
        if stamp is None:
            return None
        from formgen.rendering.prepared import prepared
        from formgen.rendering.stamping import fits

        return stamp if fits(prepared(self._template), context, stamp) else None

    def form(
        self,
        context: dict[str, Any],
        names: Sequence[str],
        made_from: Sequence[str] = (),
        *,
        stamp: Stamp | None = None,
    ) -> Made:
        """A form, blank or filled; in a print run it is laid by, and the path is the one that it would have had."""
        if self._output.run is not None and self._output.kind == "docx":
            self._output.run.append(Sheet(self._template, context, names, made_from, stamp))
            path = self._output.folder / file_name(names, ".docx")
            return Made(path, self._kind, "", self._template_sha256, tuple(made_from), stamp is not None)
        if self._output.kind == "xlsx":
            from formgen.rendering.sheet_fill import prepared_sheet

            return self._file(prepared_sheet(self._template).render_form(context), names, made_from)
        from formgen.rendering.prepared import prepared

        if stamp is not None:
            from formgen.rendering.stamping import stamped

            data = stamped(prepared(self._template), context, stamp)
            return replace(self._file(data, names, made_from), marked=True)
        return self._file(prepared(self._template).render(context), names, made_from)

    def listing(self, context: dict[str, Any], names: Sequence[str], made_from: Sequence[str] = ()) -> Made:
        """A notice or sheet that lists many subjects."""
        if self._output.kind == "xlsx":
            from formgen.rendering import excel

            return self._file(excel.render(self._template, context), names, made_from)
        from formgen.rendering import word

        return self._file(word.render(self._template, context), names, made_from)

    def _file(self, data: bytes, names: Sequence[str], made_from: Sequence[str]) -> Made:
        output = self._output
        path = file_away(data, output.folder, names, f".{output.kind}", taken=self._taken, dry_run=output.dry_run)
        digest = hashlib.sha256(data).hexdigest()
        return Made(path, self._kind, digest, self._template_sha256, tuple(made_from))


def run_off(
    output: Output,
    kind: str,
    names: Sequence[str],
    *,
    duplex: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> Made:
    """The forms that were laid by in ``output.run``, as one document. Raises TemplateError, FileAccessError."""
    from formgen.rendering.prepared import prepared
    from formgen.rendering.print_run import print_run

    sheets = output.run or []
    templates = {sheet.template for sheet in sheets}
    if len(templates) != 1:
        raise TemplateError("一次合印只能用一个模板，并且至少有一份")
    (template,) = templates
    stamps = {sheet.stamp for sheet in sheets}
    data = print_run(
        prepared(template),
        [sheet.context for sheet in sheets],
        duplex=duplex,
        progress=progress,
        stamp=stamps.pop() if len(stamps) == 1 else None,
    )
    path = file_away(data, output.folder, names, ".docx", taken=set(), dry_run=output.dry_run)
    sources = tuple(dict.fromkeys(source for sheet in sheets for source in sheet.made_from))
    template_sha256 = hashlib.sha256(template.read_bytes()).hexdigest()
    return Made(path, kind, hashlib.sha256(data).hexdigest(), template_sha256, sources)
