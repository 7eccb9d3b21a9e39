"""Malformed and unusual markup of Word documents ends the same with the scan as without it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from ooxml_builder import control, par, row, run, table
from test_word_scan import PlainMixture, check, main_part, scanned, with_main

from parsers.grid import Document

SNIPPETS = (
    "<", ">", "&", "&amp;", "&nbsp;", "&#0;", "&#x110000;", "&#xD800;", "&#55296;", "&#13;", "&#65", "&#x;", "]]>",
    "\0",
    "\x0b", "\ufffe", "\uffff", "\ufeff", "<!-- x -->", "<![CDATA[x]]>", "<?x y?>", "<!DOCTYPE x>", '"', "'", "/", " ",
    "\n", "\r\n", "=", ' w:val="1"', " w:val='1'", ' w:val="1" w:val="2"', ' w:val="a>b"',
    ' w:val="a<b"', ' w:val="&lt;"',
    ' w:val="a\tb"', ' x:y="1"', ' xmlns:w="x"', ' xmlns:q="http://x"', ' xml:space="default"',
    ' xml:lang="zh"', ' val="1"',
    "<w:p>", "</w:p>", "<w:p/>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "<w:t/>", "<w:tc>", "</w:tc>",
    "<w:tr>", "</w:tr>", "<w:tbl>", "</w:tbl>", "<w:tbl/>", "<w:tc/>", "<w:tr/>", "<w:sdt>", "</w:sdt>", "<w:sdtPr>",
    "<w:sdtContent/>",
    "<w:sdtPr/>", "<w:body>", "</w:body>", "<w:body/>", "</w:document>", "<x/>", "<w:x/>", "<q:x/>", "<w:sectPr/>",
    "<w:b/>",
    "<w:tcPr><w:gridSpan w:val=\"3\"/></w:tcPr>", "<w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>", "<w:br/>", "<w:pPr/>",
    '<w:tag w:val="z"/>', "<w:showingPlcHdr/>", "<w:tcPr>", "<w:top><w:p/></w:top>", "<w:vanish/>", "<w:hyperlink>",
    "<w:t xml:space='preserve'>", '<w:t xml:space="preserve" >', '<w:t w:x="1">', "<w:t\n>", "甲", "w:", "<w:p w:p>",
    ' w:rsidR="00A77B3E"', ' w:rsidRPr="00A77B3E"', ' w14:paraId="00A77B3E"', ' w14:paraId="0" w14:textId="77777777"',
    '<w:p w:rsidR="00A77B3E"/>', '<w:r w:rsidR="00A77B3E" w:rsidR="00A77B3E"/>',
    "<w:p w:val='<w:r w:rsidR=\"00A77B3E\">'/>",
    "¹",
)  # fmt: skip


def spoiled(main: str, chance: random.Random) -> bytes:
    """A main part with one to three changes, anywhere or at the edges of its tags."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        place = chance.randrange(len(main))
        if chance.random() < 0.7:
            place = main.find(chance.choice("<>"), place) + chance.randint(0, 1)
        kind = chance.random()
        if kind < 0.5:
            main = main[:place] + chance.choice(SNIPPETS) + main[place:]
        elif kind < 0.65:
            main = main[:place] + main[place + 1 :]
        elif kind < 0.9:  # without, or with twice, what stands between the edges of two tags
            start = main.rfind("<", 0, place)
            end = main.find(">", main.find(">", place) + chance.randint(0, 1)) + 1
            main = main[:start] + (main[start:end] * 2 if kind < 0.75 else "") + main[end:]
        else:
            other = chance.choice(("<w:r>", "</w:r>", "</w:t>", "</w:p>", "</w:tc>", '"', "w:", 'xmlns:r="'))
            main = main.replace(other, chance.choice(SNIPPETS), 1)
    data = main.encode("utf-8", "surrogatepass")
    if chance.random() < 0.05:
        place = chance.randrange(len(data))
        data = data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]
    return data


def check_spoiled(seed: int) -> tuple[bool, bool]:
    """Whether a spoiled document was read at all, and whether by the scan."""
    mixture = PlainMixture(seed)
    mixture.oddity = 0.0
    data = with_main(spoiled(main_part(mixture.body()), mixture.chance))
    return isinstance(check(data), Document), scanned(data)


@pytest.mark.parametrize("first", range(0, 4_000, 500))
def test_spoiled_markup_ends_as_it_does_without_the_scan(first: int):
    ends = [check_spoiled(seed) for seed in range(first, first + 500)]

    assert sum(read for read, _ in ends) >= 20  # else this would show nothing
    assert sum(not read for read, _ in ends) >= 100
    assert sum(plain for _, plain in ends) >= 10


HEADS: tuple[Callable[[str], str], ...] = (
    lambda main: main,
    lambda main: "\ufeff" + main,
    lambda main: "\ufeff\ufeff" + main,
    lambda main: "\n" + main,
    lambda main: main.partition("?>")[2],
    lambda main: main.replace("UTF-8", "utf-8"),
    lambda main: main.replace("UTF-8", "GBK"),
    lambda main: main.replace("UTF-8", "UTF-16"),
    lambda main: main.replace('"UTF-8"', "'UTF-8'"),
    lambda main: main.replace('"1.0"', '"1.1"'),
    lambda main: main.replace('"yes"', '"maybe"'),
    lambda main: main.replace("\n", "\n<!-- x -->"),
    lambda main: main.replace("\n", "\x0b\n"),
    lambda main: main.replace("\n", "\u00a0"),
    lambda main: main.replace("\n", '\n<!DOCTYPE w [<!ENTITY a "b">]>'),
    lambda main: main.replace("xmlns:w=", "xmlns:x="),
    lambda main: main.replace("xmlns:r=", "xmlns:w="),
    lambda main: main.replace("xmlns:r=", "xmlns:xml="),
    lambda main: main.replace("xmlns:r=", "xmlns="),
    lambda main: main.replace("xmlns:r=", "xmlns:r ="),
    lambda main: main.replace('xmlns:m="', 'xmlns:m="http://a b" xmlns:mm="'),
    lambda main: main.replace('xmlns:m="', 'xmlns:m="" xmlns:mm="'),
    lambda main: main.replace("schemas.openxmlformats.org/wordproc", "purl.oclc.org/ooxml/wordproc"),
    lambda main: main.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml"),
    lambda main: main.replace("w:document", "w:hdr"),
    lambda main: main.replace("w:body", "w:p"),
    lambda main: main.replace("<w:body>", '<w:background w:color="x"/><w:body>'),
    lambda main: main.replace("<w:body>", "<w:body/><w:body>"),
    lambda main: main.replace("<w:body>", "<w:b><w:body>").replace("</w:body>", "</w:body></w:b>"),
    lambda main: main + "\r\n \t",
    lambda main: main + "<!-- x -->",
    lambda main: main + "x",
    lambda main: main + ">",
    lambda main: main + ">x</w:t>",
    lambda main: main + "</w:t>",
    lambda main: main.replace("</w:t>", ">x</w:t>"),
    lambda main: main.replace("</w:t>", "<x</w:t>"),
    lambda main: main.replace("</w:t>", "></w:t>").replace('xml:space="preserve"', ""),
    lambda main: main[: main.find("</w:t>") + 6],
    lambda main: main[: main.find("</w:t>")],
    lambda main: main[: main.find(">", main.find("<w:t "))],
    lambda main: main + "\0",
    lambda main: main + main,
    lambda main: main.replace("<w:", "<v:").replace("</w:", "</v:"),
    lambda main: main.replace('"', "'"),
    lambda main: main.replace("><", ">\n<"),
    lambda main: main.replace("xmlns:w14=", "xmlns:w15=").replace("<w:p>", '<w:p w14:textId="00000000"/>'),
    lambda main: main.replace("xmlns:w14=", "xmlns:w15=").replace("<w:p>", '<w:p w14:paraId="00000000"/>'),
    lambda main: main.replace("office/word/2010/wordml", "office/word:2010"),
    lambda main: main.replace("http://schemas.microsoft.com", "http://schemas.micro:soft.com"),
    lambda main: main.replace(">", " >"),
    lambda main: main[: len(main) // 2],
    lambda main: main.replace("<w:document ", '<w:document mc:Ignorable="w14" '),
    lambda main: main.replace("></w:document>", "/></w:document>"),
    lambda main: "",
)  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_an_unusual_head_is_read_as_without_the_scan(head: Callable[[str], str]):
    body = par("甲", control(run("8"), "2.1")) + table(row("1", "2")) + "<w:sectPr/>"

    check(with_main(main_part(body)))

    for main in (head(main_part(body)), head(main_part(""))):
        check(with_main(main))
        check(with_main(main.encode("utf-16")))


def test_very_deep_markup_ends_as_it_does_without_the_scan():
    for depth in (50, 70, 300):
        check(with_main(main_part("<w:top>" * depth + "</w:top>" * depth + par("甲"))))
