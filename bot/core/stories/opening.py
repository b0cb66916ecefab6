"""What titles and openings of texts say in passing: it is no news by itself, and keeps later words from being news.

"Judge rules OpenAI must face trial" has told of a lawsuit without that word, and a lead says what the title leaves out:
"agreed to pay $97 million to settle". A reader of the first report is not told these again. Talks, on the other hand,
make a later agreement news.
"""

from __future__ import annotations

from bot.core.language.sayings import Sayings, saying

LEAD = "lead:"
"""The prefix of flags that come from the openings of reports."""
MARK = "mark:"
"""The prefix of flags that are no news by themselves."""
COURT, TALKS, OUTAGE = f"{MARK}court", f"{MARK}talks", f"{MARK}outage"
TOLD_IN_LEADS = frozenset(
    (
        "lawsuit",
        "settlement",
        "a fine",
        "guilty plea",
        "verdict",
        "filing for a listing",
        "price of a listing",
        "open source",
    )
)
"""Flags that a lead tells of the event itself. Others that it mentions may lie ahead, or long ago."""

_MARKS = Sayings(
    (
        saying(
            COURT,
            "cou jud jur tri law sui leg 法 庭 审 诉 案",
            r"\b(?:court|judges?|jury|jurors|trial|lawsuits?|suit|copyright (?:case|claims?|fight)|legal battle)\b"
            r"|法官|法院|法庭|陪审|庭审|诉讼|诉.{1,20}案|[版侵]权案",
        ),
        saying(
            TALKS,
            "tal nea clo wei con exp see eye mul 洽 谈 磋 考 拟 寻 接 商",
            r"\btalks\b|\b(?:near(?:s|ing)?|close to|weigh(?:s|ing)?|consider(?:s|ing)?|explor(?:es|ing)|see(?:ks|king)"
            r"|eye(?:s|ing)|mull(?:s|ing)?)\b|洽|谈判|磋商|商谈|考虑|拟|寻求|接近",
        ),
        saying(
            OUTAGE,
            "out dow off err 宕 崩 故 瘫",
            r"\boutages?\b|\b(?:is|are|was|goes|went|go) (?:down|offline)\b|\bdown for\b"
            "|宕机|崩[了溃]|瘫痪|服务中断|故障",
        ),
    )
)


def marks(folded_title: str) -> set[str]:
    return _MARKS.names(folded_title)
