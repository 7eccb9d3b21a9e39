"""Letters to one subject: who gets one, what it quotes, and who must not get one yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from paper import NS, W, part, parts, text
from papers_made import LI, WANG, assessed, decisions_of, main_form, settled, table
from returns import SHA_A
from test_generate_commands import assess, office, run, take

from formgen.errors import UsageError
from formgen.generate import Outcome, Output, outcomes
from formgen.generate.letters import LETTERS, letters
from formgen.model import Citation, ConsequenceDue, Decision, Fact, Reason, RosterEntry, Subject
from formgen.rendering.letters import objections
from formgen.resources import scheme_folders
from formgen.scheme.loading import load_regulation
from formgen.scheme.regulation import own_texts
from formgen.store import Store
from formgen.workspace import Workspace

LOW = {"3.1": Decimal(5), "4.1": Decimal(10)}  #: 55 of 100 points.
FULL = "1.1=2 1.2=2 1.3=2 1.4=4 2.1=10 2.2=20 3.1=30 4.1=30"
POOR = "1.1=2 1.2=2 1.3=2 1.4=4 2.1=10 2.2=20 3.1=5 4.1=10"


def outcomes_of(
    scheme_id: str, scores: dict[str, Decimal], facts: Sequence[Fact] = (), period: str = "2023-03"
) -> list[Outcome]:
    """李四 with these scores and facts, 王五 with full marks."""
    scheme, form = main_form(scheme_id)
    decisions = decisions_of(scheme)
    roster = [RosterEntry(one, base_pay=Decimal(300)) for one in (LI, WANG)]
    made = [
        assessed(scheme, form, LI, period, decisions, scores=scores, facts=facts, roster=roster[0]),
        assessed(scheme, form, WANG, period, decisions, roster=roster[1]),
    ]
    return outcomes(made, settled(scheme, form, made, decisions, roster, facts))


def sent(
    scheme_id: str, kind: str, found: Sequence[Outcome], folder: Path, *, named: bool = False, **given: object
) -> list[Path]:
    scheme, form = main_form(scheme_id)
    made = letters(scheme, form, LETTERS[kind], found, Output(folder), named=named, on=date(2023, 4, 5), **given)  # type: ignore[arg-type]
    return [one.path for one in made]


def words_of(path: Path) -> str:
    return text(part(path))


def test_who_has_the_lowest_grade_is_told_so_with_points_article_and_decision(tmp_path: Path) -> None:
    (path,) = sent("dayang-2023", "incompetent", outcomes_of("dayang-2023", LOW), tmp_path)

    words = words_of(path)
    assert path.name == "张庄村-李四-不称职告知书-2023年3月.docx"
    assert "不称职告知书" in words
    assert "得分55分，考核等次为“不称职”" in words
    assert "四、2规定：“考核分为“优秀、称职、不称职”三个等次”" in words
    assert "本级决定：" in words
    assert words.endswith("大杨镇人民政府\n2023年4月5日")
    assert "王五" not in words
    assert "1/3" not in words  # how many others have full marks is not his affair
    assert [(row["考核内容"][:2], row["分值"], row["得分"]) for row in table(path)] == [
        ("8、", "30", "5"),
        ("9、", "30", "10"),
    ]


def test_a_letter_quotes_the_article_of_what_follows(tmp_path: Path) -> None:
    (path,) = sent("dayang-2023", "criticism", outcomes_of("dayang-2023", LOW), tmp_path)

    words = words_of(path)
    assert "四、3规定：“对月度考核定为不称职的，由村党组织进行批评教育或调整”。" in words
    assert "依照上述规定：由村党组织进行批评教育或调整。" in words


def test_an_admonition_leaves_time_place_and_speaker_to_the_office(tmp_path: Path) -> None:
    _, form = main_form("village-cadre-2020")
    nothing = {item.id: Decimal(0) for item in form.items if item.required}
    found = outcomes_of("village-cadre-2020", nothing, period="2023-Q1")

    (path,) = sent("village-cadre-2020", "admonition", found, tmp_path, organ="某镇党委")

    assert "第十一条规定：“考核结果不合格的" in words_of(path)
    assert "谈话时间：　" in words_of(path)
    assert "诫勉谈话通知" in words_of(path)


@pytest.mark.parametrize(
    ("label", "kind", "title"),
    [
        ("连续3个月不称职，撤换", "replace", "撤换通知"),
        ("派出单位予以退换", "replace", "退换通知"),
        ("按程序免职", "dismiss", "免职告知书"),
        ("按程序罢免，或由镇纪委问责", "dismiss", "罢免告知书"),
    ],
)
def test_a_removal_is_called_what_the_regulation_calls_it(label: str, kind: str, title: str, tmp_path: Path) -> None:
    outcome = outcomes_of("dayang-2023", LOW)[0]
    assert outcome.standing is not None
    outcome = replace(outcome, standing=replace(outcome.standing, consequences=(_due(label, kind),)))

    (path,) = sent("dayang-2023", "replacement", [outcome], tmp_path)

    assert title in path.name
    assert f"依照上述规定：{label}。" in words_of(path)


def _due(label: str, kind: str, doubt: str = "") -> ConsequenceDue:
    basis = Citation("某办法", "第五条", "应予处理")
    return ConsequenceDue("one", label, kind, basis, (Reason("grade", "等次为“不称职”"),), (), doubt)  # type: ignore[arg-type]


# --- who must not get one --------------------------------------------------------------------------------------


def test_a_result_that_is_not_final_makes_no_letter(tmp_path: Path) -> None:
    found = outcomes_of("dayang-2023", LOW)
    open_one = [replace(one, assessment=replace(one.assessment, final=False, doubts=("得分看不清",))) for one in found]

    with pytest.raises(UsageError, match="得分看不清"):
        sent("dayang-2023", "incompetent", open_one, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_doubtful_consequence_makes_no_letter(tmp_path: Path) -> None:
    outcome = outcomes_of("dayang-2023", LOW)[0]
    assert outcome.standing is not None
    doubtful = replace(outcome, standing=replace(outcome.standing, consequences=(_due("撤换", "replace", "待定"),)))

    with pytest.raises(UsageError, match="还没有定"):
        sent("dayang-2023", "replacement", [doubtful], tmp_path)


def test_an_assessment_that_was_never_settled_makes_no_letter(tmp_path: Path) -> None:
    bare = [replace(one, standing=None) for one in outcomes_of("dayang-2023", LOW)]

    with pytest.raises(UsageError, match="还没有定"):
        sent("dayang-2023", "incompetent", bare, tmp_path)


def test_somebody_named_to_whom_it_is_not_due_gets_none(tmp_path: Path) -> None:
    found = [one for one in outcomes_of("dayang-2023", LOW) if one.subject == WANG]

    with pytest.raises(UsageError, match=r"没有应发不称职告知书的情形(.|\n)*王五"):
        sent("dayang-2023", "incompetent", found, tmp_path, named=True)


def test_a_measure_without_grades_has_no_such_letter(tmp_path: Path) -> None:
    scheme, form = main_form("tongshi-2023")

    with pytest.raises(UsageError, match="没有规定考核等次"):
        letters(scheme, form, LETTERS["incompetent"], [], Output(tmp_path), named=False)


# --- how to object ---------------------------------------------------------------------------------------------


def test_no_way_to_object_is_invented(tmp_path: Path) -> None:
    for folder in scheme_folders():
        assert objections("办法", own_texts(load_regulation(folder))) == ()

    (path,) = sent("dayang-2023", "incompetent", outcomes_of("dayang-2023", LOW), tmp_path)

    assert not [word for word in ("异议", "申诉", "复核") if word in words_of(path)]


def test_the_way_to_object_is_quoted_where_a_regulation_or_a_decision_names_one(tmp_path: Path) -> None:
    article = {"第九条": "**第九条** 考核每季一次。对考核结果有异议的，可在5日内向镇党委申请复核。其他不变。"}
    decided = Decision("x", "objection", "对结果有异议的，可到镇组织办反映", "某镇党委会议", date(2023, 1, 5))

    said = objections("某办法", article, [decided])
    (path,) = sent("dayang-2023", "incompetent", outcomes_of("dayang-2023", LOW), tmp_path, objection=said)

    assert said == (
        "《某办法》第九条规定：“对考核结果有异议的，可在5日内向镇党委申请复核。”",
        "对结果有异议的，可到镇组织办反映（某镇党委会议，2023年1月5日）。",
    )
    assert all(one in words_of(path) for one in said)


# --- the paper -------------------------------------------------------------------------------------------------


def test_a_name_that_looks_like_a_template_is_a_name(tmp_path: Path) -> None:
    odd = Subject("张庄村", "{{ 7*7 }}<b>&")
    found = outcomes_of("dayang-2023", LOW)[:1]
    named = [
        replace(one, assessment=replace(one.assessment, subject=odd), standing=replace(one.standing, subject=odd))
        for one in found
        if one.standing is not None
    ]

    (path,) = sent("dayang-2023", "incompetent", named, tmp_path)

    assert "{{ 7*7 }}<b>&" in words_of(path)


@pytest.mark.parametrize("kind", list(LETTERS))
def test_a_letter_is_set_in_styles_that_a_clerk_can_go_on_with(kind: str, tmp_path: Path) -> None:
    outcome = outcomes_of("dayang-2023", LOW)[0]
    assert outcome.standing is not None
    due = (_due("撤换", "replace"), _due("批评教育", "talk"), _due("诫勉谈话", "talk"))
    outcome = replace(outcome, standing=replace(outcome.standing, consequences=due))

    (path,) = sent("dayang-2023", kind, [outcome], tmp_path)

    (styles,) = parts(path, "word/styles.xml")
    names = {one.get(W + "styleId"): one.find("w:name", NS).get(W + "val") for one in styles.iter(W + "style")}
    used = [names[one.get(W + "val")] for one in part(path).iter(W + "pStyle")]
    assert {"Title", "主送机关", "公文正文", "署名", "成文日期"} <= set(used)
    assert len(used) == sum(1 for _ in part(path).iter(W + "p"))


# --- from a workspace ------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = office(tmp_path, "dayang-2023")
    take(made, SHA_A, "花名册.xlsx", "roster - 张庄村/李四 base_pay=300", "roster - 李楼村/赵六 base_pay=300")
    for number, month in enumerate(("2023-02", "2023-03", "2023-04")):
        lines = (f"dayang-monthly {month} 张庄村/李四 {POOR}", f"dayang-monthly {month} 李楼村/赵六 {FULL}")
        take(made, "bcd"[number] * 64, f"{month}.docx", *lines)
    assess(made, "dayang-2023", "2023-02", "2023-03", "2023-04")
    return made


def test_three_months_in_a_row_make_the_letter_of_replacement_and_it_is_recorded(place: Workspace) -> None:
    assert run(place, "letter", "撤换", "-p", "2023-04", "--date", "2023-05-05") == 0

    (path,) = place.outbox.glob("2023-04/告知书/*.docx")
    words = words_of(path)
    assert path.name == "张庄村-李四-撤换通知-2023年4月.docx"
    assert "应及时撤换" in words
    assert "连续3个月不称职，撤换" in words
    assert "示例：所依据的本级决定是示例" in "".join(text(one) for one in parts(path, "word/header"))
    with Store(place.database) as store:
        (issued,) = store.issuances("letter-replacement")
        assert sum(one.startswith("standing:") for one in issued.made_from) == 1


@pytest.mark.parametrize("words", [("撤换", "赵六"), ("诫勉谈话",), ("不称职", "钱八")])
def test_what_is_not_due_is_refused(place: Workspace, words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(place, "letter", *words, "-p", "2023-04")


def test_a_doubt_of_another_matter_is_none_of_a_letters(tmp_path: Path) -> None:
    found = outcomes_of("dayang-2023", LOW)
    standing = found[0].standing
    assert standing is not None
    honour = ConsequenceDue("model", "评先", "honour", Citation("办法", "四、1"), doubt="录入人数超过")
    doubtful = replace(standing, consequences=(*standing.consequences, honour), final=False, doubts=("录入人数超过",))

    (path,) = sent("dayang-2023", "criticism", [replace(found[0], standing=doubtful), found[1]], tmp_path)

    assert "李四" in path.name
    assert "评先" not in words_of(path)
