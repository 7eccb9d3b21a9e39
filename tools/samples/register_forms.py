"""Returned registers and opinion forms of ningxia."""

from __future__ import annotations

from tools.samples.maker import Maker
from tools.samples.sheets import register
from tools.samples.truth import Entry, Fill, w
from tools.samples.word_python import word_python
from tools.samples.word_xml import word_xml
from tools.samples.workbooks import by_openpyxl

FOLDER = "forms"
WPS = "hand-written OOXML (WPS)"


def register_forms(maker: Maker) -> None:
    """Make them all."""
    _registers(maker)
    _opinions(maker)


def _box(**fields: str) -> dict[str, Entry | str]:
    return {key: text if text else Entry(may=True) for key, text in fields.items()}


def _registers(maker: Maker) -> None:
    form = "ningxia-register-quarterly"
    summary = "一季度驻村62天，走访农户43户，协助编制村级发展规划，组织政策宣传2次。\n争取技能培训1期，参训56人次。"
    fill = Fill(
        form,
        "2016-Q1",
        {},
        fields=_box(
            name="杨春",
            sex="男",
            birth="1985年6月",
            political_status="中共党员",
            employer_post="县农牧局科员",
            village="沙沟村",
            resident_post="工作队队员",
            summary=summary,
            branch_opinion="工作扎实，群众认可。",
            township_opinion="同意，评为称职。",
            self_opinion="无意见。",
            organization_review="",
            poverty_office_review="",
        ),
    )
    signatures = {
        "summary": "签名：杨春        2016年3月31日",
        "branch_opinion": "盖章\n负责人签字：马占海        2016年4月2日",
        "township_opinion": "盖章\n负责人签字：丁文        2016年4月5日",
        "self_opinion": "被考核人签字：杨春        2016年4月6日",
    }
    fill.signed = {
        "summary.signature": "杨春",
        "summary.date": "2016-03-31",
        "branch_opinion.signature": "马占海",
        "branch_opinion.date": "2016-04-02",
        "township_opinion.signature": "丁文",
        "township_opinion.date": "2016-04-05",
        "self_opinion.signature": "杨春",
        "self_opinion.date": "2016-04-06",
        "grade": "称职",
    }
    paper = register(fill, "2016年第一季度", signatures=signatures)
    maker.add(
        f"{FOLDER}/登记表-杨春.docx",
        word_python(paper),
        "python-docx",
        fill,
        shows="the register with labels written downwards, signatures and dates; the last boxes not yet filled in",
    )

    fill = Fill(
        form,
        None,
        {},
        must=("missing-period",),
        fields=_box(
            name="",
            sex="女",
            birth="1990.02",
            political_status="群众",
            employer_post="市教育局\u00a0教研员",
            village="黑城村",
            resident_post="队员",
            summary="本季度\u00a0驻村60天。",
            branch_opinion="",
            township_opinion="",
            self_opinion="",
            organization_review="",
            poverty_office_review="",
        )
        | {"name": w("马 玉 兰", "马玉兰")},
    )
    spaced = {"name": "姓  名", "sex": "性  别", "political_status": "政 治 面 貌", "village": "派驻村\n名    称"}
    paper = register(fill, "     季度", downwards=False, labels=spaced)
    maker.add(
        f"{FOLDER}/登记表-马玉兰.docx", word_xml(paper), WPS, fill, shows="labels respaced; no quarter written in"
    )

    fill = Fill(
        form,
        "2016-Q2",
        {},
        fields=_box(
            name="罗志军",
            sex="男",
            birth="1979年11月",
            political_status="中共党员",
            employer_post="市教育局办公室主任",
            village="黑城村",
            resident_post="工作队长",
            summary="二季度完成村级规划编制，驻村61天。",
            branch_opinion="同意。",
            township_opinion="同意评为优秀等次。",
            self_opinion="同意考核意见。",
            organization_review="同意。",
            poverty_office_review="同意。",
        ),
    )
    fill.signed = {"grade": "优秀"}
    source = word_python(register(fill, "2016年二季度", downwards=False), font="Noto Sans CJK SC")
    maker.office(f"{FOLDER}/登记表-罗志军.pdf", source, "docx", "pdf", fill, shows="a register saved as .pdf")


def _opinions(maker: Maker) -> None:
    form = "ningxia-opinion-annual"
    fill = Fill(
        form,
        "2016",
        {},
        fields=_box(
            name="杨春",
            sex="男",
            birth="1985年6月",
            political_status="中共党员",
            employer_post="县农牧局科员",
            village="沙沟村",
            resident_post="工作队队员",
            summary="全年驻村251天，完成各项任务。",
            branch_opinion="同意。",
            township_opinion="同意定为优秀等次。",
            sender_opinion="同意乡镇党委意见。",
            self_opinion="同意。",
            organization_review="同意定为优秀等次。",
            poverty_office_review="同意。",
        ),
    )
    fill.signed = {"summary.signature": "杨春", "summary.date": "2016-12-20", "grade": "优秀"}
    paper = register(fill, "2016年度", signatures={"summary": "签名：杨春    2016年12月20日"})
    maker.add(
        f"{FOLDER}/意见表-杨春.docx",
        word_xml(paper),
        WPS,
        fill,
        shows="the opinion form of a year, all boxes filled in",
    )

    fill = Fill(
        form,
        "2016",
        {},
        fields=_box(
            name="马玉兰",
            sex="女",
            birth="1990年2月",
            political_status="群众",
            employer_post="市教育局教研员",
            village="黑城村",
            resident_post="队员",
            summary="驻村238天。",
            branch_opinion="同意。",
            township_opinion="评为称职。",
            sender_opinion="",
            self_opinion="",
            organization_review="",
            poverty_office_review="",
        ),
    )
    fill.signed = {"grade": "称职"}
    maker.add(
        f"{FOLDER}/意见表-马玉兰.xlsx",
        by_openpyxl([("附件5", register(fill, "2016年度", downwards=False))]),
        "openpyxl",
        fill,
        shows="the opinion form laid out in a workbook; boxes not yet filled in",
    )

    fill = Fill(
        form,
        "2016",
        {},
        fields=_box(
            name="罗志军",
            sex="男",
            birth="1979年11月",
            political_status="中共党员",
            employer_post="市教育局办公室主任",
            village="黑城村",
            resident_post="工作队长",
            summary="带队驻村，任务完成。",
            branch_opinion="同意。",
            township_opinion="同意评为称职。",
            sender_opinion="同意。",
            self_opinion="同意。",
            organization_review="",
            poverty_office_review="",
        ),
    )
    fill.signed = {"grade": "称职"}
    source = word_xml(register(fill, "2016年度"))
    maker.office(
        f"{FOLDER}/意见表-罗志军.doc",
        source,
        "docx",
        "doc",
        fill,
        program="libreoffice",
        shows="the opinion form as an old Word file",
    )
