"""``check`` finds each planted fault, by its clause, and nothing on formgen's own papers."""

from __future__ import annotations

import pytest
from check_faults import FAULTS, Fault
from check_papers import PAPERS, changed, written

from formgen.conformity.checking import judge
from formgen.conformity.model import PROFILES


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", PAPERS)
def test_nothing_is_found_on_our_own_paper(name: str, profile: str) -> None:
    data = written(name, profile)

    report = judge(data, PROFILES[profile])

    assert report.findings == ()


@pytest.mark.parametrize("name", PAPERS)
def test_the_profile_is_told_by_the_margins(name: str) -> None:
    assert judge(written(name, "strict")).profile == "strict"
    assert judge(written(name, "compat")).profile == "compat"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found_by_its_clause_and_no_other(fault: Fault) -> None:
    data = changed(written(fault.paper), fault.part, fault.plant)

    findings = judge(data, PROFILES["compat"]).findings

    codes = {finding.code for finding in findings}
    assert fault.codes[0] in codes
    assert codes <= set(fault.codes)
    assert {finding.clause for finding in findings if finding.code == fault.codes[0]} == {fault.clause}
    assert all(finding.found and finding.wanted and finding.message for finding in findings)


def test_sixty_faults_of_all_clauses_are_planted() -> None:
    clauses = {fault.clause for fault in FAULTS}

    assert len(FAULTS) >= 60
    assert {f"7.2.{n}" for n in range(1, 8)} | {f"7.3.{n}" for n in (1, 2, 3, 4, 6, 7)} <= clauses
    assert {
        "7.3.5.1",
        "7.3.5.2",
        "7.3.5.3",
        "7.3.5.4",
        "7.4.1",
        "7.4.2",
        "7.4.3",
        "7.5",
        "10.1",
        "10.2",
        "10.3",
    } <= clauses
