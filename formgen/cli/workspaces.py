"""What most commands need: the workspace, its schemes, decisions and forms."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.errors import UsageError

if TYPE_CHECKING:
    from formgen.model import Decision, Form, Subject
    from formgen.parsing import Limits, Scanning
    from formgen.scheme.types import Scheme
    from formgen.workspace import Workspace

workspace_option: Callable[[Any], Any] = click.option(
    "-w",
    "--workspace",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="工作区文件夹；不给则从当前文件夹向上找。",
)
scheme_option: Callable[[Any], Any] = click.option(
    "-s", "--scheme", "scheme_id", metavar="办法", help="办法的编号，如 dayang-2023；不给则用 formgen.toml 里的。"
)


def found(folder: Path | None) -> Workspace | None:
    """The workspace named, or the one around the current folder; None if there is none."""
    from formgen import workspace

    place = workspace.open(folder) if folder else workspace.find(Path.cwd())
    return place.configured(os.environ) if place else None


def opened(folder: Path | None) -> Workspace:
    """The same. Raises UsageError if there is none."""
    place = found(folder)
    if place is None:
        raise UsageError("当前文件夹不在工作区内。先用 formgen init 文件夹 新建，或用 -w 指明工作区")
    return place


def loaded_forms(place: Workspace | None) -> tuple[Form, ...]:
    """All forms of the schemes that are known, the workspace's own included."""
    from formgen.scheme.loading import load_schemes

    return tuple(form for scheme in load_schemes(place.root if place else None) for form in scheme.form)


def forms_and_limits(folder: Path | None) -> tuple[tuple[Form, ...], Limits]:
    """The forms that can be read, and what a file may cost; the built-in ones outside a workspace."""
    from formgen.settings import Config, overlaid

    place = found(folder)
    config = place.config if place else overlaid(Config(), os.environ)
    return loaded_forms(place), config.limits


def scanning(place: Workspace | None, forms: Sequence[Form]) -> Scanning:
    """What is known beforehand of scanned paper: our forms as they are and were printed, the roster, the threshold.

    Raises UsageError where formgen.toml names a form that there is not.
    """
    from formgen.issued_layouts import known
    from formgen.parsing import Scanning
    from formgen.rendering.layout import layouts

    found = layouts(place.root if place else None, forms)
    if place is None:
        return Scanning(found)
    found = known(found, place.archive)
    settings = place.config.scan
    if unknown := set(settings.by_hand) - {form.id for form in forms}:
        known_forms = "、".join(form.id for form in forms)
        raise UsageError(
            f"formgen.toml 的 [scan] by_hand 里有不认识的表：{'、'.join(sorted(unknown))}；有：{known_forms}"
        )
    return Scanning(found, _subjects(place), settings.threshold, settings.by_hand, settings.workers)


def _subjects(place: Workspace) -> tuple[Subject, ...]:
    """Everybody whom a roster names."""
    from formgen.store import Store

    if not place.database.exists():
        return ()
    with Store(place.database, read_only=True) as store:
        return tuple(dict.fromkeys(entry.subject for entry in store.roster()))


def law(place: Workspace | None, scheme_id: str | None) -> tuple[Scheme, tuple[Decision, ...]]:
    """The scheme that is meant, and the office's decisions on it. Raises UsageError, SchemeError."""
    from formgen.scheme.loading import load_decisions, load_schemes

    schemes = load_schemes(place.root if place else None)
    wanted = scheme_id or (place.config.scheme if place else None)
    known = "、".join(scheme.id for scheme in schemes)
    if wanted is None:
        raise UsageError(f"请用 --scheme 指明办法（{known}），或在 formgen.toml 的 [workspace] 里写 scheme = …")
    scheme = next((scheme for scheme in schemes if scheme.id == wanted), None)
    if scheme is None:
        raise UsageError(f"没有编号为“{wanted}”的办法；有：{known}")
    if place is None:
        return scheme, ()
    decisions = load_decisions(place.decision_tables, schemes, place.settings)
    return scheme, tuple(decision for decision in decisions if decision.scheme == scheme.id)


def form_of(scheme: Scheme, form_id: str | None) -> Form:
    """The form of a scheme that is meant, its main form if none is named. Raises UsageError."""
    for form in scheme.form:
        if form.id == (form_id or scheme.main_form):
            return form
    raise UsageError(f"《{scheme.title}》没有表格“{form_id}”；有：{'、'.join(form.id for form in scheme.form)}")


def form_for(scheme: Scheme, form_id: str | None, period: str) -> Form:
    """The form that is named; else the main form, or the only other one that is assessed for such a period.

    Raises UsageError, for a period that no form is of too.
    """
    from formgen.periods import kind_of
    from formgen.reckoning import forms_of

    main = form_of(scheme, form_id)
    try:
        kind = kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    if form_id or main.period == kind:
        checked_period(period, main)
        return main
    found = forms_of(scheme, period)
    if len(found) > 1:
        raise UsageError(f"{period} 有几张表，请用 --form 指明：{'、'.join(form.id for form in found)}")
    return found[0]


def checked_period(period: str, form: Form) -> str:
    """The period, if it is of the form's kind. Raises UsageError."""
    from formgen.periods import kind_of

    right = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}[form.period]
    try:
        kind = kind_of(period)
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    if kind != form.period:
        raise UsageError(f"《{form.title}》的时段应写作 {right}，不是 {period}")
    return period
