"""Characters in their full form beside the simplified one: the recogniser takes one for the other. Data only."""

from __future__ import annotations

_PAIRS = (
    "况況 内內 责責 虚虛 测測 监監 协協 务務 队隊 组組 级級 评評 标標 项項 户戶 员員 "
    "对對 专專 开開 发發 会會 业業 东東 为為 个個 们們 众眾 优優 传傳 体體 党黨 农農 "
    "决決 减減 办辦 动動 劳勞 区區 医醫 单單 卫衛 厂廠 历歷 厅廳 县縣 参參 双雙 变變 "
    "号號 听聽 响響 团團 园園 围圍 国國 图圖 场場 坚堅 处處 备備 复復 头頭 奖獎 妇婦 "
    "实實 审審 宽寬 导導 将將 尽盡 层層 属屬 岁歲 帮幫 带帶 干幹 广廣 庄莊 应應 张張 "
    "强強 归歸 当當 录錄 径徑 态態 总總 惩懲 战戰 扩擴 扬揚 执執 护護 报報 拟擬 择擇 "
    "挂掛 据據 损損 换換 数數 断斷 无無 时時 显顯 晓曉 术術 机機 杂雜 权權 条條 来來 "
    "极極 构構 树樹 档檔 检檢 残殘 气氣 汇匯 没沒 沟溝 济濟 满滿 灾災 点點 热熱 爱愛 "
    "独獨 现現 环環 电電 畅暢 疗療 盖蓋 确確 离離 种種 积積 称稱 稳穩 竞競 笔筆 签簽 "
    "简簡 类類 粮糧 紧緊 约約 红紅 纪紀 纠糾 纲綱 纳納 纷紛 线線 练練 细細 织織 终終 "
    "绍紹 经經 结結 给給 绝絕 统統 继繼 绩績 续續 维維 绿綠 编編 网網 罚罰 职職 联聯 "
    "节節 药藥 获獲 补補 装裝 见見 规規 视視 觉覺 订訂 认認 讨討 让讓 训訓 议議 讯訊 "
    "记記 讲講 许許 论論 设設 访訪 证證 识識 诉訴 试試 诚誠 话話 该該 详詳 语語 误誤 "
    "说說 请請 读讀 课課 调調 谈談 谋謀 贡貢 财財 负負 质質 贫貧 购購 贯貫 贴貼 贵貴 "
    "费費 资資 赋賦 赏賞 赔賠 车車 转轉 载載 较較 辅輔 输輸 边邊 达達 过過 运運 还還 "
    "这這 进進 远遠 违違 连連 迟遲 适適 选選 遗遺 释釋 里裡 钟鐘 钱錢 错錯 镇鎮 长長 "
    "门門 问問 间間 阳陽 阴陰 阶階 际際 险險 随隨 难難 静靜 页頁 顶頂 顺順 须須 顾顧 "
    "预預 领領 频頻 题題 额額 风風 饮飲 馆館 马馬 驻駐 验驗 齐齊 宁寧 净淨 启啟 坏壞 "
    "渐漸 润潤 废廢 "
)

#: The simplified character by its full form.
SIMPLIFIED = {pair[1]: pair[0] for pair in _PAIRS.split()}


def simplified(text: str) -> str:
    """The words with every character in its simplified form."""
    return "".join(SIMPLIFIED.get(character, character) for character in text)
