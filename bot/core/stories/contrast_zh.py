"""Chinese titles in one frame that differ in one place (`bot.core.stories.contrast`): 对镓实施, 对锑实施."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

SHARE = 0.6
"""Two titles are in one frame if so large a share of both is the same."""
_BEFORE = frozenset("对将向把给与就为")
_AFTER = frozenset("实施发起宣布列移")
_LEAST, _LONGEST, _LONGEST_WHO = 7, 6, 8
_LEAST_SAID = 5  # characters behind who acts
_OFFICE = re.compile("[官方部委局府媒院警]|^(?:美国|中国|台湾|日本|北京|东京|华盛顿|欧盟|白宫|公司)$|^中美")
_OBJECT = re.compile(
    "[对就](?P<what>[^，。：:、对就]{1,24}?)(?P<act>实施|发起|罚款|公开征求|征求意见|开出|启动|作出|加征|进行|采取|展开|征收)"
    "|回应(?P<on>[^，。：:]{2,16})|(?:发布|出台|公布|印发)《?(?P<paper>[^，。：:《》]{3,24})》?(?P<form>办法|规定|条例|指南|细则|方案|规划)"
)
_MADE = re.compile("(?:发布|推出|开源|上线|发表)了?(?:新?模型)? ?([A-Za-z][A-Za-z0-9.-]{1,20})")
_WORD = re.compile("[A-Za-z0-9]+")
_FROM = re.compile(
    "传闻|消息|报道|原产于|进口|相关|所有|部分|全部|物项|产品|的|美国|中国|欧盟|日本|韩国|台湾|印度|加拿大|墨西哥|俄罗斯"
)
_COMMON = 0.34  # of the characters of what an act is about, from which on two acts may be about one thing


def place_zh(one: str, other: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """What two folded titles have in the place where they differ, if it is one of a name or a thing; else None."""
    if found := _other_object(one, other):
        return found
    begin, end = frame(one, other)
    begin, end = _whole(one, other, begin, end)
    a, b = one[begin : len(one) - end], other[begin : len(other) - end]
    if not a or not b or max(len(a), len(b)) > (_LONGEST if begin else _LONGEST_WHO):
        return None
    if not begin:
        return ([a], [b]) if end >= _LEAST_SAID and _acts(a, b) else None
    days = a.isdigit() and b.isdigit() and end > 0 and one[-end] == "日"
    if any(char.isdigit() for char in a + b) and not days:
        return None
    if begin + end < max(_LEAST, SHARE * max(len(one), len(other))):
        return None
    framed = days or (one[begin - 1] in _BEFORE and (not end or one[-end] in _AFTER))
    return ([a], [b]) if framed else None


def _whole(one: str, other: str, begin: int, end: int) -> tuple[int, int]:
    """Shorten a frame so that it cuts no Latin word and no number: "AWS" and "Azure" have no "A" in common."""
    while begin and _within(one, begin) + _within(other, begin):
        begin -= 1
    while end and _within(one, len(one) - end) + _within(other, len(other) - end):
        end -= 1
    return begin, end


def _within(text: str, at: int) -> bool:
    around = text[max(at - 1, 0) : at + 1]
    return len(around) > 1 and around.isascii() and around.isalnum()


def _acts(one: str, other: str) -> bool:
    """Whether two titles that differ only at their beginning begin with two names, neither an office nor alike."""
    return (
        _signs(one).isdisjoint(_signs(other))
        and min(len(one), len(other)) > 1
        and not (_OFFICE.search(one) or _OFFICE.search(other))
        and one.isalnum()
        and other.isalnum()
        and not (one.isdigit() or other.isdigit())
        and bool(_WORD.search(one)) == bool(_WORD.search(other))
    )


def _signs(name: str) -> set[str]:
    """A name's characters; a word in Latin letters is one."""
    return {*_WORD.findall(name.casefold()), *_WORD.sub("", name)}


def _other_object(one: str, other: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """The objects of two acts of one kind, if they differ: 对镓实施, 就…标准公开征求, 发布…办法."""
    if made := _other_made(one, other):
        return made
    mine, theirs = _OBJECT.search(one), _OBJECT.search(other)
    if not mine or not theirs or (mine["act"], mine["form"]) != (theirs["act"], theirs["form"]):
        return None
    a, b = (_FROM.sub("", found["what"] or found["on"] or found["paper"]) for found in (mine, theirs))
    if not a or not b or a in b or b in a or any(map(str.isdigit, a + b)):
        return None
    return ([a], [b]) if _little_in_common(a, b) else None


def _other_made(one: str, other: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """The two products brought out, named in Latin letters, if they differ: 发布V4模型, 发布OCR模型."""
    mine, theirs = _MADE.search(one), _MADE.search(other)
    if not mine or not theirs:
        return None
    a, b = mine[1].casefold(), theirs[1].casefold()
    both = a in other.casefold() or b in one.casefold() or "ai" in (a, b)
    return None if both else ([a], [b])


def _little_in_common(a: str, b: str) -> bool:
    common = set(a) & set(b)
    pairs = {x + y for x, y in pairwise(a)} & {x + y for x, y in pairwise(b)}
    least = min(len(a), len(b))
    return len(common) <= _COMMON * least and len(pairs) <= _COMMON * (least - 1)


def frame(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many words (or characters) are equal at the beginning, and how many of the rest at the end."""
    most = min(len(one), len(other))
    begin = next((n for n in range(most) if one[n] != other[n]), most)
    end = next((n for n in range(most - begin) if one[-1 - n] != other[-1 - n]), most - begin)
    return begin, end
