"""A text box at a fixed place of the paper: page numbers of landscape pages, the 版记."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from formgen.rendering.official.markup import Element, R, W, node, paragraph, tag

_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_EMU = 36000  #: Per millimetre.


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies, in millimetres from the upper edge of the paper."""

    name: str
    left: float
    top: float
    width: float
    height: float
    from_margin: bool = False  #: ``left`` is counted from the margin, not from the paper's edge.
    turned: bool = False  #: The text runs downwards.
    text: Literal["t", "ctr", "b"] = "ctr"  #: The text stands at the top, in the middle, at the foot of the box.
    parting: bool = False  #: Other text keeps above and below the box.
    number: int = 1  #: Tells the boxes of a document apart.


def box(place: Box, content: Sequence[Element]) -> Element:
    """The thin paragraph that carries the box with these paragraphs."""
    return paragraph("Spacer", [run(place, content)])


def picture(key: str, left: float, top: float, wide: float, high: float, number: int) -> Element:
    """The run that carries a picture behind the text, in millimetres from the type area and from its paragraph."""
    sides = (round(value * _EMU) for value in (left, top, wide, high))
    x, y, across, down = sides
    made = etree.fromstring(
        f'<w:drawing xmlns:w="{W}" xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:pic="{_PIC}" xmlns:r="{R}">'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="3" behindDoc="1" '
        'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="column"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{across}" cy="{down}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="印章{number}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_PIC}"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="印章{number}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{key}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:anchor></w:drawing>"
    )
    return node("r", made)


def run(place: Box, content: Sequence[Element]) -> Element:
    """The run that carries the box."""
    left, top, wide, high = (round(value * _EMU) for value in (place.left, place.top, place.width, place.height))
    wrap = "<wp:wrapTopAndBottom/>" if place.parting else "<wp:wrapNone/>"
    shape = etree.fromstring(
        f'<mc:AlternateContent xmlns:mc="{_MC}" xmlns:w="{W}" xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:wps="{_WPS}">'
        '<mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" '
        'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="{"margin" if place.from_margin else "page"}">'
        f"<wp:posOffset>{left}</wp:posOffset></wp:positionH>"
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'{wrap}<wp:docPr id="{place.number}" name="{place.name}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_WPS}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        "<wps:txbx><w:txbxContent/></wps:txbx>"
        f'<wps:bodyPr vert="{"vert" if place.turned else "horz"}" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" '
        f'anchor="{place.text}"><a:noAutofit/></wps:bodyPr>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent>"
    )
    next(shape.iter(tag("txbxContent"))).extend(content)
    return node("r", shape)
