"""What making a paper needs: workspace, law, store, the kept results, and where the paper goes and is recorded."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formgen.cli.assessing import period_option
from formgen.cli.workspaces import law, opened, scheme_option, workspace_option
from formgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from formgen.generate import Made, Output
    from formgen.model import Assessment, Decision, Form, Standing, Subject
    from formgen.rendering.press import FileKind
    from formgen.scheme.types import Scheme
    from formgen.store import Store
    from formgen.store.rows import StoredAssessment, StoredStanding
    from formgen.workspace import Workspace

_LATE = 10  #: Of those whose result is out of date, how many a message names.

kind_option = click.option(
    "--kind", type=click.Choice(["docx", "xlsx"]), default="docx", show_default=True, help="Word 还是 Excel。"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What was ordered, as far as the commands that make paper have it in common."""

    workspace: Path | None = None
    scheme_id: str | None = None
    period: str = ""
    folder: Path | None = None
    kind: FileKind = "docx"
    dry_run: bool = False
    pdf: bool = False


def ordered(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options on where a paper goes; the command gets these and the others of an ``Order`` together."""

    @functools.wraps(command)
    def with_order(*given: Any, **named: Any) -> Any:
        order = Order(**{one.name: named.pop(one.name) for one in fields(Order) if one.name in named})
        return command(order, *given, **named)

    made: Callable[..., Any] = with_order
    for option in (
        click.option("--pdf", is_flag=True, help="同时转成 PDF（需要 LibreOffice）。"),
        click.option("-n", "--dry-run", is_flag=True, help="只列出会生成什么，不写文件。"),
        click.option(
            "-o",
            "--output",
            "folder",
            metavar="文件夹",
            type=click.Path(path_type=Path),
            help="放到哪里；不给则放在“发文”。",
        ),
    ):
        made = option(made)
    return made


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every paper on one period has."""
    for option in (ordered, workspace_option, period_option, scheme_option):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Results:
    """The newest results of a form and period, as they are kept."""

    assessed: Sequence[StoredAssessment]
    settled: Sequence[StoredStanding]

    @property
    def assessments(self) -> list[Assessment]:
        """Points and money of each subject."""
        return [one.assessment for one in self.assessed]

    @property
    def standings(self) -> list[Standing]:
        """Where each stands after gates, quotas and sequences."""
        return [one.standing for one in self.settled]

    def standing(self, subject: Subject) -> Standing | None:
        """Where this subject stands, None where it was not settled."""
        from formgen.subjects import cleaned

        return next((one for one in self.standings if cleaned(one.subject) == cleaned(subject)), None)

    def sources(self, subject: Subject | None = None) -> tuple[str, ...]:
        """What a paper on them (or on one of them) is made from: how ``alterations`` finds it again."""
        from formgen.subjects import cleaned

        key = cleaned(subject) if subject is not None else None
        assessed = [one for one in self.assessed if key in (None, cleaned(one.assessment.subject))]
        found = [f"assessment:{one.sha256}" for one in assessed]
        found += [f"standing:{one.sha256}" for one in self.settled if key in (None, cleaned(one.standing.subject))]
        return tuple(dict.fromkeys([*found, *(source for one in assessed for source in one.made_from)]))


class Desk:
    """What making a paper needs: workspace, law, store, and where the paper goes."""

    def __init__(self, order: Order, store: Store) -> None:
        self.order = order
        self.place: Workspace = opened(order.workspace)
        self.scheme: Scheme
        self.decisions: tuple[Decision, ...]
        self.scheme, self.decisions = law(self.place, order.scheme_id)
        self.period = order.period
        self.store = store

    def output(self, what: str, kind: FileKind | None = None) -> Output:
        """Where the papers go: the folder that was named, or 发文/PERIOD/WHAT."""
        from formgen.generate import Output

        target = self.place.output_folder(self.order.folder or self.place.outbox / self.period / what)
        return Output(target, self.place.root, kind or self.order.kind, self.order.dry_run)

    def results(self, form: Form) -> Results:
        """The kept results of the period.

        Raises UsageError if there are none, or if they no longer rest on what is known.
        """
        kept = self.store.assessments(self.scheme.id, form.id, self.period)
        if not kept:
            raise UsageError(f"{self.period} 还没有评定；请先运行 formgen assess --period {self.period}")
        self._refuse_stale(form)
        return Results(kept, self.store.standings(self.scheme.id, form.id, self.period))

    def _refuse_stale(self, form: Form) -> None:
        """Raises UsageError where something came since the results were made; what is closed counts as it stands."""
        from formgen.dossiers import Known
        from formgen.freshness import reached, waiting

        if self.store.closed(self.scheme.id, self.period) is not None:
            return
        known = Known(self.store)
        late = [one for one in waiting(known, self.scheme, self.period) if one.form == form.id]
        late += [one for one in reached(known, self.scheme, self.period) if one.form == form.id] if not late else []
        if late:
            told = "\n".join(f"  {one.words}" for one in late[:_LATE])
            more = f"\n  ……共{len(late)}个" if len(late) > _LATE else ""
            raise UsageError(
                f"评定以后又有材料，印出来的会不对：\n{told}{more}\n请先运行 formgen assess --period {self.period}"
            )

    def keep(self, made: Sequence[Made], *, convertible: bool = True) -> int:
        """Record what was issued, convert it if that was ordered, and say where it lies."""
        from formgen.model import Issuance

        dry_run = self.order.dry_run
        if not dry_run:
            for one in made:
                path = one.path.resolve()
                inside = path.is_relative_to(self.place.root)
                self.store.add_issuance(
                    Issuance(
                        one.kind,
                        path.relative_to(self.place.root).as_posix() if inside else str(path),
                        one.sha256,
                        one.template_sha256,
                        one.made_from,
                        datetime.now().astimezone(),
                    )
                )
        for one in made:
            click.echo(("会生成：" if dry_run else "") + str(one.path))
        if self.order.pdf and convertible and not dry_run:
            from formgen.rendering.pdf import to_pdf

            for path in to_pdf([one.path for one in made], made[0].path.parent):
                click.echo(str(path))
        click.echo(f"共 {len(made)} 份。", err=True)
        if any(one.path.suffix == ".docx" for one in made):
            from formgen.rendering.official.faces import missing

            if words := missing():
                click.echo(f"提示：{words}。", err=True)
        return ExitCode.DONE


def at_desk(work: Callable[[Desk], int], order: Order) -> int:
    """Do the work of a command with the store open. Raises UsageError outside a workspace."""
    from formgen.store import Store

    with Store(opened(order.workspace).database) as store:
        return work(Desk(order, store))


def day(text: str | None) -> date | None:
    """A day as an option gives it, None for none. Raises UsageError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}”不是日期；请写 2023-04-03 这样的日期") from None


def record_of(store: Store, form: Form, period: str, subject: Subject) -> Any:
    """The effective record behind an assessment, None if it is not there any more."""
    from formgen.review import effective

    for stored in store.records(form.id, period=period, subject=subject):
        given = store.corrections(stored.submission)
        return effective(stored.record, stored.submission, stored.index, given)
    return None
