"""Official papers of many organs that conform to GB/T 9704-2012, each set as a clerk might."""

from __future__ import annotations

from foreign_paper import (
    BLANK,
    FS,
    HT,
    KT,
    PAGE,
    RED_RULE,
    P,
    Sheet,
    annex,
    body,
    cell,
    imprint,
    mark,
    number,
    red,
    run,
    sealed,
    table,
    title,
    to,
)

LONG = "各乡镇各单位要高度重视，按照职责分工抓好落实，确保各项任务按时保质完成，有关情况及时报告县人民政府。"
SAID = ("为进一步做好有关工作，经研究，现将有关事项通知如下：", "一、提高认识", LONG, "（一）加强领导。" + LONG, LONG)
END = imprint("县委办公室，县人大常委会办公室，县政协办公室。", "禾川县人民政府办公室", "2024年5月6日")
_HEAD = [*mark("禾川县人民政府文件"), *number("禾政发〔2024〕12号")]


def _plain() -> Sheet:
    """A notice, its title in three lines of a 梯形, many addressees that wrap."""
    return Sheet(
        [
            *_HEAD,
            *title("禾川县人民政府", "关于做好2024年全县防汛抗旱和", "地质灾害防治工作的通知"),
            to("各乡镇人民政府，县经济开发区管委会，县政府各部门、各直属机构，县人民武装部，各人民团体，驻禾各单位："),
            *body(*SAID),
            *sealed("禾川县人民政府", "2024年5月6日", 350),
            END,
        ]
    )


def _signers_wrapped() -> Sheet:
    """A joint report upwards: the number shares the last line of the 签发人, whose second row has no label."""
    names = P(red("", 1) + run("签发人：") + run("王田　李禾", KT), "right", right=100)
    last = P(
        run("　禾政〔2024〕9号") + run("\t") + run("张苗　赵穗", KT),
        "left",
        more=RED_RULE + '<w:tabs><w:tab w:val="right" w:pos="8524"/></w:tabs>',
    )
    return Sheet(
        [
            *mark("禾川县人民政府文件"),
            BLANK,
            BLANK,
            names,
            last,
            *title("禾川县人民政府等四部门", "关于请求支持粮食产能提升项目的请示"),
            to("临禾市人民政府："),
            *body("近年来，我县粮食生产稳步发展。" + LONG, LONG, "妥否，请批示。"),
            *sealed("禾川县人民政府", "2024年11月16日", 400),
            P(run("（联系人：周粟，联系电话：0550—1234567）"), first=200),
            imprint("市财政局，市农业农村局。", "禾川县人民政府办公室", "2024年11月16日"),
        ]
    )


def _signers_tabbed() -> Sheet:
    """The same with the first names and the label on the line above, the number before the wrapped name by tabs."""
    tabs = '<w:tabs><w:tab w:val="left" w:pos="5120"/><w:tab w:val="left" w:pos="6400"/></w:tabs>'
    return Sheet(
        [
            *mark("中共禾川县委文件"),
            BLANK,
            BLANK,
            P(run("\t签发人：") + run("王　田", KT), "left", left=100, more=tabs),
            P(run("　禾发〔2024〕3号\t\t") + run("欧阳春", KT), "left", more=RED_RULE + tabs),
            *title("中共禾川县委", "关于2023年度基层党建工作情况的报告"),
            to("中共临禾市委："),
            *body("现将我县2023年度基层党建工作情况报告如下。" + LONG, "一、主要做法", LONG, "特此报告。"),
            *sealed("中共禾川县委", "2024年1月8日", 400),
        ]
    )


def _signers_in_table() -> Sheet:
    """签发人 in a table without lines: number on the left, names in two rows on the right."""
    rows = (
        "<w:tr>"
        + cell([P()], 4400)
        + cell([P(run("签发人：") + run("王田", KT), "right", right=100)], 4444)
        + "</w:tr><w:tr>"
        + cell([P(run("禾农字〔2024〕21号"), "left", left=100)], 4400)
        + cell([P(run("李禾", KT), "right", right=100)], 4444)
        + "</w:tr>"
    )
    grid = '<w:tblGrid><w:gridCol w:w="4400"/><w:gridCol w:w="4444"/></w:tblGrid>'
    return Sheet(
        [
            *mark("禾川县农业农村局文件"),
            BLANK,
            BLANK,
            f'<w:tbl><w:tblPr><w:tblW w:w="8844" w:type="dxa"/></w:tblPr>{grid}{rows}</w:tbl>',
            P(line=120, more=RED_RULE.replace('w:space="5"', 'w:space="1"')),
            *title("关于申请高标准农田建设补助资金的请示"),
            to("县人民政府："),
            *body("为做好高标准农田建设。" + LONG, "妥否，请批示。"),
            *sealed("禾川县农业农村局", "2024年3月2日", 300),
        ]
    )


def _minutes_issue() -> Sheet:
    """Minutes with an issue number and the organ and date in one line under the mark; names after 出席 wrap."""
    names = "王田（县长），李禾（副县长），张苗（县农业农村局局长），赵穗（县财政局局长），周粟（县水利局局长）"
    return Sheet(
        [
            *mark("禾川县人民政府常务会议纪要"),
            P(run("第12期"), "center"),
            P(
                run("禾川县人民政府办公室\t2024年6月3日"),
                "left",
                left=100,
                more=RED_RULE + '<w:tabs><w:tab w:val="right" w:pos="8524"/></w:tabs>',
            ),
            *title("县政府第12次常务会议纪要")[:-1],
            BLANK,
            *body("2024年6月3日，县长王田主持召开县政府第12次常务会议。" + LONG, "会议指出，" + LONG),
            BLANK,
            P(run("出席：", HT) + run(names), left=500, hanging=300),
            P(run("列席：", HT) + run("孙麦、钱豆"), left=500, hanging=300),
            imprint("各乡镇人民政府，县政府各部门。", "禾川县人民政府办公室", "2024年6月5日"),
        ]
    )


def _minutes_number() -> Sheet:
    """Minutes whose number is a year and a running number in brackets, without 机关代字."""
    return Sheet(
        [
            *mark("禾川县专题会议纪要"),
            BLANK,
            P(run("〔2024〕7号"), "center", more=RED_RULE),
            *title("研究农村供水保障工作"),
            *body("2024年7月2日上午，副县长李禾主持召开专题会议。" + LONG, "会议议定：", "一、明确责任", LONG),
            BLANK,
            P(run("出席：", HT) + run("李禾、张苗、赵穗"), left=500, hanging=300),
            P(run("请假：", HT) + run("周粟"), left=500, hanging=300),
            imprint("县水利局，县财政局。", "禾川县人民政府办公室", "2024年7月3日"),
        ]
    )


def _letter() -> Sheet:
    """A 信函 with the mark and double rule in the header of the first page."""
    double = '<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="18" w:space="11" w:color="FF0000"/></w:pBdr>'
    return Sheet(
        [
            P(run("禾农函〔2024〕15号"), "right"),
            *title("禾川县农业农村局", "关于商请选派技术人员的函"),
            to("县水利局："),
            *body("为推进节水灌溉示范区建设，" + LONG, "请于5月20日前函复为盼。"),
            *sealed("禾川县农业农村局", "2024年5月6日", 300),
            P(run("（联系人：孙麦，电话：0550—7654321）"), first=200),
        ],
        title_page=True,
        header=[P(red("禾川县农业农村局", 36), "center", line=1200, rule="atLeast", more=double)],
    )


def _reply_letter() -> Sheet:
    """A 信函 that replies to a 函 and cites its number; 密级 under the rule on the left."""
    double = '<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="18" w:space="11" w:color="FF0000"/></w:pBdr>'
    tabs = '<w:tabs><w:tab w:val="right" w:pos="8844"/></w:tabs>'
    return Sheet(
        [
            P(run("特急", HT) + run("\t禾财函〔2024〕3号"), "left", more=tabs),
            *title("禾川县财政局关于同意", "调整项目资金用途的复函"),
            to("县农业农村局："),
            *body("你局《关于商请调整项目资金用途的函》（禾农函〔2024〕9号）收悉。经研究，" + LONG, "特此函复。"),
            *sealed("禾川县财政局", "2024年8月19日", 400),
        ],
        title_page=True,
        header=[P(red("禾川县财政局", 36), "center", line=1200, rule="atLeast", more=double)],
    )


def _order() -> Sheet:
    """An order: no title, signed by the county's head."""
    return Sheet(
        [
            *mark("禾川县人民政府令", down=600),
            BLANK,
            BLANK,
            P(run("第5号"), "center"),
            BLANK,
            BLANK,
            *body(
                "《禾川县农村公路管理办法》已经2024年4月2日县人民政府第8次常务会议通过，现予公布，自2024年6月1日起施行。"
            ),
            BLANK,
            BLANK,
            P(run("县　长　　王　田"), "right", right=400),
            BLANK,
            P(run("2024年4月10日"), "right", right=400),
            P(run("禾川县农村公路管理办法", "方正小标宋简体", 22), "center", line=660, more=PAGE),
            BLANK,
            P(run("第一章　总　　则", HT), "center"),
            *body("第一条　为加强农村公路管理，制定本办法。", "第二条　本县行政区域内的农村公路，适用本办法。"),
        ]
    )


def _annexes() -> Sheet:
    """Three annexes: a text, a ruled table with 附件 words in its cells, and a form; names that wrap are aligned."""
    notes = [
        BLANK,
        P(run("附件：1.禾川县2024年农村人居环境整治提升重点任务分解表和责任清单"), left=600, hanging=400),
        P(run("2.评分标准"), left=600, hanging=100),
        P(run("3.情况登记表"), left=600, hanging=100),
    ]
    rows = [
        ["序号", "材料名称", "见何处"],
        ["1", "评分标准", "附件2"],
        ["2", "登记表", "附件3"],
        ["3", "抄送：名单", "附件"],
    ]
    return Sheet(
        [
            *_HEAD,
            *title("关于印发农村人居环境整治提升", "有关材料的通知"),
            to("各乡镇人民政府："),
            *body("现将有关材料印发给你们，请认真组织实施。" + LONG),
            *notes,
            *sealed("禾川县人民政府", "2024年5月6日", 350),
            *annex("附件1", "禾川县2024年农村人居环境整治提升", "重点任务分解表和责任清单"),
            BLANK,
            table(rows),
            *annex("附件2", "评分标准"),
            BLANK,
            *body("一、评分办法", LONG, "二、结果运用", LONG),
            *annex("附件3", "情况登记表"),
            BLANK,
            table([["姓名", "", "所在村", ""], ["附件2", "得分", "2024年5月6日", ""]], head=False),
            END,
        ]
    )


def _joint() -> Sheet:
    """Two organs, both marks, their names in one row over the date."""
    return Sheet(
        [
            *mark("禾川县农业农村局", "禾川县财政局文件"),
            *number("禾农联〔2024〕4号"),
            *title("禾川县农业农村局　禾川县财政局", "关于下达2024年产业发展资金的通知"),
            to("各乡镇人民政府："),
            *body("根据《禾川县衔接资金管理办法》（禾政发〔2023〕8号），" + LONG, LONG),
            BLANK,
            BLANK,
            P(run("禾川县农业农村局　　　　禾川县财政局"), "right", right=200),
            P(run("2024年9月1日"), "right", right=400),
        ]
    )


def _example_header() -> Sheet:
    """A paper without a head; a red 示例 stands in its header on every page."""
    return Sheet(
        [
            P(run("关于开展村级考核的通知", "方正小标宋简体", 22), "center", line=660),
            BLANK,
            to("各村民委员会："),
            *body("为做好村级考核。" + LONG, LONG),
            *sealed("青禾镇人民政府", "2024年5月6日", 350),
        ],
        header=[P(red("示例　不作为正式公文", 22, HT), "center")],
    )


def _announcement() -> Sheet:
    """A 通告: nobody addressed, numbered clauses, no copies."""
    return Sheet(
        [
            *mark("禾川县公安局通告"),
            *number("禾公通〔2024〕2号"),
            *title("关于清明期间禁止野外用火的通告"),
            *body(
                "为预防森林火灾，根据《森林防火条例》有关规定，现通告如下：",
                "一、禁火时间：2024年3月20日至4月20日。",
                "二、禁火区域：全县林地及林地边缘100米范围内。",
                "三、违反本通告的，依法处理；构成犯罪的，依法追究刑事责任。",
                "特此通告。",
            ),
            *sealed("禾川县公安局", "2024年3月18日", 400),
        ]
    )


def _decision() -> Sheet:
    """A decision that commends: names in 楷体 in the body's list of the 附件, the date longer than the name."""
    return Sheet(
        [
            *mark("中共青禾镇委文件"),
            *number("青发〔2024〕6号"),
            *title("关于表彰2023年度先进村党组织的决定"),
            to("各村党支部："),
            *body("2023年，" + LONG + "镇党委决定，对河东村等5个村党组织予以表彰。", "希望受表彰的村党组织再接再厉。"),
            BLANK,
            P(run("附件：2023年度先进村党组织名单"), first=200),
            BLANK,
            P(run("中共青禾镇委"), "right", right=450),
            P(run("2024年12月13日"), "right", right=400),
            *annex("附件", "2023年度先进村党组织名单"),
            BLANK,
            *(P(run(words), "center") for words in ("河东村　河西村　上禾村", "下禾村　石桥村")),
            imprint("县委组织部。", "中共青禾镇委办公室", "2024年12月13日"),
        ]
    )


def _unsealed() -> Sheet:
    """Unsealed: 署名 two 字 in, the date two 字 to the right of it; 份号, 密级 and 紧急程度 above."""
    corner = [P(run("000012"), "left"), P(run("秘密★1年", HT), "left"), P(run("特急", HT), "left")]
    return Sheet(
        [
            *corner,
            *mark("禾川县民政局文件", down=0),
            *number("禾民发〔2024〕11号"),
            *title("关于报送困难群众救助情况的通知"),
            to("各乡镇人民政府，县救助管理站："),
            *body("为掌握困难群众救助情况，" + LONG, "（一）报送内容。" + LONG, "（二）报送时间。每月5日前。"),
            BLANK,
            P(run("禾川县民政局"), "right", right=200),
            P(run("2024年5月6日"), "right", right=0),
            imprint("", "禾川县民政局办公室", "2024年5月6日"),
        ]
    )


def _measure() -> Sheet:
    """A measure issued clean: the notice, then chapters and articles on a new side; strict margins."""
    return Sheet(
        [
            *mark("禾川县人民政府办公室文件"),
            *number("禾政办发〔2024〕30号"),
            *title("禾川县人民政府办公室关于印发", "《禾川县农村公益性岗位", "管理办法（试行）》的通知"),
            to("各乡镇人民政府，县政府各部门："),
            *body("《禾川县农村公益性岗位管理办法（试行）》已经县政府同意，现印发给你们，请认真贯彻执行。"),
            *sealed("禾川县人民政府办公室", "2024年10月12日", 250),
            P(run("（此件公开发布）"), first=200),
            P(run("禾川县农村公益性岗位管理办法", "方正小标宋简体", 22), "center", line=660, more=PAGE),
            P(run("（试行）", KT), "center"),
            BLANK,
            P(run("第一章　总则", HT), "center"),
            P(run("第一条", HT) + run("　为规范公益性岗位管理，制定本办法。"), first=200),
            P(run("第二条", HT) + run("　本办法所称公益性岗位，是指下列岗位："), first=200),
            *body("（一）保洁员；", "（二）护林员；", "（三）水管员。"),
            imprint("县委办公室。", "禾川县人民政府办公室", "2024年10月14日"),
        ],
        top=1960,
        bottom=1847,
    )


def _reply() -> Sheet:
    """A 批复 that cites the request, with the date and name of one length."""
    return Sheet(
        [
            *mark("禾川县人民政府"),
            *number("禾政复〔2024〕8号"),
            *title("关于同意青禾镇集镇规划的批复"),
            to("青禾镇人民政府："),
            *body(
                "你镇《关于审批集镇规划的请示》（青政〔2024〕5号）收悉。现批复如下：",
                "一、原则同意该规划。",
                "二、" + LONG,
            ),
            *sealed("禾川县人民政府", "2024年5月16日", 375),
            END,
        ]
    )


PAPERS = {
    name.lstrip("_"): make
    for name, make in list(globals().items())
    if name.startswith("_") and callable(make) and make.__module__ == __name__
}
assert FS
