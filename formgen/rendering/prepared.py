"""A Word template prepared once and filled many times: a plate, which is the finished paper with holes in it.

docxtpl renders the template once with a context of holes (``holes``), and all that follows is done to that rendering.
What comes out is cut at the holes; for each further context that passes the guards only the texts are put in, the
parts with holes are compressed, and the rest is copied. Before a plate is used it must have given the very bytes that
docxtpl gives, for a probe of awkward texts that passes the same guards. What cannot be followed (pictures,
sub-documents, rich text, a template that computes with its values beyond a guard) goes through docxtpl itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from formgen.errors import TemplateError
from formgen.rendering import word
from formgen.rendering.controls import ISSUE_DATE, PLACEHOLDER, SIGNATURE
from formgen.rendering.holes import CLOSES, OPENS, Guard, Hole, Trace, UntraceableError, flattened, with_holes
from formgen.rendering.marks import RIGHT, plain
from formgen.rendering.packing import Member, member, packed
from formgen.rendering.plate_parts import SENTINEL, Fill, Part

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NS = {"w": _W[1:-1]}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SHOWN = re.compile(f"<w:formgenShown>({OPENS}\\d+{CLOSES})</w:formgenShown>")
_STORY = re.compile(r"word/(document|header\d*|footer\d*)\.xml$")
DOCUMENT = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
_PROPERTIES = ("docProps/core.xml", "docProps/custom.xml")
#: Texts that a plate is tried with; each leaf gets the first that passes its guards.
_AWKWARD = ("甲&<b>\"乙'\n\n丙\t{{ 7*7 }} ]]>\x01", "", " ", "一𠮷&lt;\u0085")
_OWN = ("title", "properties")  #: What is written without the template saying so.
_MOST_PLATES = 48

_TEXT: Any = etree._Element.text  #: Of the element itself: python-docx has another idea of a paragraph's text.

Element = etree._Element


@lru_cache(maxsize=8192)
def _escaped(text: str) -> str:
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=8192)
def _written(text: str) -> str:
    """A text within ``w:t``, as ``set_line_breaks`` leaves it and lxml writes it."""
    xml = _escaped(text)
    if "\n" in xml or "\t" in xml:
        again = '<w:t xml:space="preserve">'
        xml = xml.replace("\n", f"</w:t><w:br/>{again}").replace("\t", f"</w:t><w:tab/>{again}")
    return xml


class _Watch:
    """Follows one rendering with holes, and notes how each hole is to be filled."""

    def __init__(self, trace: Trace, environment: SandboxedEnvironment) -> None:
        self.environment = environment
        self.fills: dict[int, Fill] = {}
        self._trace = trace

    def written(self, value: object) -> str:
        if not isinstance(value, Hole):
            return plain(str(value))
        hole = value._changed("plain", plain)
        return hole._printed()

    def before(self, body: Element, margins: Sequence[Element]) -> None:
        """Look at each hole where it stands: what our own steps would decide by its text becomes a guard."""
        for root in (body, *margins):
            if root.nsmap.get("w") != _NS["w"]:
                raise UntraceableError("another prefix")
            for element in root.iter(etree.Element):
                self._fix_outside_texts(element)
        for cell in body.iter(_W + "tc"):
            following = cell.getnext()
            if following is not None and any(RIGHT in (text.text or "") for text in cell.iter(_W + "t")):
                self._freeze(following)
        for paragraph in body.iter(_W + "p"):
            style = paragraph.find("w:pPr/w:pStyle", _NS)
            if style is not None and style.get(_W + "val") in (SIGNATURE, ISSUE_DATE):
                self._freeze(paragraph)
        for control in body.iter(_W + "sdt"):
            self._control(control)

    def _fix_outside_texts(self, element: Element) -> None:
        for name, value in element.attrib.items():
            if OPENS in value:
                element.set(name, self._frozen(str(value)))
        if element.tail and OPENS in element.tail:
            element.tail = self._frozen(element.tail)
        text = _TEXT.__get__(element)
        if text and OPENS in text:
            follows = element.tag == _W + "t" and element.items() == [(_SPACE, "preserve")]
            if not follows:
                _TEXT.__set__(element, self._frozen(text))

    def _frozen(self, text: str) -> str:
        return SENTINEL.sub(lambda match: plain(str(self._trace.printed[int(match[1])])), text)

    def _freeze(self, element: Element) -> None:
        for text in element.iter(_W + "t"):
            if text.text and OPENS in text.text:
                text.text = self._frozen(text.text)

    def _control(self, control: Element) -> None:
        """A control that is empty or not as its one hole is; any other with holes and no words is fixed."""
        properties = control.find("w:sdtPr", _NS)
        content = control.find("w:sdtContent", _NS)
        if properties is None or content is None or properties.find("w:tag", _NS) is None:
            return
        texts = list(content.iter(_W + "t"))
        words = "".join(text.text or "" for text in texts)
        if OPENS not in words or SENTINEL.sub("", words).strip():
            return
        match = SENTINEL.fullmatch(words)
        shown = properties.find("w:showingPlcHdr", _NS)
        nested = next(content.iter(_W + "sdt"), None) is not None
        if match is None or len(texts) != 1 or nested or (shown is not None and (shown.attrib or len(shown))):
            self._freeze(content)
            return
        number = int(match[1])
        hole = self._trace.printed[number]
        made = hole._made
        self.fills[number] = (hole._leaf(), _kept(lambda text: _written(plain(made(text)) or PLACEHOLDER)))
        state = Hole(self._trace, hole._leaf())._printed()
        self.fills[len(self._trace.printed) - 1] = (
            hole._leaf(),
            _kept(lambda text: "" if plain(made(text)).strip() else "<w:showingPlcHdr/>"),
        )
        mark = etree.Element(_W + "formgenShown")
        mark.text = state
        if shown is not None:
            properties.replace(shown, mark)
        else:
            properties.append(mark)


def _part(name: str, xml: str, watch: _Watch, trace: Trace) -> Part:
    default = _written if _STORY.match(name) else _escaped
    fills = {
        number: watch.fills.get(number) or (hole._leaf(), _after(hole, default))
        for number, hole in enumerate(trace.printed)
    }
    return Part(name, _SHOWN.sub(r"\1", xml), fills)


def _after(hole: Hole, default: Callable[[str], str]) -> Callable[[str], str]:
    if not hole._changes:
        return default
    made = hole._made
    return _kept(lambda text: default(made(text)))


def _kept(fill: Callable[[str], str]) -> Callable[[str], str]:
    """The same, remembering the last texts: most papers share most of them."""
    return lru_cache(maxsize=1024)(fill)


class Plate:
    """A paper with holes, and the questions that a context must answer alike to be put into it."""

    def __init__(self, members: Mapping[str, bytes], watch: _Watch, trace: Trace) -> None:
        self.guards: list[Guard] = trace.guards
        self.parts: dict[str, Part] = {}
        self._raw = dict(members)
        self._members: list[tuple[str, Member | None]] = []
        self._pressed: dict[str, tuple[bytes, Member]] = {}
        self._fixed: dict[str, str] = {}
        opens = OPENS.encode()
        for name, data in members.items():
            if opens not in data:
                if _STORY.match(name) or name == RELATIONS:
                    self._fixed[name] = data.decode()
                self._members.append((name, member(name, data)))
                continue
            if not (_STORY.match(name) or name in _PROPERTIES):
                raise UntraceableError(f"a hole in {name}")
            self.parts[name] = _part(name, data.decode(), watch, trace)
            self._members.append((name, None))

    def takes(self, leaves: Sequence[str]) -> bool:
        """Whether these texts take the same way through the template."""
        return all(question(leaves[index]) == answer for index, question, answer in self.guards)

    def filled(self, leaves: Sequence[str]) -> bytes:
        """The paper with these texts."""
        return packed(one or self._member(name, leaves) for name, one in self._members)

    def unpacked(self, leaves: Sequence[str]) -> dict[str, bytes]:
        """The files of the paper with these texts, by their paths."""
        return self._raw | {name: part.filled(leaves).encode() for name, part in self.parts.items()}

    def _member(self, name: str, leaves: Sequence[str]) -> Member:
        data = self.parts[name].filled(leaves).encode()
        last = self._pressed.get(name)  # a header or a title is mostly the last one's
        if last is None or last[0] != data:
            self._pressed[name] = last = (data, member(name, data))
        return last[1]

    def story(self, leaves: Sequence[str], *, document: bool = True) -> dict[str, str]:
        """The document (if wanted), its headers and footers with these texts, and its relationships, as XML."""
        filled = {
            name: part.filled(leaves)
            for name, part in self.parts.items()
            if _STORY.match(name) and (document or name != DOCUMENT)
        }
        return self._fixed | filled


class Prepared:
    """A template that is prepared once; ``render`` gives what ``word.render`` gives, byte for byte."""

    def __init__(self, data: bytes, name: str) -> None:
        self.quick = self.slow = 0  #: How many papers went which way.
        self.reason = ""  #: Why the last one went through docxtpl.
        self._data = data
        self._name = name
        self._plates: dict[object, list[Plate]] = {}
        self._words: str | None = None
        self._mentioned: dict[str, bool] = {}
        self._made = 0

    def render(self, context: Mapping[str, object]) -> bytes:
        """The .docx that the template makes of the context. Raises TemplateError."""
        found = self.plate(context)
        if found is None:
            self.slow += 1
            return word.render_data(self._data, self._name, context)
        self.quick += 1
        plate, leaves = found
        return plate.filled(leaves)

    def members(self, context: Mapping[str, object]) -> dict[str, bytes]:
        """The files of the .docx that the template makes of the context, by their paths. Raises TemplateError."""
        found = self.plate(context)
        if found is not None:
            self.quick += 1
            plate, leaves = found
            return plate.unpacked(leaves)
        self.slow += 1
        return self._composed(context)

    def story(self, context: Mapping[str, object]) -> dict[str, str]:
        """What is printed, part by part as XML, and the document's relationships. Raises TemplateError."""
        found = self.plate(context)
        if found is not None:
            self.quick += 1
            plate, leaves = found
            return plate.story(leaves)
        self.slow += 1
        members = self._composed(context)
        return {name: data.decode() for name, data in members.items() if _STORY.match(name) or name == RELATIONS}

    def _composed(self, context: Mapping[str, object]) -> dict[str, bytes]:
        try:
            return word.compose(self._data, context)
        except TemplateError as error:
            raise TemplateError(f"模板“{self._name}”有误：{error}") from error

    def plate(self, context: Mapping[str, object]) -> tuple[Plate, list[str]] | None:
        """The plate for a context and the texts to fill it with; None where docxtpl itself must render."""
        try:
            context = {key: value for key, value in context.items() if self._mentions(key)}
            shape, leaves = flattened(context)
        except UntraceableError as reason:
            self.reason = str(reason)
            return None
        plates = self._plates.setdefault(shape, [])
        for plate in plates:
            if plate.takes(leaves):
                return plate, leaves
        if self._made >= _MOST_PLATES or (self._made >= 6 and self.quick < 2 * self._made):
            self.reason = "the papers have too little in common"
            return None
        self._made += 1
        try:
            plates.append(self._proved(context, leaves))
        except (UntraceableError, TemplateError) as reason:
            self.reason = str(reason)
            return None
        return plates[-1], leaves

    def _mentions(self, key: str) -> bool:
        """Whether the template may print a name: one that is nowhere in its words need not be looked at."""
        known = self._mentioned.get(key)
        if known is None:
            if self._words is None:
                self._words = word.words_of(self._data)
            self._mentioned[key] = known = key in _OWN or key in self._words
        return known

    def _proved(self, context: Mapping[str, object], leaves: Sequence[str]) -> Plate:
        """A plate that gives the bytes of docxtpl for a probe like this context. Raises UntraceableError."""
        trace = Trace(leaves)
        watch = _Watch(trace, word.watching_environment())
        plate = Plate(word.compose(self._data, with_holes(context, trace), watch), watch, trace)
        texts = probe(leaves, plate.guards)
        own = word.render_data(self._data, self._name, rebuilt(context, texts))
        if not plate.takes(leaves) or not plate.takes(texts) or plate.filled(texts) != own:
            raise UntraceableError("the plate does not give what docxtpl gives")
        return plate


def probe(leaves: Sequence[str], guards: Sequence[Guard], awkward: Sequence[str] = _AWKWARD) -> list[str]:
    """Awkward texts in place of these, as far as the guards let them through."""
    asked: dict[int, list[Guard]] = {}
    for guard in guards:
        asked.setdefault(guard[0], []).append(guard)

    def fits(index: int, text: str) -> bool:
        return all(question(text) == answer for _, question, answer in asked.get(index, ()))

    chosen = []
    for index, text in enumerate(leaves):
        turn = index % len(awkward)
        turned = (*awkward[turn:], *awkward[:turn])
        chosen.append(next((one for one in turned if fits(index, one)), text))
    return chosen


def rebuilt(context: Mapping[str, object], texts: Sequence[str]) -> dict[str, Any]:
    """The context with these texts in place of its own."""
    left = iter(texts)

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return next(left)
        if isinstance(value, dict):
            return {key: put(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(put(one) for one in value)
        return value

    return {key: put(value) for key, value in context.items()}


@lru_cache(maxsize=32)
def _prepared(data: bytes, name: str) -> Prepared:
    return Prepared(data, name)


def prepared(template: Path) -> Prepared:
    """The template, prepared; the same one again as long as its file does not change. Raises TemplateError."""
    return _prepared(word.read_template(template), template.name)
