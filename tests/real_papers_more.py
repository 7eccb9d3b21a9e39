"""More official papers that conform, set in other ways: text boxes, blanks, soft breaks, tables."""

from __future__ import annotations

from foreign_paper import (
    BLANK,
    HT,
    KT,
    PAGE,
    RED_RULE,
    XBS,
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
from real_papers import END, LONG, SAID

_NS = (
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def _box(*content: P) -> str:
    """A run with a VML text box."""
    inner = "".join(one.xml() for one in content)
    return (
        f'<w:r><w:pict {_NS}><v:shape style="position:absolute;width:442pt;height:70pt"><v:textbox><w:txbxContent>'
        f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def _drawn_rule() -> str:
    """A run with a red line of 156 mm drawn as a shape."""
    return (
        f'<w:r><w:drawing {_NS}><wp:anchor><wp:extent cx="5616000" cy="0"/><a:graphic><a:graphicData uri="u"><wps:wsp>'
        '<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5616000" cy="0"/></a:xfrm><a:prstGeom prst="line"/>'
        '<a:ln w="15875"><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill></a:ln></wps:spPr></wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def _boxed() -> Sheet:
    """The mark in a text box, the red rule drawn; the title with soft breaks; blanks typed before each paragraph."""
    return Sheet(
        [
            P(_box(P(red("中共禾川县委办公室文件"), "center", line=900, rule="atLeast"))),
            BLANK,
            BLANK,
            P(run("禾办发〔2024〕7号"), "center"),
            P(_drawn_rule(), line=240),
            BLANK,
            BLANK,
            P(
                run("中共禾川县委办公室\n关于做好2024年度基层党组织书记\n抓党建述职评议考核工作的通知", XBS, 22),
                "center",
                line=660,
            ),
            BLANK,
            P(run("各乡镇党委，县直各党委（党组）："), "left"),
            *(P(run("　　" + words)) for words in (SAID[0], LONG)),
            P(run("　　一、时间安排", HT)),
            P(run("　　述职评议会定于2024年12月20日上午8:30召开，会期半天；参会比例不低于3:1，满意率达到90.5%以上。")),
            P(run("　　二、有关要求", HT)),
            P(
                run("　　1.会前准备。", "仿宋_GB2312")
                + run("请将材料（Word版）发至hexian@example.com，联系电话：0550—1234567。")
            ),
            P(run("　　2.会后整改。" + LONG)),
            BLANK,
            BLANK,
            P(run("中共禾川县委办公室"), "right", right=275),
            P(run("2024年12月2日　　　　"), "right"),
        ]
    )


def _spaced_signer() -> Sheet:
    """Number and 签发人 on one line, parted by blanks; the second 签发人 on a line above."""
    return Sheet(
        [
            *mark("禾川县水利局文件"),
            BLANK,
            P(run("签发人：") + run("王　田", KT), "right", right=100),
            P(run("　禾水〔2024〕18号　　　　　　　　　　　") + run("李　禾　", KT), "left", more=RED_RULE),
            *title("关于小型水库除险加固资金的请示"),
            to("县人民政府："),
            *body("为确保小型水库安全度汛。" + LONG, "妥否，请批示。"),
            *sealed("禾川县水利局", "2024年4月2日", 400),
        ]
    )


def _report() -> Sheet:
    """A report with a ruled table within the text, and quarters that begin a paragraph like a heading number."""
    return Sheet(
        [
            *mark("禾川县统计局文件"),
            BLANK,
            BLANK,
            P(
                run("　禾统〔2024〕6号\t签发人：") + run("赵穗", KT),
                "left",
                more=RED_RULE + '<w:tabs><w:tab w:val="right" w:pos="8524"/></w:tabs>',
            ),
            *title("关于上半年经济运行情况的报告"),
            to("县人民政府："),
            *body("现将上半年全县经济运行情况报告如下。", "一、总体情况"),
            P(run("一、二季度，全县地区生产总值（GDP）同比增长6.2%，城镇新增就业1 200人。" + LONG), first=200),
            table([["指标", "总量", "增速"], ["地区生产总值", "52.3亿元", "6.2%"], ["附：其他", "见附件", "3.1%"]]),
            *body("二、存在问题", LONG),
            *body("特此报告。"),
            *sealed("禾川县统计局", "2024年7月16日", 400),
        ]
    )


def _to_at_end() -> Sheet:
    """A notice whose many addressees stand in the 版记; 版记 as paragraphs with borders."""
    many = "，".join(f"{name}镇人民政府" for name in ("青禾", "上禾", "下禾", "石桥", "河东", "河西", "南岗", "北岗"))
    thick = '<w:pBdr><w:top w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>'
    thin = (
        '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/>'
        '<w:bottom w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>'
        '<w:tabs><w:tab w:val="right" w:pos="8564"/></w:tabs>'
    )
    return Sheet(
        [
            *mark("禾川县人民政府文件"),
            *number("禾政发〔2024〕22号"),
            *title("关于公布行政规范性文件清理结果的通知"),
            *body("根据上级部署，县政府对行政规范性文件进行了清理。" + LONG),
            *sealed("禾川县人民政府", "2024年5月6日", 350),
            P(run(f"主送：{many}。", size=14), "left", left=400, hanging=300, right=100, size=14, more=thick),
            P(run("抄送：县委办公室。", size=14), "left", left=400, hanging=300, right=100, size=14),
            P(run("　禾川县人民政府办公室\t2024年5月8日印发", size=14), "left", size=14, more=thin),
        ]
    )


def _notice_board() -> Sheet:
    """A 公告 with a running number of the year, no 机关代字, nobody addressed."""
    return Sheet(
        [
            *mark("禾川县自然资源局公告"),
            BLANK,
            BLANK,
            P(run("2024年第3号"), "center", more=RED_RULE),
            *title("关于国有建设用地使用权", "网上拍卖出让的公告"),
            *body("经县人民政府批准，我局决定公开出让下列地块，现公告如下：", "一、地块概况", LONG, "特此公告。"),
            *sealed("禾川县自然资源局", "2024年3月18日", 350),
        ]
    )


def _circular() -> Sheet:
    """A 通报 without a number's code in its annex list; names in a centred list, a landscape table as 附件."""
    names = [P(run(words)) for words in ("　　王　田　　李　禾　　张　苗", "　　赵　穗　　欧阳春　　周　粟")]
    return Sheet(
        [
            *mark("青禾镇人民政府文件"),
            *number("青政〔2024〕31号"),
            *title("关于2024年第三季度", "村级工作考核情况的通报"),
            to("各村民委员会，镇直各单位："),
            *body("现将2024年第三季度村级工作考核情况通报如下：", "一、总体情况", LONG, "二、表扬名单"),
            *names,
            *body("希望各村再接再厉。"),
            BLANK,
            P(run("附件：1.第三季度考核得分表"), first=200),
            P(run("2.问题清单"), first=500),
            *sealed("青禾镇人民政府", "2024年10月9日", 375),
            *annex("附件1", "第三季度考核得分表"),
            BLANK,
            table([["村", "得分", "备注"], ["河东村", "95.5", "附件2第1项"], ["河西村", "93", ""]]),
            *annex("附件2", "问题清单"),
            BLANK,
            table([["序号", "问题"], ["1", "台账不全"], ["2", "附件"]]),
            imprint("县委组织部。", "青禾镇党政办公室", "2024年10月9日"),
        ]
    )


def _joint_table() -> Sheet:
    """A joint mark in a table: the names stacked, 文件 beside them; 署名 one organ a line."""
    stack = [P(red(name, 36), "distribute", line=800) for name in ("中共青禾镇委员会", "青禾镇人民政府")]
    whole = (
        '<w:tbl><w:tblPr><w:tblW w:w="8844" w:type="dxa"/><w:jc w:val="center"/></w:tblPr><w:tblGrid><w:gridCol '
        'w:w="6800"/><w:gridCol w:w="2044"/></w:tblGrid><w:tr>'
        + cell(stack, 6800)
        + cell([P(red("文件", 36), "center", line=800)], 2044)
        + "</w:tr></w:tbl>"
    )
    return Sheet(
        [
            whole,
            *number("青发〔2024〕9号"),
            *title("中共青禾镇委员会　青禾镇人民政府", "关于加强村级集体资产管理的意见"),
            to("各村党支部、村民委员会："),
            *body("为加强村级集体资产管理，提出如下意见。", "一、总体要求", LONG, "（一）基本原则。" + LONG),
            BLANK,
            BLANK,
            P(run("中共青禾镇委员会"), "right", right=350),
            BLANK,
            BLANK,
            P(run("青禾镇人民政府"), "right", right=400),
            P(run("2024年10月19日"), "right", right=400),
            END,
        ]
    )


def _party_minutes() -> Sheet:
    """Minutes under a mark without an organ, a heading number set by Word nowhere, several paragraphs of 出席."""
    return Sheet(
        [
            *mark("会议纪要"),
            P(run("第8期"), "center"),
            P(
                run("　中共青禾镇委办公室\t2024年8月1日"),
                "left",
                more=RED_RULE + '<w:tabs><w:tab w:val="right" w:pos="8524"/></w:tabs>',
            ),
            *title("镇党委会会议纪要"),
            *body(
                "2024年7月30日，镇党委书记王田主持召开镇党委会，纪要如下：", "一、听取防汛工作汇报", "会议强调，" + LONG
            ),
            BLANK,
            P(run("　　出席：", HT) + run("王田、李禾、张苗"), "left"),
            P(run("　　请假：", HT) + run("赵穗"), "left"),
            P(run("　　列席：", HT) + run("周粟"), "left"),
            P(run("　　记录：", HT) + run("孙麦"), "left"),
        ]
    )


def _meeting() -> Sheet:
    """A notice of a meeting by an office that prints no head; 附件 is one form on its own page."""
    return Sheet(
        [
            P(run("关于召开全镇冬春农田水利工作会议的通知", XBS, 22), "center", line=660),
            BLANK,
            to("各村，镇直有关单位："),
            *body(
                "经研究，定于近期召开全镇冬春农田水利工作会议，现将有关事项通知如下：",
                "一、会议时间",
                "2024年11月6日上午9时，会期半天。",
                "二、参会人员",
                "各村党支部书记、村民委员会主任。",
            ),
            BLANK,
            P(run("附件：参会回执"), first=200),
            *sealed("青禾镇人民政府", "2024年11月1日", 375),
            *annex("附件", "参会回执"),
            BLANK,
            table([["单位", "姓名", "职务", "电话"], ["", "", "", ""]], head=False),
        ]
    )


PAPERS = {
    name.lstrip("_"): make
    for name, make in list(globals().items())
    if name.startswith("_")
    and callable(make)
    and make.__module__ == __name__
    and make.__name__ not in ("_box", "_drawn_rule")
}
assert PAGE
