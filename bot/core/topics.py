"""Topics: tables of rules in TOML, compiled to the trees of the query language.

A file of `config/topics` holds one or more `[[topic]]` tables, and may hold `[lists]` that all files share:

    [lists]
    chips = ["chip", "gpu", "芯片"]          # "@chips" in a list of terms or in a query stands for all of these

    [[topic]]
    id = "export-controls"                   # letters, digits and hyphens; what people subscribe to
    title = { en = "…", zh-CN = "…", zh-TW = "…" }     # en is required
    description = "…"
    any = ["entity list", "实体清单"]         # strong terms: one is enough
    queries = ["h20 NEAR/5 (ban OR @chips)"] # strong expressions of the query language (its limits are wider here)
    not = ["potato chip"]                    # blanked before anything is looked for: sets nothing off, vetoes nothing
    exclude = ["fantasy football"]           # vetoes: an item that holds one is not of the topic

    [[topic.rule]]                           # as many as needed; all that a rule names must hold
    with = ["ban", "禁令"]                    # weak terms: count where a context term stands in the same clause
    context = ["=H20", "@chips"]             # … and is another word than the weak term itself
    forms = ["RULE"]                         # the entry's form is one of these (alone, it stands for `with`)
    langs = ["en"]                           # the entry's language is one of these
    sources = ["Federal Register"]           # the entry's source is one of these
    scope = "clause"                         # or "title" (both in the title), "item" (anywhere in the item)

    [topic.severity]
    base = "normal"                          # or "notable", "breaking"
    breaking = ["final rule"]                # a term here raises to breaking, one in `notable` to notable,
    notable = ["draft rule"]                 # one in `normal` lowers the base to normal; the strongest wins
    official = "notable"                     # entries of an official source are at least this

Terms are words (`chip` = `chips`, any case, width, accent or script), phrases (`export control`, hyphen and space
alike), words with `*` (`licen*`, `go* public`; at least two letters before it), `=H20` with its case as written,
`"chips"` exactly as written but for case, Chinese words (phrases of characters, traditional = simplified),
`@list`, `@entity:nvidia` (its names, the ambiguous ones with their context) and `@group:lab-us` (a group's entities).

A clause ends at a semicolon in a title (so each part of "a；b；c" is judged alone) and at the end of a sentence
elsewhere.
"""

from __future__ import annotations
