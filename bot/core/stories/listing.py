"""Which company's way to an exchange a title tells of: filing, hearing, price, order book, first day are one process.

Each step is told in words of its own, and a week may pass between two of them: the company is what they share.
"""

from __future__ import annotations

import re

LISTED = "listed"
"""The key in `State.versions` for the company on its way to an exchange, in Chinese titles."""

_STEP = re.compile(
    "通过.{0,8}聆讯|聆讯后|招股|公开发售|超额认购|孖展|暗盘|中签率|递表|递交.{0,10}(?:上市|申请)|过会|上会"
    "|发行价|发售价|挂牌|上市(?:首日|次日|申请|备案|聆讯)|首日(?=[大高低收开涨跌])|敲钟"
    "|(?:ipo|首发|首次公开发行).{0,6}(?:注册|获|受理|申请|过会|通过)"
    "|登陆(?:港股|港交所|a股|科创板|创业板|北交所|纳斯达克|美股)"
)
_BESIDE = re.compile(
    "科技|集团|股份|有限|控股|公司|企业|母公司|技术|智能|半导体|机器人|芯片|大模型|人形|国产|第.股"
    "|港股|a股|美股|h股|科创板|创业板|北交所|港交所|上交所|深交所|联交所|香港|上海|深圳|北京|纳斯达克|主板"
    "|中国|证监会|同意|批准|核准|今日|今天|明日|明天|昨日|周[一二三四五]|正式|宣布|确定|启动|完成|成功|已|拟|将|获|向|在|赴|首次|再次"
    "|最终|境外|发行|递交|新股|首日|今起|[一两二三四五六七八九十几多]+[只家隻]|网上|网下|公布|披露|更新|股价|首发|ipo|gpu|cpu|ai"
)
_NAME = re.compile("[\u3400-\u9fff]{2,8}|[a-z][a-z0-9.-]{2,}")


def listed(folded_title: str) -> frozenset[tuple[str, str]]:
    """The company on its way to an exchange in a Chinese title, as ("listed", "云图"): the last name before the step,
    without the parts that many company names share.
    """
    step = None if folded_title.isascii() else _STEP.search(folded_title)
    names = _NAME.findall(_BESIDE.sub(" ", folded_title[: step.start()])) if step else []
    return frozenset(((LISTED, names[-1]),)) if names else frozenset()


def other_listing(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Whether both sets of versions name companies on their way to an exchange, and no name of one is equal to, or part
    of, a name of the other.
    """
    mine, theirs = ({name for kind, name in versions if kind == LISTED} for versions in (one, other))
    return bool(mine and theirs) and not any(a in b or b in a for a in mine for b in theirs)
