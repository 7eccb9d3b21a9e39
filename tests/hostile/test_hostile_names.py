"""Files under names that want to be more than names: each is read, kept and shown as what it is."""

from __future__ import annotations

import re
import sys

import pytest
from dropping import Cases, Thrown, honest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets no file have such a name")

NAMES = {
    "a_device_of_windows": "CON.docx",
    "another_device_with_two_endings": "nul.tar.docx",
    "a_line_break": "名\n行.docx",
    "a_return_that_overwrites": "好\r坏.docx",
    "an_escape_sequence": "\x1b[2J\x1b]0;改名\x07.docx",
    "a_mark_of_direction": "表\u202excod.exe",
    "invisible_letters": "李\u200b\ufeff四.docx",
    "a_command_of_a_shell": "$(reboot);`id`|x&.docx",
    "an_option": "--json.docx",
    "drive_and_backslashes": "C:\\Windows\\..\\x.docx",
    "address_of_a_share": "\\\\server\\share\\x.docx",
    "trailing_dots_and_blanks": "表. . .",
    "no_ending_at_all": "表",
    "as_long_as_a_name_may_be": "长" * 83 + ".docx",
    "a_template_tag": "{{ ''.__class__ }}.docx",
    "a_formula": "=cmd|'!A0.docx",
    "no_characters_at_all": b"\xff\xfe\xb1\xed.docx".decode("utf-8", "surrogateescape"),
    "emoji": "👩‍👩‍👧.docx",
}
cases = Cases(numbered=False)
for number, (what, name) in enumerate(NAMES.items()):

    def made(number: int = number) -> bytes:
        return honest("陈" + "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"[number])

    made.__name__ = what
    cases.add(name, "taken")(made)


@pytest.fixture(scope="module")
def thrown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Thrown]:
    return cases.throw(tmp_path_factory.mktemp("names"))


@pytest.mark.parametrize("what", cases)
def test_a_return_is_read_whatever_its_name_says(what: str, thrown: dict[str, Thrown]) -> None:
    found = thrown[what]

    assert len(found.records) == 1, found.words
    assert found.records[0].subject.name.startswith("陈")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", "".join(issue.message for issue in found.issues))
    found.check_neighbour()
