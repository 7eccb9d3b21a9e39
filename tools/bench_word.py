"""Decoding .docx forms against python-docx and against the bare parse: three sets, all on each file in turn."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from statistics import median

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
ROUNDS, PEER_ROUNDS = 40, 8
MOST_OF_PARSE, LEAST_OF_PEER = 1.5, 6.0
SAVINGS = 15
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
WORDS = (
    "1",
    "落实村干部坐班制度，按时参加会议，不得无故缺席",
    "10",
    "缺席一次扣0.5分，扣完为止；迟到早退一次扣0.2分",
    "8.5",
)


def samples() -> dict[str, bytes]:
    """All samples that both sides can open."""
    found = {path.stem: path.read_bytes() for path in sorted(SAMPLES.rglob("*.docx"))}
    return {name: data for name, data in found.items() if _opens(data)}


def own_forms() -> dict[str, bytes]:
    """Our nine forms as we print them, every score filled in: content controls, a header, custom properties."""
    from formgen.model import Subject
    from formgen.rendering.context import form_context
    from formgen.rendering.word import render
    from formgen.resources import find_template
    from formgen.scheme.loading import load_schemes

    periods = {"month": "2023-03", "quarter": "2023-Q1", "year": "2023"}
    return {
        form.id: render(
            find_template(f"docx/{form.id}.docx"),
            form_context(
                form,
                Subject("张庄村", "李四", "东庄"),
                periods[form.period],
                {item.id: form.judgements[0] if form.judgements else item.points or Decimal(1) for item in form.items},
                scheme,
            ),
        )
        for scheme in load_schemes()
        for form in scheme.form
    }


def python_docx_forms() -> dict[str, bytes]:
    """Five forms that python-docx has built: bare runs, runs with fonts, merged cells, several tables."""
    return {
        "bare": _form(15),
        "fonts": _form(15, fonts=True),
        "merged": _form(15, merged=True),
        "long, fonts, merged": _form(30, fonts=True, merged=True),
        "four tables": _form(12, tables=4),
    }


def _form(rows: int, *, fonts: bool = False, merged: bool = False, tables: int = 1) -> bytes:
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.add_heading("月度考核评价表")
    for _ in range(tables):
        document.add_paragraph("行政村：张庄村\t姓名：李四\t考核月份：2023年3月")
        table = document.add_table(rows=rows, cols=len(WORDS))
        for line in table.rows:
            for cell, words in zip(line.cells, WORDS, strict=True):
                run = cell.paragraphs[0].add_run(words)
                if fonts:
                    run.font.name, run.font.size, run.bold = "宋体", Pt(10.5), False
        for row in range(1, rows - 2, 3) if merged else ():
            table.cell(row, 0).merge(table.cell(row + 2, 0))
            table.cell(row, 2).merge(table.cell(row, 3))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def walk(data: bytes) -> int:
    """What python-docx has to do to see all words of a form."""
    import docx

    document = docx.Document(io.BytesIO(data))
    length = sum(len(paragraph.text) for paragraph in document.paragraphs)
    return length + sum(len(cell.text) for table in document.tables for row in table.rows for cell in row.cells)


def parse(data: bytes) -> object:
    """Unzip and parse the main part, and nothing else."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read("word/document.xml"))


def decode(data: bytes) -> object:
    """What formgen does."""
    from formgen.parsing import Limits
    from parsers import word

    return word.decode(data, Limits())


def is_plain(data: bytes) -> bool:
    """Whether the main part goes the short way."""
    from parsers.word_scan import DOCUMENT, scan

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return scan(package.read("word/document.xml"), DOCUMENT) is not None


def forget() -> None:
    """Make the next reading the first one of its kind: nothing is known of any markup."""
    from parsers import word_scan, word_steps, word_tags

    word_steps.forget()
    word_tags.tag.cache_clear()
    word_scan.root.cache_clear()


def saved_by_word(data: bytes, chance: random.Random) -> bytes:
    """A form with the numbers that Word gives to paragraphs, rows and runs anew at every saving."""
    sessions = [f"{chance.getrandbits(32):08X}" for _ in range(12)]

    def numbered(match: re.Match[str]) -> str:
        marks = f' w:rsidR="{chance.choice(sessions)}"'
        if match[1] != "r":
            marks = f' w14:paraId="{chance.getrandbits(32):08X}" w14:textId="77777777"{marks}'
        return match[0] + (marks if match[1] != "r" or chance.random() < 0.5 else "")

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                text = content.decode()
                if "xmlns:w14=" not in text:
                    text = text.replace("xmlns:r=", f'xmlns:w14="{_W14}" xmlns:r=', 1)
                content = re.sub(r"<w:(p|r|tr)(?=[>/])", numbered, text).encode()
            target.writestr(name, content)
    return buffer.getvalue()


def _opens(data: bytes) -> bool:
    try:
        walk(data)
        decode(data)
    except Exception:
        return False
    return True


def _seconds(action: Callable[[bytes], object], data: bytes) -> float:
    begun = time.perf_counter()
    action(data)
    return time.perf_counter() - begun


def compare(name: str, forms: Mapping[str, bytes]) -> None:
    """Print the ratios of a set, sums of the best time of each file, and the files that miss what is wanted.

    Beside that, what reading costs when nothing is known yet of the markup of a form, and when Word has saved it anew.
    """
    totals = [0.0] * 3
    first = saved = saved_bare = 0.0
    missed = []
    for form, data in forms.items():
        pairs = [(_seconds(decode, data), _seconds(parse, data)) for _ in range(ROUNDS)]
        ours, bare = (min(times) for times in zip(*pairs, strict=True))
        peer = min(_seconds(walk, data) for _ in range(PEER_ROUNDS))
        totals = [total + one for total, one in zip(totals, (ours, bare, peer), strict=True)]
        first += min(_first(data) for _ in range(PEER_ROUNDS))
        savings = [saved_by_word(data, random.Random(number)) for number in range(SAVINGS)]
        saved += median(_seconds(decode, saving) for saving in savings)
        saved_bare += median(_seconds(parse, saving) for saving in savings)
        if ours > MOST_OF_PARSE * bare or peer < LEAST_OF_PEER * ours:
            missed.append(f"{form} ({ours / bare:.2f}; {peer / ours:.1f}{'' if is_plain(data) else '; walked'})")
    ours, bare, peer = totals
    print(
        f"{len(forms):>2} {name:<31} formgen {ours * 1000:7.2f} ms   {ours / bare:5.2f} × unzip + lxml parse of "
        f"document.xml alone (wanted ≤ {MOST_OF_PARSE})   {peer / ours:5.1f} × as fast as python-docx (wanted ≥ "
        f"{LEAST_OF_PEER:.0f})"
    )
    print(
        f"   {sum(map(is_plain, forms.values()))} of {len(forms)} scanned, others walked; the first of its kind "
        f"{first / bare:.2f} × parse, {peer / first:.1f} × python-docx; each saved anew by Word "
        f"{saved / saved_bare:.2f} × parse"
    )
    if missed:
        print(f"   beyond it (× parse; × python-docx): {', '.join(missed)}")


def _first(data: bytes) -> float:
    forget()
    return _seconds(decode, data)


def bench_docx() -> None:
    """The three sets."""
    compare(".docx samples", samples())
    compare(".docx forms of ours, filled in", own_forms())
    compare(".docx forms built by python-docx", python_docx_forms())
