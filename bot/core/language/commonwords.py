"""Words too common to tell two events apart, and how common others are taken to be before anything was read."""

from __future__ import annotations

from bot.core.language.stems import suffixless

_STOP = """
    a an the of to in on at for and or but by with from as is are was were be been being it its this that these
    those he she his her they their them we our you your i my me him us who whom whose which what when where why how
    not no nor so than then there here up down out over under into onto about after before during between among
    against again off above below will would can could may might shall should must do does did done has have had
    having if because while until though although also just only very more most some any all both each few other
    another such own same too re ve ll said say says new one two per via amid upon yet still even ever much many
    well now get got let ai a.i hn llm llms
"""
STOP = frozenset(_STOP.split())
_COMMON = (
    (
        0.12,
        """year first last time people week day month report make take company state government old use market
        million percent news update today world country group official show work plan high end call part set
        start back former three next early late top bring come go see tell include expect announce company
        global million billion according since around way long good big public service business""",
    ),
    (
        0.04,
        """president minister police court case deal stock share price rise fall sale bank industry chief head
        leader national international city home house man woman child family life death kill charge law rule issue
        china chinese american america us u.s uk european europe washington beijing york london team game play win
        season record study university school student research science technology tech data system product launch
        release investor investment fund analyst growth economy trade quarter profit revenue result earnings
        statement spokesman member party vote election security attack power water food health hospital air car
        monday tuesday wednesday thursday friday saturday sunday january february march april june july august
        september october november december hour morning night agency office director executive ceo job worker pay
        money tax budget cost financial support decision meeting talk visit agreement increase change problem lead
        move offer run open close hold keep give find help need want look turn follow face hit cut build grow add
        join leave return remain continue become begin raise buy sell""",
    ),
)
_COMMON_ZH = (
    (0.12, "中国 公司 表示 亿元 今年 进行 万元 记者 发布 报道 消息 目前 同比 增长 市场 企业 美国 日电 问题 情况 相关"),
    (
        0.05,
        """工作 发展 经济 国家 全国 北京 上海 香港 美元 人民 政府 会议 要求 项目 服务 管理 建设 安全 投资 集团 股份
        有限 限公 银行 基金 业务 技术 科技 产品 产业 智能 人工 工智 数据 平台 客户 用户 价格 收入 利润 净利 季度
        去年 年度 上市 交易 股东 公告 董事 总裁 首席 经理 负责 责人 官方 媒体 新闻 社会 教育 学生 学校 医院 警方
        昨日 今日 近日 时间 地区 部门 部分 方面 成为 已经 开始 宣布 计划 预计 超过 达到 提供 支持 影响 合作 重要
        主要 活动 比赛 球队 球员 电影 导演 演员 生活 城市 网友 视频""",
    ),
)
PRIOR_DOCS = 60.0  # how many documents the prior below is worth against what is learned


def prior() -> dict[str, float]:
    """Word → how many of `PRIOR_DOCS` documents hold it, before anything was read. Estimated by hand, three steps."""
    english = {suffixless(word): share for share, words in reversed(_COMMON) for word in words.split()}
    chinese = {pair: share for share, pairs in reversed(_COMMON_ZH) for pair in pairs.split()}
    return {word: share * PRIOR_DOCS for word, share in (english | chinese).items()}
