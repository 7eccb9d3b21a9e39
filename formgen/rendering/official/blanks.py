"""A blank form bound with a notice: the very body that the form's own template gives, with its styles beside ours.

What a return is recognised by stays as it is: the words, the grid of the table, the tags of the content controls.
Changed are only the label 附件 above it, which stands as 7.3.7 wants it, and the heights of lines and rows: a little
less, so that a form that fills its own sheet still has one side.
"""

from __future__ import annotations

import copy
import io
import zipfile

from lxml import etree

from formgen.errors import TemplateError
from formgen.rendering.official.geometry import TYPE_BOTTOM, TYPE_TOP, points
from formgen.rendering.official.markup import Element, node, tag, tighten
from formgen.rendering.official.package import Package

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_STYLE_MARKS = ("pStyle", "rStyle", "tblStyle")
_AIR = 20.0  #: Points that the label takes besides its lines, for rows and margins of cells do not shrink evenly.


class BlankForm:
    """The rendered blank of a form: its title in lines, and what stands below the title."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._body = etree.fromstring(archive.read("word/document.xml"), _PARSER)[0]
            self._styles = etree.fromstring(archive.read("word/styles.xml"), _PARSER)
        head = next((one for one in self._body if one.tag == tag("p")), None)
        if head is None:
            raise TemplateError("表的模板没有标题，不能作附件")
        self._head = head
        size = self._body.find(f"{tag('sectPr')}/{tag('pgSz')}")
        self.wide = size is not None and size.get(tag("orient")) == "landscape"  #: On a landscape page.

    @property
    def title(self) -> str:
        """The title that the form prints, in one line."""
        return "".join(one.text or "" for one in self._head.iter(tag("t")))

    def adopted(self, package: Package, *, above: float, new_side: bool) -> list[Element]:
        """The body, with styles that the package now has, ``above`` points under what precedes it, or on a new side.

        Lines and rows give up what the label above it takes.
        """
        scale = 1 - (2 * above + _AIR) / points(TYPE_BOTTOM - TYPE_TOP) if above else 1.0
        content = [copy.deepcopy(one) for one in self._body if one.tag != tag("sectPr")]
        while content and content[-1].tag == tag("p") and not _words(content[-1]):
            content.pop()  # no empty paragraph may begin another side
        known = {str(one.get(tag("styleId"))): one for one in self._styles.iter(tag("style"))}
        for index, root in enumerate(content):
            if index:
                _tightened(root, scale)
            for mark in root.iter(*map(tag, _STYLE_MARKS)):
                style = known.get(str(mark.get(tag("val"))))
                if style is not None:
                    mark.set(tag("val"), package.adopt(style, scale if index else 1.0))
            for one in root.iter(tag("sdt")):
                number = one.find(f"{tag('sdtPr')}/{tag('id')}")
                if number is not None:
                    number.set(tag("val"), str(package.next_id()))
        marks = content[0][0]
        if new_side:
            marks.insert(1, node("pageBreakBefore"))
        if above:
            style = content[0].find(f"{tag('pPr')}/{tag('spacing')}")
            line = package.spacing_of(content[0]) if style is None else style
            made = copy.deepcopy(line)
            made.set(tag("before"), str(round(above * 20)))
            marks.append(made)
        return content


def _words(paragraph: Element) -> str:
    return "".join(one.text or "" for one in paragraph.iter(tag("t"))).strip()


def _tightened(root: Element, scale: float) -> None:
    """Scale the heights of rows and of exact lines that stand in the paragraphs themselves."""
    for one in root.iter(tag("trHeight")):
        one.set(tag("val"), str(round(int(one.get(tag("val"), "0")) * scale)))
    for one in root.iter(tag("spacing")):
        tighten(one, scale, 0)
