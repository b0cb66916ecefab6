"""Strips what surrounds a report: a wire's dateline before it, addresses and a site's boilerplate after it. All reports
of an outlet share these.

Folding compares the rest of whole texts (`without_signature`, `without_site`). Summaries are made of whole sentences,
and drop more of them on weaker signs (`without_dateline`, `boilerplate`).
"""

from __future__ import annotations

import re

from bot.core.language.pattern import late_pattern

_WIRES = r"AP|AFP|Reuters|Bloomberg|CNN|CNBC|Xinhua|UPI|IANS|PTI|ANI|BUSINESS\ WIRE|GLOBE\ NEWSWIRE|PRNewswire"
"""The wires and services that sign in brackets, as alternatives of a pattern."""

_SIGNED = late_pattern(
    r"""\s*(?:
      (?:【[^】]{1,80}】\s*)?
      (?:[\u3400-\u9fffA-Z0-9《》]{2,10}?\s?(?:[\u3400-\u9fff]{2,4})?\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日\s?
        (?:电讯?|電訊?|讯|訊|消息|报道|報道)
      | (?:[0-9]{4}\s?年)?\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日\s?(?:电|電|讯|訊|消息|报道|報道)
      | [\u3400-\u9fffA-Za-z0-9]{2,8}?
        (?:获悉|獲悉|消息|(?<![通电電资資腾騰视視立])[讯訊])(?=[，,：:])
      )
      \s*(?:[（(][^（()）]{0,40}[）)])?[\s，,：:]*
    | \(?[A-Z][\w.'’ /,-]{1,60}\((?:"""
    + _WIRES
    + r""")\)\s*[-–—]+\s*
    | \((?:[A-Z][\w.&' ]{1,30})\)\s*[-–—]+\s*
    )(?=\S.{4})""",
    re.VERBOSE,
)
_LONG, _END = 2_000, 500  # characters
_SITE = late_pattern(
    r"""
      https?://[^\s<>"'）)\u3000-\u9fff]+
    | \b(?:article|comments)\ url: | \bpoints:\ \d+ | \#\ comments:\ \d+
    | \bsubmitted\ by\ +/?u/[\w-]+ | \[(?:link|comments|…|\.\.\.|!--[^\[\]]{0,40}--)\]
    | \bthe\ post\ .{0,200}?\bappeared\ first\ on\b.{0,60} | \bappeared\ first\ on\b.{0,60}
    | \b(?:continue|keep)\ reading\b(?:\s?(?:…|\.{3}))?
    | \bread\ (?:more|the\ full\ (?:article|story))(?-i:\ on\ [A-Z].{0,40})?\W*$
    | \bfull\ coverage\ on\ google\ news\b
    | (?:点击|點擊)?(?:查看|阅读|閱讀)(?:全文|原文|更多|详情|詳情)(?:…|\.{3})? | (?:点击|點擊)查看(?:…|\.{3})?
    | \#?欢迎关注.{0,80}?(?:公众号|公眾號|微信)[^。]{0,60} | 更多精彩(?:内容|內容)?.{0,20}?(?:奉上|呈现|关注)
    | [（(]?(?:文章来源|责任编辑|責任編輯|责编)[:：]\s?[^\s，。,；;）)]{1,16}[）)]?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SITE_SIGNS = (
    *("://", "article url:", "comments url:", "points: ", "# comments:", "[link]", "[comments]", "[…]", "[...]", "--]"),
    *("submitted by", "continue reading", "keep reading", "read more", "read the full", "first on", "coverage on"),
    *("查看", "阅读", "閱讀", "欢迎关注", "更多精彩", "文章来源", "任编辑", "任編輯", "责编"),
)
"""Everything that `_SITE` finds holds one of these, in small letters: a quick test that most texts fail."""
_OF_THE_PAGE = late_pattern(
    "[阅閱][读讀](?:全文|原文|更多)|查看(?:全文|原文|更多|[详詳]情)|[继繼][续續][阅閱][读讀]|[点點][击擊](?:查看|[阅閱][读讀]|[这這][里裡]|[进進]入)|"
    "原文(?:链接|標題|标题|作者|連結)|[责責]任[编編][辑輯]|[责責][编編][:：]|公[众眾][号號]|扫码|掃碼|扫描二维码|更多精彩|此主[题題]相[关關][图圖]片|"
    "未[经經](?:授权|授權|许可|許可)|版[权權](?:所有|[归歸])|[转轉][载載][请請]|[请請]勿[转轉][载載]|免[责責][声聲]明|不构成投资建议"
)
_BEGINS_SO = late_pattern(
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
_FIRST_ON = late_pattern(
    r"(?:^|(?<=\s))(?:The post|Der (?:Beitrag|Artikel)|L['’]articolo|L['’]article|La entrada|El (?:post|artículo)"
    r"|O post|Het bericht|Artykuł|Inlägget|Запись|Сообщение) [^\n]{1,300}?"
    r"(?:appeared first on|first appeared on|erschien zuerst auf"
    r"|proviene da|essere il primo su|en premier sur|(?:publicó|aparece|apareció|apareceu) prime(?:ro en|iro em)"
    r"|verscheen eerst op|pochodzi z serwisu|först upp på|впервые появил)[^\n]{0,100}$",
    re.MULTILINE,
)
"""What WordPress puts below a post, in the languages seen so far. The title in it can have several sentences."""
_FIRST_ON_SIGNS = (
    *("first on", "first appeared", "zuerst auf", "proviene da", "primo su", "en premier", "primero en", "primeiro em"),
    *("eerst op", "z serwisu", "först upp", "впервые появил"),
)
_SHORTCODE = late_pattern(
    r"\[/?[a-z]{2,20}(?:_[a-z0-9]{1,20}){1,4}/?\]|\[[a-z][\w-]{1,40}\s[\w-]{1,40}=[^\[\]]{0,1000}\]|\[/[a-z][\w-]{1,40}\]"
)
"""Shortcodes that a page builder left in the text: `[vc_row width="1/2"]`, `[/caption]`."""
_SAID_OF_IT = ("appeared first on", "originally published", "rights reserved", "your browser does not support")
_BYLINE = late_pattern(r"By(?:\s(?:and|of|for|in|[A-Z][\w.'’-]{0,30})){1,8}\s?\.?$")
_STAMP = late_pattern(
    r"(?:PUBLISHED|UPDATED)\s?:?.{0,8}?\d{1,2}:\d{2}\s[A-Z]{2,4}\s?,\s?\d{1,2}\s\w{3,9}\s\d{4}[\s.|]*", re.IGNORECASE
)
_DATELINE = late_pattern(
    r"""(?:
      (?:[A-Z][\w.'’ /,-]{1,60}\s?)?\((?:"""
    + _WIRES
    + r""")\)\s*(?:\.?(?:--?|[–—:_])\s*|(?![a-z.,;)\s]))
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


def without_signature(text: str) -> str:
    """A text without a wire's signature before it: "新华社北京3月10日电", "36氪获悉，", "ISLAMABAD (Reuters) -".

    All of an outlet's reports of a day share it. Company names that end in 讯 (中兴通讯, 腾讯) are kept.
    """
    signed = _SIGNED.match(text)
    return text[signed.end() :] if signed else text


def without_site(text: str) -> str:
    """A text without addresses and a site's remarks on its page: "Comments URL: …", "appeared first on", 点击查看. In a
    long text only the end is searched, where these are.
    """
    start = max(0, len(text) - _END) if len(text) > _LONG else 0
    lowered = text[start:].lower()
    if not any(sign in lowered for sign in _SITE_SIGNS):
        return text
    return text[:start] + _SITE.sub(" ", text[start:])


def without_dateline(text: str) -> str:
    """As `without_signature`, but removes a lone dateline too, for callers that use the first sentence: the text after
    "BEIJING, Nov 24 (Reuters) -", "LONDON —" or "By A Reporter . PUBLISHED: . 09:12 EST, 3 July 2013 .".
    """
    if "PUBLISHED" in text[:300].upper():
        stamps = list(_STAMP.finditer(text[:400]))
        text = text[stamps[-1].end() :] if stamps else text
    match = _DATELINE.match(text)
    return text[match.end() :] if match else text


def without_foot(text: str) -> str:
    """The text without WordPress's lines below a post and without a page builder's shortcodes."""
    if "[" in text:
        text = _SHORTCODE.sub(" ", text).strip()
    return _FIRST_ON.sub("", text).rstrip() if any(sign in text for sign in _FIRST_ON_SIGNS) else text


def boilerplate(sentence: str) -> bool:
    """Whether a sentence is about the page, not the news: "Read more", "appeared first on", "责任编辑".

    It is dropped as a whole for its beginning; `without_site` removes only the words.
    """
    if _BEGINS_SO.match(sentence) or (sentence.startswith("By ") and _BYLINE.match(sentence)):
        return True
    lowered = sentence.lower()
    if any(said in lowered for said in _SAID_OF_IT):
        return True
    return not sentence.isascii() and _OF_THE_PAGE.search(sentence) is not None
