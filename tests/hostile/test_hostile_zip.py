"""Zips that burst, lie, overlap or lead elsewhere: as packets of returns, and as the shell of office files."""

from __future__ import annotations

import struct
import zipfile
import zlib
from functools import cache
from pathlib import Path

import pytest
from dropping import Cases, Office, Thrown, honest
from ooxml_builder import par
from packages import book, parts_of, word, zipped

from formgen import packets
from formgen.outcomes import Outcome
from formgen.parsing import Limits

cases = Cases()


@pytest.fixture(scope="module")
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Thrown]:
    return cases.throw(tmp_path_factory.mktemp("zip"))


@pytest.mark.parametrize("what", cases)
def test_it_ends_as_it_must_and_its_neighbour_is_read(what: str, thrown: dict[str, Thrown]) -> None:
    cases.check(what, thrown)


_PIECE = bytes(1_000_000)


@cache
def zeros(megabytes: int) -> tuple[bytes, int, int]:
    """So many megabytes of zeros, packed; their checksum and size."""
    packer, checksum, pieces = zlib.compressobj(1, zlib.DEFLATED, -15), 0, []
    for _ in range(megabytes):
        pieces.append(packer.compress(_PIECE))
        checksum = zlib.crc32(_PIECE, checksum)
    return b"".join([*pieces, packer.flush()]), checksum, megabytes * 1_000_000


def raw(members: list[tuple[bytes, bytes, int, int]], *, shared: bool = False, size: int | None = None) -> bytes:
    """A zip of members that are packed already (name, bytes, checksum, size); ``shared``: all are the first one's
    bytes; ``size``: what the list says of each instead."""
    body, entries, first = bytearray(), bytearray(), None
    for name, data, checksum, real in members:
        said = real if size is None else size
        offset = len(body) if first is None or not shared else first
        if first is None or not shared:
            first = len(body) if first is None else first
            body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, checksum, len(data), said, len(name), 0)
            body += name + data
        entries += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, checksum, len(data), said, len(name), 0, 0, 0, 0, 0, offset
        )
        entries += name
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(members), len(members), len(entries), len(body), 0)
    return bytes(body + entries + end)


def quine() -> bytes:
    """Zips of zips of zips to the bottom, each beside a copy of all that is below it."""
    data = zipped({"表.docx": honest("吴一")})
    for _ in range(12):
        data = zipped({"甲.zip": data, "乙.zip": data})
    return data


# --- packets ---------------------------------------------------------------------------------------------------


@cases.add("零.zip", "too-large", "文件过大（500,000,000 字节")
def five_hundred_megabytes_of_zeros() -> bytes:
    return raw([(b"a.docx", *zeros(500))])


@cases.add("多零.zip", "too-large", "解开后太大")
def many_members_of_forty_megabytes_of_zeros() -> bytes:
    return raw([(b"%d.docx" % number, *zeros(40)) for number in range(13)])


@cases.add("套.zip", "unsupported", "超过两层")
def zips_within_zips_within_zips() -> bytes:
    return quine()


@cases.add("叠.zip", "unreadable", "相互重叠")
def a_thousand_members_that_are_the_same_bytes() -> bytes:
    return raw([(b"%d.docx" % number, *zeros(1)) for number in range(400)], shared=True)


@cases.add("谎小.zip", "unreadable", "内容已损坏")
def a_member_that_says_it_is_small_and_is_large() -> bytes:
    return raw([("大.docx".encode(), *zeros(40))], size=100)


@cases.add("谎大.zip", "unreadable", "内容已损坏")
def a_member_that_says_it_is_large_and_is_small() -> bytes:
    return raw([("小.docx".encode(), *zeros(1))], size=40_000_000)


@cases.add("万.zip", "too-large", "文件太多")
def sixty_thousand_members() -> bytes:
    return raw([(b"%d" % number, b"\3\0", 0, 0) for number in range(60_000)])


@cases.add("同名.zip", "taken")
def two_members_of_one_name_are_two_returns() -> bytes:
    return zipped([("表.docx", honest("吴二")), ("表.docx", honest("吴三"))])


ESCAPES = {
    "../../外.docx": "想写到别的文件夹去",
    "/etc/外.docx": "想写到别的文件夹去",
    "C:\\外.docx": "想写到别的文件夹去",
    "..\\..\\外.docx": "想写到别的文件夹去",
    "\\\\server\\外.docx": "想写到别的文件夹去",
}


@cases.add("路.zip", "unsupported", "想写到别的文件夹去")
def members_that_lead_out() -> bytes:
    return zipped([*((name, honest("吴九")) for name in ESCAPES), ("好/表.docx", honest("吴四"))])


@cases.add("怪名.zip", "taken")
def members_with_every_kind_of_name() -> bytes:
    names = (
        "CON.docx",
        "aux",
        "名\n行.docx",
        "\x1b[2J\x1b]0;x\x07.docx",
        "表\u202excod.exe",
        "长" * 300 + ".docx",
        "点...",
    )
    return zipped([(name, honest("吴" + "甲乙丙丁戊己庚"[number])) for number, name in enumerate(names)])


@cases.add("链.zip", "unsupported", "链接或设备")
def a_member_that_is_a_link_to_a_file_of_the_machine() -> bytes:
    info = zipfile.ZipInfo("表.docx")
    info.external_attr = 0o120777 << 16
    return zipped([(info, "/etc/passwd"), ("好.docx", honest("吴五"))])


@cases.add("密.zip", "encrypted", "有密码")
def a_member_with_a_password() -> bytes:
    data = bytearray(zipped([("密.docx", honest("吴六")), ("好.docx", honest("吴七"))]))
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


@cases.add("断.zip", "unreadable", "不完整或已损坏")
def a_zip_that_is_cut_off() -> bytes:
    return zipped({"表.docx": honest("吴八")})[:-30]


@cases.add("表.rar", "unsupported", "RAR")
def a_rar() -> bytes:
    return b"Rar!\x1a\x07\x01\x00" + bytes(1000)


@cases.add("表.7z", "unsupported", "7z")
def a_7z() -> bytes:
    return b"7z\xbc\xaf\x27\x1c" + bytes(1000)


# --- shells of office files ------------------------------------------------------------------------------------


@cases.add("弹.docx", "too-large", "解压后有")
def a_word_file_with_six_hundred_megabytes_of_zeros() -> bytes:
    base = [(name.encode(), *_deflated(data)) for name, data in parts_of(word(par("甲"))).items()]
    return raw([*base, (b"word/media/1.bin", *zeros(600))])


@cases.add("比.docx", "too-large", "压缩比异常")
def a_word_file_that_is_packed_a_thousand_times() -> bytes:
    base = [(name.encode(), *_deflated(data)) for name, data in parts_of(word(par("甲"))).items()]
    return raw([*base, (b"word/media/1.bin", *zeros(60))])


@cases.add("谎.docx", "unreadable", "与校验和不符")
def a_part_that_is_larger_than_it_says() -> bytes:
    base = [(name.encode(), *_deflated(data)) for name, data in parts_of(word(par("甲"))).items()]
    name, packed, checksum, _ = base.pop([name for name, *_ in base].index(b"word/document.xml"))
    del packed
    data, _, _ = zeros(40)
    return raw([*base, (name, data, checksum, 100)])


@cases.add("万件.xlsx", "too-large", "个部件")
def a_workbook_of_twenty_thousand_parts() -> bytes:
    base = [(name.encode(), *_deflated(data)) for name, data in parts_of(book()).items()]
    return raw([*base, *((b"x/%d.xml" % number, b"\3\0", 0, 0) for number in range(20_000))])


@cases.add("同件.docx", "unreadable", "两个同名部件")
def two_texts_in_one_word_file() -> bytes:
    held = parts_of(word(par("甲")))
    return zipped([*held.items(), ("word/Document.xml", held["word/document.xml"])])


@cases.add("径.docx", "unreadable", "可疑的路径")
def a_part_that_leads_out() -> bytes:
    return zipped({**parts_of(word(par("甲"))), "word/../../../x.xml": "<x/>"})


@cases.add("叠件.xlsx", "too-large", "压缩比异常")
def parts_that_are_packed_a_thousand_times_together() -> bytes:
    base = [(name.encode(), *_deflated(data)) for name, data in parts_of(book()).items()]
    return raw([*base, *((b"xl/media/%d.bin" % number, *zeros(1)) for number in range(60))])


def _deflated(data: bytes) -> tuple[bytes, int, int]:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(), zlib.crc32(data), len(data)


# --- more than an ending ---------------------------------------------------------------------------------------


def test_nothing_of_a_zip_is_written_outside_of_the_archive(thrown: dict[str, Thrown]) -> None:
    around = thrown[members_that_lead_out.__name__].outcome.path.parents[3]

    assert (around / "大杨镇" / "存档").is_dir()
    assert list(around.rglob("外*")) == []
    assert not Path("/etc/外.docx").exists()
    assert list(around.rglob(".拆包-*")) == []


def test_the_members_of_a_zip_that_are_well_are_taken_though_others_lead_out(thrown: dict[str, Thrown]) -> None:
    found = thrown[members_that_lead_out.__name__]

    assert [one.subject.name for one in found.records] == ["吴四"]
    assert sum("想写到别的文件夹去" in issue.message for issue in found.issues) == len(ESCAPES)


def test_each_member_with_an_odd_name_is_read_under_a_name_of_ours(thrown: dict[str, Thrown]) -> None:
    found = thrown[members_with_every_kind_of_name.__name__]

    assert len(found.records) == 7
    assert {one.outcome for one in found.inner} <= {Outcome.TAKEN, Outcome.DOUBTFUL}
    assert "\x1b" not in found.words


def test_unpacking_stops_at_the_bound_of_the_whole_and_not_only_of_each(tmp_path: Path) -> None:
    path = tmp_path / "多.zip"
    path.write_bytes(raw([(b"%d.docx" % number, *zeros(2)) for number in range(4)]))
    budget = packets.Budget(7_000_000)

    packet = packets.look(path, Limits(), budget)

    assert packet.members == ()
    assert budget.unpacked_bytes == 7_000_000


def test_a_zip_of_zips_costs_no_more_than_one_zip_may(tmp_path: Path) -> None:
    """What is in the inner ones is charged to the same account."""
    inner = raw([(b"%d.docx" % number, *zeros(4)) for number in range(4)])
    outer = zipped({"a.zip": inner} | {"b.zip": inner[:-2] + b"\1\0x"})

    found = Office(tmp_path / "大杨镇", limits=Limits(unpacked_bytes=20_000_000)).throw({"外.zip": outer})["外.zip"]

    assert "解开后太大" in found.words
    found.check_neighbour()
