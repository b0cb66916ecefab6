"""Stages that a matter passes once: sued, dismissed, appealed; filed, priced, listed; broken, repaired.

A title that names a stage that its story has not told is news, however similar the words are: "Authors sue Anthropic
over AI training" and "Judge dismisses authors' suit against Anthropic over AI training" tell of one matter, and a
reader of the first has not heard of the second.
"""

from __future__ import annotations

from bot.core.language.sayings import Sayings, saying

_CASES = "suits?|lawsuits?|cases?|claims?|charges|complaints?|indictments?|challenges?|litigation"
_CASE = f"(?:{_CASES})"
_COURT = r"(?:judges?|courts?|jury|jurors|justices|tribunal|panel)"
_DEALS = "acquisition|takeover|merger|deal|purchase|buyout|sale|stake"
_DEAL = f"(?:{_DEALS})"
_STATES_RESPONSE = "a state's response"
_OPEN = r"talks|near(?:s|ing)?|close to|weighs?|consider\w*|seeks?|explor\w+|mulls?"
_WORK = "production|operations|services?|work|output"
_BROKEN = r"(?:outage|crash|failure|breach|glitch|incident|fire|blast|explosion|collapse)"
STAGES = (
    saying(
        "lawsuit",
        "sue sui law cla fil 诉 告",
        r"\b(?:sue[sd]?|suing|lawsuits?|class action)\b|\bfil(?:es?|ed) (?:an? )?(?:complaint|suit)\b"
        r"|(?:s['’]|['’]s) suit (?:against|over|accus)"
        r"|起诉|提?诉讼|告上法[庭院]",
    ),
    saying("countersuit", "cou 反", r"\bcounter(?:sue[sd]?|claims?)\b|反诉"),
    saying(
        "ruling",
        "str uph rul sid fin fou rej den bac los win won fac pro for ahe tri 裁",
        r"\b(?:strikes?|struck) down\b|\buph(?:olds?|eld)\b|裁定"
        rf"|\b{_COURT} (?:[\w'’-]+ )?(?:rule[sd]?|side[sd]?|finds?|found|reject(?:s|ed)|denie[sd]|back(?:s|ed))\b"
        rf"|\b(?:loses?|lost|wins?|won)\b.{{0,30}}\b(?:trial|appeal|bid to end|{_CASES})\b"
        rf"|\bmust face (?:trial|{_CASES})\b"
        rf"|\b{_CASE} (?:[\w'’.-]+ ){{0,4}}(?:can|may|to) (?:proceed|(?:go|move) (?:forward|ahead|to trial))\b",
    ),
    saying(
        "appeal",
        "app ask 诉",
        r"\b(?:to|will|fil(?:es?|ed)(?: an?)?|lodge[sd]?(?: an?)?) appeal\b"
        r"|\b(?<!\bof )appeal(?:s|ed|ing) (?!court|panel|judge|board|to\b|for\b)|上诉(?!法院|庭|败|失败|案|被|获胜)"
        r"|\basks? (?:[\w'’.-]+ ){0,4}court to (?:hear|review|overturn|take up)\b",
    ),
    saying(
        "dismissal",
        "dis thr tos 驳",
        rf"\b(?<!\bto )dismiss(?:es|ed)?\b.{{0,60}}\b{_CASE}\b"
        rf"|\b{_CASE} (?:(?:is|are|was|were) )?(?:dismissed|thrown out|tossed)\b"
        rf"|\b(?<!\bto )(?:throws?|threw|toss(?:es|ed)?)\b.{{0,60}}\b{_CASE}\b"
        "|驳回(?!.{0,16}(?:撤[案诉]|驳回)(?:动议|请求|申请))",
    ),
    saying(
        "settlement",
        "set 和",
        rf"\bsettle[sd]?\b.{{0,60}}\b(?:{_CASES}|allegations|accusations|probe)\b"
        r"|\bsettlement (?:with|over|deal)\b|达成和解|和解协议",
    ),
    saying(
        "a fine",
        "fin imp sla lev 罚",
        r"\b(?:fines|fined)\b|\b(?:impos|slap|levi)(?:es|ed|s|ped)\b.{0,30}\b(?:fine|penalty)\b|罚款|被罚",
    ),
    saying("guilty plea", "gui 罪", r"\bplead(?:s|ed)? guilty\b|\bguilty plea\b|认罪"),
    saying(
        "verdict",
        "con acq ver gui lia jur 判 罪 审 陪",
        r"\b(?:jury|jurors) (?:side[sd]?|finds?|found|reject(?:s|ed)?|clear(?:s|ed)?|award(?:s|ed)?|back(?:s|ed)?)\b"
        r"|\b(?:convicts|convicted (?:of|in|over)|acquit(?:s|ted)|verdict)\b|\bfound (?:guilty|liable)\b"
        r"|陪审团.{0,4}[裁认]定|宣判|定罪|无罪|一审判决|终审",
    ),
    saying("sentence", "sen jai 刑 判", r"\bsentenced\b|\bjailed for\b|获刑|判刑|被判处?[^决]"),
    saying(
        "probe",
        "pro inv inq rev scr 立 约 查",
        rf"\b(?:open|launch|begin|start)(?:s|es|ed)? (?:an? |its )?(?:[\w'’-]+ ){{0,3}}"
        r"(?:probe|investigation|inquiry|review)\b"
        rf"|\b(?:reviews|probes|investigates|scrutini[sz]es)\b.{{0,40}}\b{_DEAL}\b|立案|约谈"
        r"|(?:展开|启动|进行|发起).{0,10}(?:调查|审查)",
    ),
    saying(
        "countermeasures", "ret cou hit 反", r"\bretaliat(?:e|es|ed|ion|ory)\b|\bcountermeasures?\b|\bhits? back\b|反制"
    ),
    saying("response", "res 回", r"\brespond(?:s|ed)? to\b|(?:^|[，,。:： ])[^，,。:： ]{2,12}回应(?![是为][否什]|$)"),
    saying(
        _STATES_RESPONSE,
        "vow opp con sla bla pro den rej 就 部 方",
        r"\b(?:china|beijing|ministry|eu|brussels|tokyo|seoul|washington|us|u\.s\.) (?:firmly |strongly )?"
        r"(?:vows|opposes|condemns|slams|blasts|protests|denounces|rejects)\b"
        r"|就.{2,40}答(?:记者)?问|(?:商务部|外交部|国防部|中方|美方|欧方)[^，,。:：]{0,6}回应(?![是为][否什])",
    ),
    saying(
        "resignation",
        "res ret qui ste 辞 卸",
        r"\b(?:resign(?:s|ed|ation)?|retir(?:e|ing)|quits)\b"
        r"|\bretires(?=$|[,.:;]| (?:as|from|after|at|in|amid|following)\b)"
        r"|\bstep(?:s|ped|ping)? down\b|辞职|辞任|卸任|请辞",
    ),
    saying(
        "filing for a listing",
        "fil sub app 递",
        r"\b(?:fil(?:e|es|ed|ing)|submit(?:s|ted)?)\b.{0,40}\b(?:ipo|listing|go public|prospectus)\b"
        r"|\bapplication proof\b|递交.{0,10}(?:招股|上市|申请)|递表",
    ),
    saying(
        "registration of a listing",
        "注 备",
        r"(?:ipo|首发|首次公开发行|科创板|创业板|北交所).{0,8}注册|注册(?:生效|获批|批文|申请获)|境外.{0,4}上市.{0,4}备案"
        r"|获.{0,10}(?:上市|证监会).{0,4}备案|备案通知书",
    ),
    saying(
        "share offering",
        "lau ope kic sta beg 招",
        r"\b(?:launch|open|kick|start|begin)(?:s|es|ed)? (?:off )?(?:[\w.'’$€£-]+ ){0,4}"
        r"(?:ipo|public offering|share sale)\b|招股(?!书|说明|文件)",
    ),
    saying(
        "price of a listing",
        "ipo ini 价 定",
        r"\b(?:prices|priced)\b.{0,40}\b(?:ipo|initial public offering)\b|\bipo\b.{0,20}\b(?:prices|priced|price)\b"
        r"|(?:发售价|发行价|定价).{0,12}元",
    ),
    saying(
        "first day of trading",
        "deb tra sta beg fir 挂 首 敲 登 今 正",
        r"\b(?:trading|market|nasdaq|nyse|stock(?: market)?|hong kong|shanghai|shenzhen|ipo|public) debut\b"
        r"|\bdebuts? (?:on|in) (?:the )?(?:nasdaq|nyse|new york|hong kong|shanghai|stock)\b|\bfirst day of trading\b"
        r"|\b(?:start|begin)(?:s|ed)? trading\b|挂牌|(?:今日|今天|正式)上市|上市首日|首日[大收开涨跌]|敲钟"
        r"|登陆(?:港股|港交所|a股|科创板|创业板|纳斯达克|美股)",
    ),
    saying(
        "rate decision",
        "rai hik lif cut low hol kee lea 息 利",
        r"\b(?<!to )(?:raises|hikes|lifts|cuts|lowers|holds|keeps|leaves)\b (?:[\w.%'’-]+ ){0,3}?rates?\b"
        r"|[加降]息[0-9]+个?基点|维持.{0,8}利率.{0,6}不变",
    ),
    saying(
        "a law",
        "sig 签",
        r"\bsign(?:s|ed)\b.{0,60}\b(?:act|bill|law|legislation)\b|\bsigned into law\b|签署.{0,20}(?:法案|法律)",
    ),
    saying("veto", "vet", r"\bveto(?:es|ed)?\b"),
    saying(
        "rejection",
        "rej vot 拒 否",
        r"\b(?<!jury )(?<!judge )(?<!court )(?<!jurors )(?<!judges )reject(?:s|ed)?\b"
        r"|\bvot(?:es?|ed) (?:down|against)\b|拒绝|否决",
    ),
    saying(
        "a deal",
        "agr acq buy sig str sea cli rea ink ann rai sec clo lan com 宣 官 同 达 签 完",
        rf"^(?!.*\b(?:{_OPEN})\b).*\b(?:agree[sd]? to|to (?:acquire|buy)"
        r"|(?:sign|strike|struck|seal|clinch|reach|ink|announce)(?:e?s|e?d)? "
        rf"(?:[\w'’$.-]+ ){{0,4}}(?:agreement|{_DEALS})\b"
        r"|(?:rais|secur|clos|land|complet)(?:es|ed|s) (?:[\w'’-]+ ){0,2}[$€£])"
        r"|^(?!.*(?:洽|谈判|考虑|拟|寻求|接近)).*(?:宣布|官宣|同意|达成|签署|完成).{0,16}(?:收购|并购|融资|合并)",
    ),
    saying("completion", "com 完", rf"\bcomplet(?:es|ed)\b.{{0,60}}\b{_DEAL}\b|完成.{{0,12}}(?:收购|并购|交割)"),
    saying(
        "handing back",
        "han ret rel 还",
        r"\bhand(?:s|ed)? back\b|\b(?:returns|relinquish(?:es|ed)?) control\b|交还|归还",
    ),
    saying(
        "repair",
        "res bac 复",
        r"\b(?:resolved|back (?:online|up|to normal))\b|\b(?:is|are) back after\b"
        r"|\bservices? (?:is |are |was |were )?restored\b"
        rf"|\b(?:{_WORK}|plants?|fabs?|factor(?:y|ies)) (?:[\w'’-]+ )?resumes?d?\b"
        rf"|\bresum(?:e|es|ed|ing) (?:[\w'’-]+ ){{0,2}}(?:{_WORK})\b"
        r"|(?:已|全面|陆续)(?:修复|恢复)|恢复(?:正常|服务|运[作营]|生产)|复[工产]|修复完[成毕]",
    ),
    saying(
        "cause",
        "exp bla cau 原 盘",
        rf"\b(?:explains|blames)\b.{{0,40}}\b{_BROKEN}\b|\bcaused? (?:of|by)\b.{{0,30}}\b{_BROKEN}\b"
        r"|\bexplains (?:what|why|how)\b.{0,40}\b(?:down|over|offline|out)\b|\broot cause\b"
        "|(?:故障|事故|宕机)原因|复盘",
    ),
)
"""The pattern of each stage, for folded titles."""
_SAYINGS = Sayings(STAGES)


def stages(folded_title: str) -> set[str]:
    """The stages that a title names."""
    found = _SAYINGS.names(folded_title)
    if _STATES_RESPONSE in found:
        found.discard("response")
    return found
