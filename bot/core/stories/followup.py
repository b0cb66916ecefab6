"""What a report adds to the story that it joins: the news that makes it worth a second message."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.core.language.quantities import Quantity, figures
from bot.core.language.sayings import Sayings, saying
from bot.core.stories.aftermath import AFTERMATH, OPEN, out_of_place
from bot.core.stories.counted import PEOPLE
from bot.core.stories.opening import COURT, LEAD, MARK, TALKS, TOLD_IN_LEADS, marks
from bot.core.stories.reversal import WAY, opposite, ways
from bot.core.stories.stages import STAGES, stages
from bot.core.stories.stated import as_stated
from bot.core.units import HOUR_MS

AGAIN_MS = 6 * HOUR_MS
"""A new figure is news once the story's first report is this old."""
_FIGURES = 40
_AGAIN = 1.5  # times one sum that is raised, beyond which another is no other report of it
_SUMS = ("%", "$")
"""The units in which a new figure is news."""
RAISES = "raises"
"""The key in `State.versions` for who raises money (`bot.core.stories.particulars.rounds`)."""
DIGEST = "digest"
"""The flag of a story that is a round-up: nothing joins it but its copies."""
_PARTED = "part of "

_RULED_OUT = "ruled out"
_MATTER = "(?:change|alter|affect|impact|hurt|harm|dent|disrupt|slow|derail|matter|be (?:hit|hurt|affected))"
"""Behind "will not", these rule nothing out: "the ban will not affect sales"."""

FLAGS = (
    saying("exclusive report", "exc 独", r"^exclusive\b|^[\[【(]?独家"),
    saying(
        "correction",
        "cor ret cla 更 勘 撤 致",
        r"\bcorrect(?:ed|s|ion)\b|\bretract(?:ed|s|ion)\b|\bclarification\b|更正|勘误|撤回|致歉",
    ),
    saying(
        "denial",
        "den ref deb not unt 否 辟 不 子",
        r"\bden(?:y|ies|ied|ial)\b(?! (?:[\w.'’-]+ ){0,3}(?:motion|bid|request|petition|application|bail|injunction)\b)"
        r"|\brefut(?:e|es|ed)\b|\bdebunk|\b(?:not |un)true\b|否认|辟谣|不实|子虚乌有",
    ),
    saying(
        _RULED_OUT,
        "not won no rul 不 无 没 排",
        rf"\b(?:will|would) not\b(?! {_MATTER})|\bwon['’]t\b(?! {_MATTER})|\bno plans? (?:to|for)\b|\bnot planning\b"
        r"|\brul(?:es|ed) out\b|不会(?!影响|改变|对|受|因|造成)|无意"
        "|(?:没有|暂?无)[^，,。:：]{0,8}计划|(?<!不)排除.{0,6}可能",
    ),
    saying(
        "confirmation",
        "con 证 确 官",
        r"\bconfirm(?:s|ed|ation)?\b|证实|确认|官宣[:：]",
    ),
    saying(
        "withdrawal",
        "wit scr cal pul 撤 终 叫 取",
        r"\bwithdr(?:aw|aws|ew|awn|awal)\b|\bscrap(?:s|ped|ping)?\b|\bcall(?:s|ed) off\b"
        r"|\bpull(?:s|ed) (?:[\w.'’-]+ ){0,4}(?:listing|ipo|offering|bid|offer|ads?|apps?|models?|products?"
        r"|updates?|after)\b|撤销|终止|叫停|(?:宣布|决定)取消",
    ),
    saying(
        OPEN,
        "ope hug mit apa rel 源 开",
        r"\bopen[- ](?:sourc(?:e|es|ed|ing)|weights?)\b"
        r"(?! (?:[\w-]+ )?(?:company|companies|firms?|startups?|labs?|makers?)\b)"
        r"|\bopen (?:ai )?models?\b|\bon hugging face\b|\b(?:open|release)s? (?:up )?(?:the |its |full )?weights\b"
        r"|\b(?:mit|apache 2.0) licen[cs]e\b|开源(?!(?:大?模型)?(?:公司|企业|厂商|阵营|第一股)|社区|生态)|开放权重",
    ),
    saying(
        "delay",
        "del pos sus hal pau hol put pus 推 延 暂",
        r"\b(?:delay|postpone|suspend|halt|pause)(?:s|d|ed)?\b"
        r"|\bpush(?:es|ed|ing)? (?:[\w'’.-]+ ){0,5}back\b(?! (?:on|against|at)\b)"
        r"|\b(?:hold(?:s|ing)? off|put(?:s|ting)? (?:off|on hold))\b|推迟|延期|延后|暂停|暂缓",
    ),
    saying(
        "final rule",
        "fin eff int 效 终",
        r"\bfinali[sz]e[sd]?\b|\bfinal rule\b|\b(?:takes?|took) effect\b|\binto force\b|生效|最终规则",
    ),
    saying("Senate vote", "sen 参", r"\bsenate (?:pass|approv|vote|clear)(?:s|e|es|ed)\b|参议院.{0,4}通过"),
    saying(
        "House vote",
        "hou 众",
        r"\b(?<!white )house (?:of representatives )?(?:pass|approv|vote|clear)(?:s|e|es|ed)\b|众议院.{0,4}通过",
    ),
    saying(
        "approval",
        "app cle gre lic per nod hea 批 准 聆 过",
        r"\b(?:win|won|get|got|gain|receive|secure|obtain|grant)(?:s|ed|d|ted)? "
        r"(?:[\w.'’-]+ ){0,4}(?:licen[cs]es?|permits?|nod)\b|\bpost[- ]hearing\b"
        r"|\b(?:clear|pass)(?:s|es|ed)? (?:[\w.'’-]+ ){0,4}hearing\b"
        r"|\bapprov(?:e|es|ed|al)\b|\bclear(?:s|ed) by\b|\bgreen ?light|获[批准]|批准|通过.{0,6}聆讯|过会",
    ),
)
"""Other states that a title can announce."""
_SAYINGS = Sayings((*FLAGS, *AFTERMATH))
_IN_LEADS = Sayings(one for one in (*STAGES, *FLAGS) if one.name in TOLD_IN_LEADS)
_ONLY_AFTER = {"a deal": frozenset((TALKS,))}
"""Flags that are news only if the story has told one of these before."""
_TOLD_WITH = {
    "lawsuit": frozenset((COURT,)),
    "ruling": frozenset(("verdict",)),
    "denial": frozenset((_RULED_OUT,)),
    _RULED_OUT: frozenset(("denial",)),
    "filing for a listing": frozenset(("share offering", "price of a listing", "first day of trading")),
    "share offering": frozenset(("price of a listing", "first day of trading")),
}
"""Flags that are no news once the story has told one of these."""
_VOTES = {"Senate vote", "House vote"}


@dataclass(frozen=True, slots=True)
class State:
    """What a story has told so far: flags by name, processes with the highest rung, title figures, versions,
    forms and marks of official acts, the entities that its titles are about, and the sums and shares that the openings
    of its texts tell (`leads`).
    """

    flags: frozenset[str] = frozenset()
    rungs: dict[str, int] = field(default_factory=dict)
    figures: tuple[Quantity, ...] = ()
    versions: frozenset[tuple[str, str]] = frozenset()
    official: bool = False
    forms: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    leads: tuple[Quantity, ...] = ()


def flags(folded_title: str) -> frozenset[str]:
    """The states that a title announces, and its marks."""
    found = _SAYINGS.names(folded_title)
    if found & _VOTES:
        found.discard("approval")  # a chamber that "approves" a bill has passed it
    return ways(folded_title).union(stages(folded_title), marks(folded_title), found)


def sets_right(folded_title: str) -> bool:
    """Whether a title says that it corrects or takes back what was said before."""
    return "correction" in _SAYINGS.names(folded_title)


def lead_flags(folded_lead: str) -> frozenset[str]:
    """The flags that the opening of a text adds to a story's state."""
    return frozenset([LEAD + flag for flag in _IN_LEADS.names(folded_lead)])


def lead_sums(folded_lead: str) -> tuple[Quantity, ...]:
    """The sums and shares that the opening of a text tells."""
    return tuple(one for one in figures(folded_lead).quantities if one.unit in _SUMS)


def told(state: State, more: State) -> State:
    """The state of a story with one more report. The first 40 figures are kept."""
    rungs = state.rungs | {key: max(order, state.rungs.get(key, 0)) for key, order in more.rungs.items()}
    return State(
        state.flags | more.flags,
        rungs,
        tuple(dict.fromkeys((*state.figures, *more.figures)))[:_FIGURES],
        state.versions | more.versions,
        state.official or more.official,
        state.forms | more.forms,
        state.subjects | more.subjects,
        tuple(dict.fromkeys((*state.leads, *more.leads)))[:_FIGURES],
    )


def part_of(state: State, story: int) -> State:
    """The state of one part of a split story; it marks that the two parts are never merged again."""
    return replace(state, flags=state.flags | {f"{_PARTED}{story}"})


def parted(one: State, other: State) -> bool:
    """Whether two stories were split from each other."""
    return any(flag.startswith(_PARTED) for flag in one.flags & other.flags)


def news(state: State, more: State, age_ms: int, step: str, title: str) -> str:
    """What a report adds to the story, in words, or "". `step` names its rung; `age_ms` is the story's age; `title` is
    what its figures stand in.
    """
    if any(order > state.rungs.get(key, 0) for key, order in more.rungs.items()):
        return step
    fresh = sorted(flag for flag in more.flags - state.flags if _is_fresh(flag, state.flags, age_ms))
    if fresh:
        return ", ".join(dict.fromkeys("reversal" if flag.startswith(WAY) else flag for flag in fresh))
    if more.official and not state.official:
        return "official source"
    before, now = ({one.value for one in told.figures if one.unit == PEOPLE} for told in (state, more))
    if before and now - before:
        return f"another number of people: {max(now - before):,g}"
    if age_ms >= AGAIN_MS:
        new = _new_figure(state, more)
        return f"new figure: {as_stated(title, new)}" if new else ""
    again = _another_round(state, more)
    return f"another round: {as_stated(title, again)}" if again else ""


def _is_fresh(flag: str, told: frozenset[str], age_ms: int) -> bool:
    """Whether a flag that no title of the story announced is news."""
    if flag.startswith(WAY):
        return opposite(flag) in told
    if flag.startswith((LEAD, MARK)) or out_of_place(flag, told) or (age_ms < AGAIN_MS and LEAD + flag in told):
        return False
    return _ONLY_AFTER.get(flag, told) <= told and told.isdisjoint(_TOLD_WITH.get(flag, ()))


def _another_round(state: State, more: State) -> Quantity | None:
    """The news that a company raises money again within hours. Sums of one round vary, so these must differ widely."""
    if not all(any(name == RAISES for name, _ in told.versions) for told in (state, more)):
        return None
    now = [one for one in more.figures if one.unit == "$"]
    before, beside = ([one.value for one in found if one.unit == "$"] for found in (state.figures, state.leads))
    far = before and now and all(max(a.value, b) > _AGAIN * min(a.value, b) for a in now for b in before)
    return now[0] if far and not any(_close(a.value, b) for a in now for b in beside) else None


def _new_figure(state: State, more: State) -> Quantity | None:
    """The first sum or share of a report that its story told differently, in a title or in the opening of a text."""
    for quantity in more.figures:
        titles, leads = (
            [one.value for one in found if one.unit == quantity.unit] for found in (state.figures, state.leads)
        )
        fresh = titles and not any(_close(quantity.value, value) for value in (*titles, *leads))
        if quantity.unit in _SUMS and fresh:
            return quantity
    return None


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 0.05 * max(abs(one), abs(other))
