"""One document under examination: what every rule is given, and the checks that many rules share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from formgen.conformity.document import Document, Paragraph, Run, is_black
from formgen.conformity.elements import Elements
from formgen.conformity.faces import SECOND, family, is_chinese, is_rare, size_name
from formgen.conformity.measures import gap
from formgen.conformity.model import Finding, Place, Profile, Severity

#: Indents and gaps are told by readers to about a quarter of a 字 or a third of a line.
ZI_TOLERANCE = Decimal("0.3")
LINE_TOLERANCE = Decimal("0.4")


def plain(value: Decimal) -> str:
    """A measure with at most one place, without idle zeros."""
    rounded = value.quantize(Decimal("0.1"))
    return f"{rounded.normalize():f}" if rounded else "0"


def place(paragraph: Paragraph | None) -> Place:
    """The place of a paragraph."""
    return Place(paragraph.number, paragraph.words) if paragraph else Place()


@dataclass(frozen=True, slots=True)
class Case:
    """A document, its elements, and the numbers it is held against."""

    document: Document
    elements: Elements
    profile: Profile

    def face(
        self,
        paragraphs: Iterable[Paragraph],
        wanted: str,
        clause: str,
        code: str,
        what: str,
        *,
        lead: int | None = None,
    ) -> Iterator[Finding]:
        """Chinese characters that are in a face of another family; ``lead``: only that many first characters."""
        for paragraph in paragraphs:
            for run in _first(paragraph.runs, lead):
                chinese = "".join(character for character in run.text if is_chinese(character))
                if not chinese or is_rare(chinese):
                    continue
                name = run.face.east
                kind = family(name)
                if kind == wanted or name in self.profile.also(wanted):
                    continue
                second = kind in SECOND.get(wanted, ())
                how = "（主题字体）" if run.face.themed else ""
                yield Finding(
                    code,
                    clause,
                    f"{what}应为{wanted}体" if not wanted.endswith("体") else f"{what}应为{wanted}",
                    (name or "未指定中文字体") + how,
                    wanted,
                    Severity.WARNING if second else Severity.ERROR,
                    place(paragraph),
                )
                break

    def size(
        self, paragraphs: Iterable[Paragraph], wanted: int, clause: str, code: str, what: str
    ) -> Iterator[Finding]:
        """Text of another size than ``wanted`` points."""
        for paragraph in paragraphs:
            for run in paragraph.runs:
                if run.text.strip() and not run.face.hidden and run.face.size != wanted:
                    size = size_name(Decimal(wanted))
                    yield Finding(
                        code, clause, f"{what}应为{size}", size_name(run.face.size), size, place=place(paragraph)
                    )
                    break

    def colour(self, paragraphs: Iterable[Paragraph], code: str, what: str) -> Iterator[Finding]:
        """Text that is not black (5.2.4)."""
        for paragraph in paragraphs:
            for run in paragraph.runs:
                if run.text.strip() and not is_black(run.face.colour):
                    yield Finding(
                        code, "5.2.4", f"{what}应为黑色", f"#{run.face.colour}", "黑色", place=place(paragraph)
                    )
                    break

    def plain_weight(self, paragraphs: Iterable[Paragraph], clause: str, code: str, what: str) -> Iterator[Finding]:
        """Text that is bold, slanted or underlined: the standard marks by faces alone."""
        for paragraph in paragraphs:
            for run in paragraph.runs:
                ways = [("加粗", run.face.bold), ("倾斜", run.face.italic), ("下划线", run.face.underline)]
                seen = [name for name, on in ways if on]
                if run.text.strip() and seen:
                    yield Finding(
                        code, clause, f"{what}不应{'、'.join(seen)}", "、".join(seen), "不加粗、不倾斜、无下划线",
                        Severity.WARNING, place(paragraph),
                    )  # fmt: skip
                    break

    def lines_between(
        self, above: Paragraph | None, below: Paragraph | None, wanted: int, clause: str, code: str, what: str
    ) -> Iterator[Finding]:
        """Another number of blank lines than wanted between two paragraphs; nothing where the XML cannot say."""
        if above is None or below is None:
            return
        found = gap(self.document, above, below, self.profile)
        if found is not None and abs(found - wanted) > LINE_TOLERANCE:
            yield Finding(
                code,
                clause,
                f"{what}应空{_COUNT[wanted]}行",
                f"空 {plain(found)} 行",
                f"空 {wanted} 行",
                place=place(below),
            )

    def centred(self, paragraphs: Sequence[Paragraph], clause: str, code: str, what: str) -> Iterator[Finding]:
        """Lines that are not centred, or centred off the middle by indents."""
        for paragraph in paragraphs:
            shape = paragraph.shape
            off = shape.left + shape.first - shape.right
            if shape.align != "center":
                found = {"left": "左对齐", "right": "右对齐"}.get(shape.align, shape.align)
            elif abs(off) > 2 * ZI_TOLERANCE:
                found = f"居中后偏 {plain(abs(off) / 2)} 字"
            else:
                continue
            yield Finding(code, clause, f"{what}应居中", found, "居中，无缩进", place=place(paragraph))


_COUNT = {0: "零", 1: "一", 2: "二"}


def _first(runs: Sequence[Run], count: int | None) -> Iterator[Run]:
    """The runs, cut to the first ``count`` characters."""
    left = count
    for run in runs:
        if left is None:
            yield run
        elif left > 0:
            yield Run(run.text[:left], run.face, run.east_hint)
            left -= len(run.text)
