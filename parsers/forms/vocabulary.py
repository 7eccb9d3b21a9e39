"""The words by which heads and labels are known, with what people write in their stead. Data only."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Column heads by role, without blanks.
HEADS: dict[str, frozenset[str]] = {
    "serial": _words("序 no 序号 编号 行号 项次 项目序号"),
    "points": _words("分值 权重 满分 赋分 配分 基准分 基本分 应得分 标准分 满分值 分值权重 标准分值"),
    "standard": _words(
        "打分标准 扣分标准 考核办法 考核标准 考核细则 考评标准 计分办法 计分标准 评价标准 评分依据 "
        "评分办法 评分标准 评分细则 评分说明"
    ),
    "score": _words(
        "分数 得分 打分 自评 评价 评分 评定 评议 互评分 复核分 实得分 得分值 村评分 核定分 考核分 考评分 "
        "自查分 自评分 镇评分 上级评分 互评得分 单项得分 复核得分 实际得分 审定得分 审核得分 最后得分 "
        "最终得分 村级得分 村级评分 核定得分 民主测评 测评得分 组织评分 综合得分 考核得分 考核结果 "
        "考核评价 考核评分 考评得分 考评评分 自查得分 自评得分 评价意见 评价等级 评价结果 评定得分 "
        "评议结果 镇级得分 镇级评分 项目得分"
    ),
    "remark": _words(
        "备注 备考 说明 减分情况 得分说明 情况说明 扣分事由 扣分依据 扣分原因 扣分情况 扣分理由 扣分说明 "
        "加减分情况 加扣分情况 加扣分说明"
    ),
    "wording": _words(
        "内容 大项 小项 指标 类别 要点 项目 一级指标 三级指标 二级指标 具体内容 具体指标 具体要点 具体项目 "
        "指标内容 考核事项 考核内容 考核指标 考核类别 考核要点 考核项目 考评内容 考评指标 考评要点 "
        "考评项目 评价内容 评价指标 评分项目"
    ),
}

#: Labels of the blanks above a table, by field id.
BLANKS: dict[str, frozenset[str]] = {
    "village": _words(
        "村 村别 村名 驻村 所在村 所属村 所驻村 村名称 村委会 派驻村 考核村 行政村 村（居） 被考核村 "
        "驻村名称 所在行政村 村民委员会 村（社区） 派驻村名称 行政村名称 行政村（社区）"
    ),
    "name": _words(
        "姓名 小组长 人员姓名 组长姓名 考核对象 被考核人 被考评人 队员姓名 队长姓名 小组长姓名 村干部姓名 "
        "村民小组长 第一书记姓名 被考核人姓名 被考评人姓名 乡村振兴小组长 姓名（小组长） 村民小组长姓名 "
        "乡村振兴小组长姓名 乡村振兴小组长（姓名）"
    ),
    "group": _words(
        "组 小组 组别 组名 所在组 村民组 联系组 自然庄 自然村 所在小组 村民小组 联系自然庄 联系自然庄组 "
        "自然庄（组） 联系自然庄（组）"
    ),
    "grade": _words("等次 等级 拟定等次 考核等次 考核等级 考评等次 考评等级 评定等次 评定等级 考核评定等次"),
    "post": _words("职务 所任职务 担任职务 村内职务 现任职务"),
    "team": _words("工作队 帮扶单位 派出单位 派驻单位 选派单位 工作队名称 派出单位名称"),
}

#: Labels after which the period stands.
PERIOD_LABELS = _words(
    "季度 年份 年度 年月 时间 月份 考核期 所属时期 所属月份 考核周期 考核季度 考核年度 考核年月 "
    "考核时段 考核时间 考核月份 考核期间 考核期限 考评季度 考评年度 考评时间 考评月份 评价时间 "
    "评价月份"
)

#: Labels that go with any form and are no field of it.
OTHER_LABELS = _words(
    "镇 乡镇 制表 单位 备注 复核 审核 年龄 序号 性别 日期 电话 盖章 签名 签字 编号 说明 制表人 填报人 "
    "填表人 复核人 审核人 打分人 监督人 经办人 考核人 考核组 考评人 记分人 评分人 负责人 主管领导 "
    "乡（镇） 分管领导 县（区） 填报日期 填报时间 填表单位 填表日期 填表时间 本人签字 村负责人 "
    "签字日期 组长签字 考核单位 考核小组 考核日期 考评单位 考评日期 联系电话 身份证号 领导签字 "
    "考核人签名 考核人签字 考评人签字 负责人签字 单位（盖章） 考核小组签字 被考核人签名 被考核人签字 "
    "考核人（签字） 被考核人（签字）"
)

#: Labels after which a total stands.
TOTAL_LABELS = _words(
    "共计 合计 总分 总计 总得分 合计得分 合计总分 得分合计 总分合计 总评得分 最后得分 最终得分 "
    "综合得分 考核得分 考核总分 考评总分 考核总得分"
)

#: Column heads of a roster, beside those of the subject.
ROSTER: dict[str, frozenset[str]] = {
    "post": _words("岗位 职别 职位 驻村职务 担任职务 现任职务"),
    "series": _words("序列 系列 类别 考核序列 人员类别 人员序列 考核类别 所属序列 所在序列"),
    "base_pay": _words(
        "工资 补贴 月工资 月补贴 基本工资 基础工资 工资标准 补贴标准 补助标准 基本补贴 基础补贴 岗位补贴 岗位工资 "
        "月补贴标准 月工资标准 月补助标准 每月补贴标准 每月补贴 补贴金额 基本报酬 月报酬 "
        "报酬标准 工资补贴标准 月基本工资"
    ),
    "serial": _words("序 no 序号 编号 行号"),
}

#: Column heads of a facts table, beside those of the subject.
FACTS: dict[str, frozenset[str]] = {
    "date": _words("日期 时间 发生日期 发生时间 事发时间 通报时间 日期时间 登记日期"),
    "kind": _words(
        "事项 情形 事由 类型 问题类型 考核事项 扣分事项 加分事项 事项名称 事项类别 事件 问题 情况类型 加扣分事项"
    ),
    "level": _words("级别 等级 层级 档次 级 通报级别 表彰级别 层次"),
    "count": _words("数量 次数 件数 天数 户数 个数 数值 数额 人数 例数 条数 项数"),
    "mended": _words(
        "整改 是否整改 整改情况 已整改 按期整改 是否按期整改 是否已整改 整改与否 是否在期限内整改 期限内整改"
    ),
    "text": _words("说明 备注 描述 内容 详情 情况说明 具体情况 情况描述 具体内容 事项说明 情况"),
    "period": _words("月份 季度 年度 时段 考核月份 考核时段 考核季度 考核年度 考核期 所属月份 计入时段 计入月份"),
    "serial": _words("序 no 序号 编号 行号"),
}
