"""Plain text → sentences: whole ones, without datelines, feed boilerplate and the title said again. Pure, linear.

Corpora and some feeds set signs apart ("it fell ." in place of "it fell.") and drop capitals; both are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.runs import ascii_words
from bot.core.unwrap import unwrapped
from bot.core.wrapping import WIRES


def _set(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_END = re.compile(r"""[.!?…。！？]{1,4}(?: ?''(?!\S)|["'”’»)\]」』）]{0,3})(?:\s+|$|(?<=[。！？”」』）]))""")
_NEVER_LAST = _set(
    "mr mrs ms dr prof sen rep gov gen col lt capt sgt rev hon st messrs vs no nos fig approx est jan feb mar apr jun "
    "jul aug sep sept oct nov dec mt ft pres"
)
_SELDOM_LAST = _set("inc corp co ltd llc plc bros jr sr etc al a.m p.m e.g i.e u.s u.k u.n e.u d.c l.a ph.d")
_STARTERS = _set(
    "a an the this that these those it its he she they we i you his her their our in on at as by for from with after "
    "before when while if but and or so however meanwhile also there here what who why how both"
)
_LAST_WORD = re.compile(r"([^\W_](?:[\w.&-]{0,11}\w)?)\.$")
_FIRST_WORD = re.compile(r"[\"'“‘(\[]*(\w+)")
_INITIAL = re.compile(r"(?:^|[\s(])[A-Z]\.$")

_ANYWHERE_CJK = re.compile(
    "[阅閱][读讀](?:全文|原文|更多)|查看(?:全文|原文|更多|[详詳]情)|[继繼][续續][阅閱][读讀]|[点點][击擊](?:查看|[阅閱][读讀]|[这這][里裡]|[进進]入)|"
    "原文(?:链接|標題|标题|作者|連結)|[责責]任[编編][辑輯]|[责責][编編][:：]|公[众眾][号號]|扫码|掃碼|扫描二维码|更多精彩|此主[题題]相[关關][图圖]片|"
    "未[经經](?:授权|授權|许可|許可)|版[权權](?:所有|[归歸])|[转轉][载載][请請]|[请請]勿[转轉][载載]|免[责責][声聲]明|不构成投资建议"
)
_OPENING = re.compile(
    r"""\W*(?:
      (?:continue|keep)\sreading | read\s(?:more|the\s(?:full|whole|rest|original)|on\b|also|next|full)
    | (?:click|tap)\s(?:here|to)\b | scroll\sdown\b | sign\sup\b | subscribe\b | join\sour\b | follow\s(?:us|our)\b
    | (?:share|listen\sto)\s(?:this|the)\s(?:article|story|post|page|podcast|episode)\b | download\sour\b
    | (?:last\s)?(?:updated|published|posted)\s?(?::|on\b|at\b|\d).{0,60}$
    | copyright\s(?:©|\(c\)|\d) | © | points:\s?\d | \#\scomments: | (?:article|comments)\surl:
    | (?:reading\stime|\d{1,3}\s?-?min(?:ute)?s?\sread)\b.{0,30}$ | submitted\sby[^.!?]{1,80}$ | link\]\s?\[
    | [\w.\ -]{1,40}\sposted\sa\s(?:photo|video):$ | tweet\W*$
    | (?:photo|image|illustration|picture|graphic)s?\s(?:by|via|courtesy)\s[^.!?]{1,80}$ | view\sfull\s?size\W*$
    | (?:weiterlesen|mehr\slesen|lire\sla\ssuite|leer\smás|seguir\sleyendo|leggi\s(?:tutto|di\spiù)|continua\sa\sleggere
      | leia\smais|continue\slendo|lees\s(?:meer|verder)|czytaj\s(?:więcej|dalej)|läs\s(?:mer|vidare)
      | читать\s(?:далее|дальше|полностью)|devamını\soku|続きを読む|더\s?보기)\b.{0,40}$
    | https?://\S+$ | full\scoverage\son\sgoogle\b
    | (?:related|advertisement|sponsored|see\salso|more\son\sthis\sstory|full\sstory|view\s(?:entire|full))\W*(?::|$)
    | (?:filed\sunder|tags?|photo|image|credit|caption|source|via)\W*(?::|$) | links?\W*$ | comments?\W*$
    | by\W*$ | [\d,. ]*shares?\s?\.?$ | $
    | (?:本文|文章)(?:来自|来源|转自|转载|作者|首发|由) | 广告$
    | (?:来源|作者|编辑|记者|文|图|题图|头图|图源|封面|出品|撰文|校对)\s?[:：|丨/／]
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_FIRST_ON = re.compile(
    r"(?:^|(?<=\s))(?:The post|Der (?:Beitrag|Artikel)|L['’]articolo|L['’]article|La entrada|El (?:post|artículo)"
    r"|O post|Het bericht|Artykuł|Inlägget|Запись|Сообщение) [^\n]{1,300}?"
    r"(?:appeared first on|first appeared on|erschien zuerst auf"
    r"|proviene da|essere il primo su|en premier sur|(?:publicó|aparece|apareció|apareceu) prime(?:ro en|iro em)"
    r"|verscheen eerst op|pochodzi z serwisu|först upp på|впервые появил)[^\n]{0,100}$",
    re.MULTILINE,
)
"""What WordPress sets below a post, in the languages that we have met. The title in it can be of several sentences."""
_FIRST_ON_SIGNS = (
    *("first on", "first appeared", "zuerst auf", "proviene da", "primo su", "en premier", "primero en", "primeiro em"),
    *("eerst op", "z serwisu", "först upp", "впервые появил"),
)
_SHORTCODE = re.compile(
    r"\[/?[a-z]{2,20}(?:_[a-z0-9]{1,20}){1,4}/?\]|\[[a-z][\w-]{1,40}\s[\w-]{1,40}=[^\[\]]{0,1000}\]|\[/[a-z][\w-]{1,40}\]"
)
"""What a page builder left unread: `[vc_row width="1/2"]`, `[/caption]`."""

_OF_THE_PAGE = ("appeared first on", "originally published", "rights reserved", "your browser does not support")
_BYLINE = re.compile(r"By(?:\s(?:and|of|for|in|[A-Z][\w.'’-]{0,30})){1,8}\s?\.?$")
_STAMP = re.compile(
    r"(?:PUBLISHED|UPDATED)\s?:?.{0,8}?\d{1,2}:\d{2}\s[A-Z]{2,4}\s?,\s?\d{1,2}\s\w{3,9}\s\d{4}[\s.|]*", re.IGNORECASE
)
_DATELINE = re.compile(
    r"""(?:
      (?:[A-Z][\w.'’ /,-]{1,60}\s?)?\((?:"""
    + WIRES
    + r""")\)\s*+(?:\.?(?:--?|[–—:_])\s*|(?![a-z.,;)]))
    | (?:(?=[A-Z][A-Z.'’/]{2}|[^(]{0,60}\d)[A-Z][\w.'’ /,-]{1,60}\s?)?\([A-Z]{2,8}\)\s*\.?(?:--?|[–—_])\s*
    | \[[A-Za-z][^\[\]]{1,60}\]\s+(?=["“'‘]?[A-Z])
    | (?i:(?:[a-z][\w.'’ /,-]{1,60}\s)?(?:\(|-lrb-)\s?(?:cnn|ap|reuters|afp|xinhua)\s(?:\)|-rrb-)\s?(?:--?\s?)?)
    | [A-Z][A-Z.'’ -]{2,40}(?:,\s[A-Z][\w.]{1,20}(?:\s\d{1,2})?(?:,\s\d{4})?)?\s?(?:--|[–—_])\s*
    | (?:新华社|中新社|中新网|央视网|人民网|法新社|路透社?|财联社|彭博社?|共同社|中央社)
      [^，。,：]{0,24}(?:电|电讯|讯|報道|报道)[，,：:]?\s*(?:[（(][^（()）]{0,40}[）)])?\s*
    | 【[^】]{1,40}】\s*(?=\S)
    | (?:\d{4}年)?\d{1,2}月\d{1,2}日(?:消息|讯|電|电)[，,：:]\s*
    )""",
    re.VERBOSE,
)
_CUT = re.compile(
    r"\s*(?:\[\s?(?:…|\.{3}|&hellip;)\s?\]|…|\.{3,})\s*"
    r"(?:(?:(?:read|continue)\s|(?:leia|leggi|lees|lire|leer|weiterlesen|czytaj|läs|читать)\b)[\w ]{0,40})?\W*$",
    re.IGNORECASE,
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")


def is_cjk_text(text: str) -> bool:
    """Whether Han or kana characters make up at least a fifth of the text: its lengths then count characters."""
    return not text.isascii() and len(_CJK.findall(text[:400])) * 5 >= len(text[:400])


def words(text: str) -> list[str]:
    """Words of any script, case-folded; each Han or kana character is one."""
    return ascii_words(text.lower()) if text.isascii() else _WORDS.findall(text.casefold())


def split(text: str) -> Iterator[str]:
    """Sentences in order, as written. Line breaks end one; abbreviations, initials and decimals don't."""
    for line in unwrapped(text).split("\n"):
        yield from _of_line(line.strip())


def clean(text: str, title: str = "", most: int = 40) -> list[str]:
    """The first `most` sentences that tell something: no boilerplate, no dateline, not the title again.

    What the publisher cut (`[…]`, a last sentence without an end after others) is left out where a whole one remains.
    """
    if "[" in text:
        text = _SHORTCODE.sub(" ", text).strip()
    if any(sign in text for sign in _FIRST_ON_SIGNS):
        text = _FIRST_ON.sub("", text).rstrip()
    kept: list[str] = []
    told = frozenset(words(title))
    whole = _CUT.sub("", text) if text[-80:].count("…") or "..." in text[-80:] else text
    for sentence in split(_without_dateline(whole)):
        if not boilerplate(sentence) and not repeats(sentence, told):
            kept.append(sentence)
            if len(kept) == most:
                break
    if kept and not _END.search(kept[-1][-5:]):
        _unfinished(kept, cut=len(whole) < len(text), long=len(text) > 200)
    return kept


def boilerplate(sentence: str) -> bool:
    """Whether a sentence speaks of the page, not of the news: "Read more", "appeared first on", "责任编辑".

    A sentence goes whole for what it begins with; of what folding reads, the words alone go (`bot.core.wrapping`).
    """
    if _OPENING.match(sentence) or (sentence.startswith("By ") and _BYLINE.match(sentence)):
        return True
    lowered = sentence.lower()
    if any(said in lowered for said in _OF_THE_PAGE):
        return True
    return not sentence.isascii() and _ANYWHERE_CJK.search(sentence) is not None


def repeats(sentence: str, told: frozenset[str]) -> bool:
    """Whether a sentence says hardly more than words already told (a title, say): at most a sixth are new."""
    if not told:
        return False
    said = set(words(sentence))
    return len(said - told) * 6 <= len(said)


def _without_dateline(text: str) -> str:
    """The text after "BEIJING, Nov 24 (Reuters) -" or "By A Reporter . PUBLISHED: . 09:12 EST, 3 July 2013 ."."""
    if "PUBLISHED" in text[:300].upper():
        stamps = list(_STAMP.finditer(text[:400]))
        text = text[stamps[-1].end() :] if stamps else text
    match = _DATELINE.match(text)
    return text[match.end() :] if match else text


def _unfinished(kept: list[str], *, cut: bool, long: bool) -> None:
    if len(kept) > 1 and (cut or long):
        kept.pop()
    elif cut:
        kept[-1] += "…"


def _of_line(line: str) -> Iterator[str]:
    start, stop = 0, len(line)
    small = line.islower()
    for match in _END.finditer(line):
        end = match.end()
        if end >= stop or match.start() <= start:
            continue
        apart = line.startswith(" . ", match.start() - 1)
        if apart or _ends(line[start:end].rstrip(), line[end : end + 24], small=small):
            yield line[start:end].rstrip()
            start = end
    if start < stop:
        yield line[start:]


def _ends(sentence: str, after: str, *, small: bool) -> bool:
    """Whether what stands before a full stop is a sentence, given what comes after; `small`: there are no capitals."""
    if sentence.endswith(("..", "…")) if small else after[0].islower():
        return False
    if not sentence.endswith("."):
        return True
    if _INITIAL.search(sentence[-3:].upper() if small else sentence[-3:]):
        return False
    last = _LAST_WORD.search(sentence[-14:])
    word = last[1].lower() if last else ""
    if word in _NEVER_LAST:
        return False
    if word in _SELDOM_LAST or "." in word:
        first = _FIRST_WORD.match(after)
        return first is not None and first[1][0].isupper() and first[1].lower() in _STARTERS
    return True
