"""Readers of what is no paper: old files, zips, review sheets, schemes, settings, templates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from formgen.errors import ConfigurationError, FileAccessError, MissingProgramError, UnreadableInputError
from formgen.model import Issue, IssueCode, Severity
from formgen.parsing import FileReading
from fuzzed import invariants
from fuzzed.findings import LIMITS, Finding, Probe, hold, lying
from fuzzed.mutation import Mutant
from fuzzed.nets import below_the_nets


def old(mutant: Mutant, found: Probe) -> None:
    """A compound file: what it is; its values are read by the kind ``xls``, its words by LibreOffice, elsewhere."""
    from parsers import kinds
    from parsers.ole import MAGIC, CompoundFile

    kind = kinds.sniff(mutant.data, mutant.seed)
    if mutant.data.startswith(MAGIC):
        try:
            compound = CompoundFile(mutant.data)
            for name in sorted(compound.names):
                if len(compound.stream(name, 100_000)) > 100_000:
                    raise Finding("does not hold: a stream longer than asked for", name)
        except (ValueError, KeyError):  # what it says that it raises
            pass
    found.outcome = "records" if kind in ("doc", "wps", "xls", "et") else "refused"


def packet(mutant: Mutant, found: Probe) -> None:
    from formgen import packets
    from parsers import kinds

    kinds.sniff(mutant.data, "三月.zip")
    with lying(mutant.data, "三月.zip") as path:
        packet = packets.look(path, LIMITS, packets.Budget(LIMITS.unpacked_bytes))
        if not packet.members:
            found.outcome = "refused"
            return
        room = packets.room(path.parent, "x")
        written = 0
        for member, file in packets.take_out(path, packet.members, room):
            if file is None:
                packets.damaged(member)
                continue
            if file.parent != room or file.is_symlink():
                raise Finding("does not hold: a member outside of its room", str(file))
            written += file.stat().st_size
            if file.stat().st_size != member.info.file_size or written > LIMITS.unpacked_bytes:
                raise Finding("does not hold: a member of another size", member.path)
        outside = [one for one in path.parent.rglob("*") if one != path and one != room and room not in one.parents]
        if outside:
            raise Finding("does not hold: something was written elsewhere", str(outside[0]))
    said = FileReading(
        "三月.zip", "", "packet", issues=packet.issues or (Issue(IssueCode.EMPTY_FILE, Severity.INFO, "无"),)
    )
    hold(invariants.broken(said, {}))
    found.outcome = "records" if packet.members else "refused"


def review(mutant: Mutant, found: Probe) -> None:
    """A review sheet that came back, as ``review take`` opens it."""
    from types import SimpleNamespace

    from formgen.cli.review_sheets import _sheets
    from formgen.rendering.review_sheet import answers

    workspace: Any = SimpleNamespace(config=SimpleNamespace(limits=LIMITS))  # it is asked for nothing else
    with below_the_nets(found), lying(mutant.data, "核实表.xlsx") as path:
        sheets = _sheets(workspace, path)
        try:
            signed, given = answers(sheets)
        except ValueError as fault:
            if not str(fault).startswith(("这不是核实表", "核实表上写着")):
                raise
            found.outcome = "refused"
            return
    for one in given:
        if not one.reference or not one.given or not one.place:
            raise Finding("does not hold: an answer without its place", repr(one))
    if not isinstance(signed, str):
        raise Finding("does not hold: a signer who is no text", repr(signed))
    found.outcome = "records" if given else "no records"


def scheme(mutant: Mutant, found: Probe) -> None:
    import shutil

    from formgen.scheme import loading
    from formgen.scheme.lint import lint

    folder = Path(loading.__file__).parent.parent / "schemes" / mutant.seed.partition("/")[0]
    with lying(mutant.data, mutant.seed) as path:
        shutil.copy(folder / "regulation.md", path.parent / "regulation.md")
        scheme = loading.load_scheme(path.parent)
        found.outcome = "records"
        regulation = loading.load_regulation(path.parent)
        for fault in lint(scheme, regulation):
            str(fault)
        loading.refuse_contradictions(scheme, path, regulation)


def settings(mutant: Mutant, found: Probe) -> None:
    from formgen import casebook, settings
    from formgen.rendering.official import profile
    from formgen.scheme.loading import load_decisions, load_regulation, load_schemes, load_toml

    with lying(mutant.data, mutant.seed) as path:
        if mutant.seed == "profile.toml":
            profile._load(path)
        elif mutant.seed.endswith("cases.toml"):
            name = mutant.seed.partition("/")[0]
            scheme = next(one for one in load_schemes(None) if one.id == name)
            folder = Path(casebook.__file__).parent / "schemes" / name
            casebook.load_casebook(path.parent, scheme, load_regulation(folder))
        elif mutant.seed == "decisions.toml":
            tables = load_toml(path).get("decision", [])
            if isinstance(tables, list):
                load_decisions(tables, load_schemes(None), path)
            settings.read_settings(path)
        else:
            settings.read_settings(path)
    found.outcome = "records"


def template(mutant: Mutant, found: Probe) -> None:
    """A template of a workspace: looked at, taken apart, and printed with next to nothing."""
    from formgen.rendering import excel, fitness, mergefields, word
    from formgen.rendering.prepared import Prepared

    for fault in fitness.faults_of(mutant.data, mutant.seed):
        str(fault)
    found.outcome = "no records"
    context = {"title": "题", "rows": [], "properties": {}, "columns": [], "header": []}
    if mutant.seed.endswith(".docx"):
        for attempt in (
            lambda: mergefields.import_merge_fields(mutant.data),
            lambda: Prepared(mutant.data, mutant.seed).render(context),
            lambda: word.render_data(mutant.data, mutant.seed, context),
        ):
            with _refusable():
                attempt()
                found.outcome = "records"
    elif mutant.seed.endswith(".xlsx"):
        with _refusable(), lying(mutant.data, mutant.seed) as path:
            excel.render(path, context)
            found.outcome = "records"


@contextmanager
def _refusable() -> Iterator[None]:
    with suppress(ConfigurationError, FileAccessError, MissingProgramError, UnreadableInputError):
        yield
