"""Reads a mutant by the reader of its kind, below every net: what a net would catch is a finding here.

A reader may refuse a file with an error of ours. It may not raise anything else; nor may a library's own error reach
one of our nets from a line of ours. What it returns must hold (``invariants``), be renderable and storable.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from formgen.errors import ConfigurationError, FileAccessError, FormgenError, MissingProgramError, UnreadableInputError
from formgen.model import Issue, IssueCode, Record, Severity
from formgen.parsing import FileReading, Hints, Limits, Scanning
from fuzzed import invariants
from fuzzed.mutation import Mutant
from parsers.grid import Document

OURS = tuple(str(Path(__file__).resolve().parents[2] / part) + "/" for part in ("formgen", "parsers"))
LIMITS = Limits()
_NAMES = {
    "docx": "三月.docx",
    "xlsx": "三月.xlsx",
    "xls": "三月.xls",
    "xlsb": "三月.xlsb",
    "ods": "三月.ods",
    "pdf": "三月.pdf",
}
#: What libraries raise, on purpose, for a file that is none of theirs: the nets of ours are there for it.
_THEIRS = ("PanicException",)


class Finding(Exception):  # noqa: N818
    """Something that must not be. ``signature``: where; the same fault has the same one."""

    def __init__(self, signature: str, story: str) -> None:
        super().__init__(signature)
        self.signature = signature
        self.story = story


@dataclass(slots=True)
class Probe:
    """What became of one mutant."""

    outcome: str = ""  #: ``records``, ``no records``, ``refused``.
    document: Document | None = None
    reading: FileReading | None = None
    logged: list[BaseException] = field(default_factory=list)


def probe(mutant: Mutant) -> Probe:
    """Read it. Raises Finding."""
    found = Probe()
    with _listening(found), _named(found):
        _READERS.get(mutant.kind, _paper)(mutant, found)
    for fault in found.logged:
        raise Finding(_signature(fault), _story(fault)) from fault
    return found


@contextmanager
def _named(found: Probe) -> Iterator[None]:
    try:
        yield
    except Finding:
        raise
    except FormgenError as fault:
        if type(fault) is FormgenError:
            raise Finding(_signature(fault), _story(fault)) from fault
        said = str(fault)
        if not any("\u4e00" <= c <= "\u9fff" for c in said):
            raise Finding(f"an error that is not Chinese: {_signature(fault)}", said) from fault
        if len(said) > 20_000:
            raise Finding(f"an error of {len(said)} characters: {_signature(fault)}", said[:500]) from fault
        found.outcome = found.outcome or "refused"
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        raise Finding(_signature(fault), _story(fault)) from fault


def _signature(fault: BaseException) -> str:
    """The kind of a fault and the last line of ours that it came through."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)]
    place = ours[-1] if ours else frames[-1] if frames else None
    where = (
        f"{Path(place.filename).parent.name}/{Path(place.filename).name}:{place.lineno} {place.name}" if place else "?"
    )
    return f"{type(fault).__name__} in {where}"


def _story(fault: BaseException) -> str:
    return "".join(traceback.format_exception(fault))[-3_000:]


@contextmanager
def _listening(found: Probe) -> Iterator[None]:
    """Hear what the nets of the reader of scans say only to a log."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1] is not None:
                found.logged.append(record.exc_info[1])

    logger, ear = logging.getLogger("parsers"), Ear(logging.DEBUG)
    level = logger.level
    logger.addHandler(ear)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)


# --- paper -----------------------------------------------------------------------------------------------------


@cache
def forms() -> tuple[Any, ...]:
    """All forms that there are."""
    from formgen.scheme.loading import load_schemes

    return tuple(form for scheme in load_schemes(None) for form in scheme.form)


def _paper(mutant: Mutant, found: Probe) -> None:
    from parsers import PARSERS, kinds, reading
    from parsers.pictures import PageControl

    name = _NAMES.get(mutant.kind) or mutant.seed
    kind = kinds.sniff(mutant.data, name)
    kinds.mislabelled(kind, name)
    path = Path("/dev/null") / name
    with _below_the_nets(found):
        content, real = reading._read(
            mutant.data, kind, path, forms(), LIMITS, Hints(names=(name,)), None, PARSERS, Scanning, PageControl()
        )
    issues = reading._once(content.issues)
    sha256 = hashlib.sha256(mutant.data).hexdigest()
    found.reading = FileReading(name, sha256, real, content.records, issues, content.claims)
    found.outcome = "records" if content.records else "no records"
    _hold(invariants.broken(found.reading, {form.id: form for form in forms()}))
    if mutant.planted:
        _hold(invariants.lost(mutant.planted, found.document, found.reading))


def _hold(broken: Iterator[str]) -> None:
    for sentence in broken:
        raise Finding("does not hold: " + re.sub(r"'[^']*'|[-+\d.E]+", "…", sentence)[:90], sentence)


@contextmanager
def _below_the_nets(found: Probe) -> Iterator[None]:
    """Let the decoders of workbooks and PDFs raise what they raise; keep what was decoded."""
    from parsers import excel, pdf, word

    saved = word.decode, excel.decode, pdf.decode

    def kept(document: Document) -> Document:
        found.document = document
        _hold(invariants.misplaced(document))
        return document

    def workbook(data: bytes, limits: Limits, kind: str) -> Document:
        try:
            return kept(excel._decode(data, limits, kind))
        except (FormgenError, Finding):
            raise
        except BaseException as fault:
            if type(fault).__name__ in _THEIRS:
                raise UnreadableInputError("表格打不开") from None
            raise

    def page(data: bytes, limits: Limits) -> Document:
        try:
            return kept(saved[2](data, limits))
        except UnreadableInputError as fault:
            if fault.__cause__ is not None and _from_us(fault.__cause__):
                raise fault.__cause__ from None
            raise

    word.decode = lambda data, limits: kept(saved[0](data, limits))
    excel.decode, pdf.decode = workbook, page
    try:
        yield
    finally:
        word.decode, excel.decode, pdf.decode = saved


def _from_us(fault: BaseException) -> bool:
    """Whether a fault was raised in a line of ours, and not within a library that was given the file."""
    frames = traceback.extract_tb(fault.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(OURS)


# --- pictures --------------------------------------------------------------------------------------------------


def _picture(mutant: Mutant, found: Probe) -> None:
    """The pages of a picture as pixels, and whether a PDF is one: not what stands on them."""
    from parsers import kinds
    from parsers.scan import pages
    from parsers.scan.pdf_pages import scanned_pages

    kind = kinds.sniff(mutant.data, mutant.seed)
    if kind not in ("image", "pdf"):
        found.outcome = "refused"
        return
    if kind == "pdf":
        scanned_pages(mutant.data, LIMITS)
    try:
        for page in pages.images(mutant.data, kind, LIMITS):
            if page.pixels.ndim not in (2, 3) or page.pixels.size > LIMITS.pixels * 3 or min(page.pixels.shape[:2]) < 1:
                raise Finding("does not hold: a page of such a shape", str(page.pixels.shape))
            pages.grey(page.pixels)
            found.outcome = "records"
    except UnreadableInputError as fault:
        if fault.__cause__ is not None and _from_us(fault.__cause__) and type(fault.__cause__).__module__ == "builtins":
            raise fault.__cause__ from None
        raise


# --- what is not paper -----------------------------------------------------------------------------------------


@contextmanager
def _lying(data: bytes, name: str) -> Iterator[Path]:
    """The bytes as a file of a folder of its own."""
    with tempfile.TemporaryDirectory(
        prefix="formgen-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as room:
        path = Path(room) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        yield path


def _old(mutant: Mutant, found: Probe) -> None:
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


def _packet(mutant: Mutant, found: Probe) -> None:
    from formgen import packets
    from parsers import kinds

    kinds.sniff(mutant.data, "三月.zip")
    with _lying(mutant.data, "三月.zip") as path:
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
    _hold(invariants.broken(said, {}))
    found.outcome = "records" if packet.members else "refused"


def _review(mutant: Mutant, found: Probe) -> None:
    """A review sheet that came back, as ``review take`` opens it."""
    from types import SimpleNamespace

    from formgen.cli.review_sheets import _sheets
    from formgen.rendering.review_sheet import answers

    workspace: Any = SimpleNamespace(config=SimpleNamespace(limits=LIMITS))  # it is asked for nothing else
    with _below_the_nets(found), _lying(mutant.data, "核实表.xlsx") as path:
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


def _scheme(mutant: Mutant, found: Probe) -> None:
    import shutil

    from formgen.scheme import loading
    from formgen.scheme.lint import lint

    folder = Path(loading.__file__).parent.parent / "schemes" / mutant.seed.partition("/")[0]
    with _lying(mutant.data, mutant.seed) as path:
        shutil.copy(folder / "regulation.md", path.parent / "regulation.md")
        scheme = loading.load_scheme(path.parent)
        found.outcome = "records"
        regulation = loading.load_regulation(path.parent)
        for fault in lint(scheme, regulation):
            str(fault)
        loading.refuse_contradictions(scheme, path, regulation)


def _settings(mutant: Mutant, found: Probe) -> None:
    from formgen import casebook, settings
    from formgen.rendering.official import profile
    from formgen.scheme.loading import load_decisions, load_regulation, load_schemes, load_toml

    with _lying(mutant.data, mutant.seed) as path:
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


def _template(mutant: Mutant, found: Probe) -> None:
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
        with _refusable(), _lying(mutant.data, mutant.seed) as path:
            excel.render(path, context)
            found.outcome = "records"


@contextmanager
def _refusable() -> Iterator[None]:
    with suppress(ConfigurationError, FileAccessError, MissingProgramError, UnreadableInputError):
        yield


_READERS: dict[str, Callable[[Mutant, Probe], None]] = {
    "picture": _picture,
    "old": _old,
    "packet": _packet,
    "review": _review,
    "scheme": _scheme,
    "settings": _settings,
    "template": _template,
}


# --- what is done with what was read ---------------------------------------------------------------------------


def _plain(record: Record) -> list[tuple[str, str, object]]:
    """The readings of a record without their places, which name the file once they are kept."""
    return [(name, one.text, one.value) for name, one in record.readings.items()]


class Office:
    """A store that keeps readings as an intake does, and gives them out again as tables and as paper."""

    def __init__(self, folder: Path) -> None:
        from formgen.store import Store

        self._store = Store(folder / "fuzz.sqlite")
        self._count = 0

    def keep(self, mutant: Mutant, reading: FileReading) -> None:
        """Store a reading and look at it again. Raises Finding."""
        from datetime import UTC, datetime, timedelta

        from formgen.model import Submission

        self._count += 1
        try:
            at = datetime(2023, 4, 1, tzinfo=UTC) + timedelta(seconds=self._count)
            sha256 = hashlib.sha256(mutant.name.encode()).hexdigest()
            self._store.add_reading(Submission(sha256, reading.name, at), reading)
            again = self._store.records_of(sha256)
            if [_plain(one.record) for one in again] != [_plain(one) for one in reading.records]:
                raise Finding("does not hold: what is kept is not what was read", mutant.name)
        except Finding:
            raise
        except Exception as fault:
            raise Finding(_signature(fault), _story(fault)) from fault

    def tables(self) -> None:
        """All that is kept, in each of the three kinds of table. Raises Finding."""
        import openpyxl

        from formgen import exporting

        try:
            made = list(exporting.tables(self._store, ("records", "facts"), ()))
            for table in made:
                exporting.as_csv(table)
                exporting.as_json(table)
            openpyxl.load_workbook(io.BytesIO(exporting.as_book(made)))
        except Exception as fault:
            raise Finding(_signature(fault), _story(fault)) from fault

    def close(self) -> None:
        """Leave the store."""
        self._store.close()


def rendered(reading: FileReading) -> None:
    """What was read, on paper again: the form in Word and in Excel. Raises Finding."""
    from formgen.rendering import excel, word
    from formgen.rendering.context import form_context
    from formgen.resources import find_template
    from formgen.scheme.loading import load_schemes

    known = {form.id: (scheme, form) for scheme in load_schemes(None) for form in scheme.form}
    try:
        for record in reading.records[:1]:
            if record.form not in known:
                continue
            scheme, form = known[record.form]
            values = {name: one.value for name, one in record.readings.items()}
            context = form_context(form, record.subject, record.period, values, scheme)
            word.render(find_template(f"docx/{form.id}.docx"), context)
            excel.render_form(find_template(f"xlsx/{form.id}.xlsx"), context)
    except Exception as fault:
        raise Finding(_signature(fault), _story(fault)) from fault
