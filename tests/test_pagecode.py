"""The code on a page: what is written is read back, and nothing else is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formgen.model import Subject
from formgen.pagecode import PageCode, decode, encode

_PARTS = st.text(max_size=12).filter(lambda text: text < "\ud800" or text.isprintable())
_CODES = st.builds(
    PageCode,
    _PARTS,
    _PARTS,
    _PARTS,
    st.builds(Subject, _PARTS, _PARTS, _PARTS, _PARTS),
    st.just(1),
    st.integers(1, 99),
)
_ONE = PageCode("dayang-monthly", "dayang-2023@0badcafe", "2023-03", Subject("张庄村", "李四"), 1, 2)


@given(_CODES)
def test_what_is_written_is_read_back(code: PageCode) -> None:
    assert decode(encode(code)) == code


@given(st.text(max_size=80))
def test_any_other_text_is_no_code(text: str) -> None:
    assert decode(text) is None


@pytest.mark.parametrize("place", range(len(encode(_ONE))))
def test_one_wrong_character_is_found(place: int) -> None:
    line = encode(_ONE)
    wrong = line[:place] + ("X" if line[place] != "X" else "Y") + line[place + 1 :]

    assert decode(wrong) is None


def test_the_number_is_one_for_all_pages_of_a_paper_and_another_for_the_next_person() -> None:
    second = PageCode(_ONE.form, _ONE.edition, _ONE.period, _ONE.subject, 2, 2)
    other = PageCode(_ONE.form, _ONE.edition, _ONE.period, Subject("张庄村", "王五"), 1, 2)

    assert _ONE.number == second.number != other.number


@pytest.mark.parametrize(("page", "pages"), [(0, 1), (2, 1), (1, 100)])
def test_pages_that_do_not_count_are_refused(page: int, pages: int) -> None:
    with pytest.raises(ValueError, match="page"):
        encode(PageCode(_ONE.form, _ONE.edition, _ONE.period, _ONE.subject, page, pages))
