"""HTML as found in feeds → plain text. Pure, linear in its input, never raises.

`to_text` is for bodies, `title_text` for titles, whose angle brackets are more often meant than markup.
"""

from __future__ import annotations

import html as _html
import re


def _names(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_BLOCKS = _names(
    "address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section summary table tbody tfoot "
    "thead tr ul"
)
_CELLS = _names("td th")
_HIDDEN = _names(
    "applet audio canvas head iframe noembed noframes object script select style svg template textarea video"
)
_CODE = _names("script style svg")
_NAME = re.compile(r"/?([a-zA-Z][\w:-]*)(?=[\s/>]|$)")
_ENTITY = re.compile(r"&(?:(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,31});|nbsp(?![\w=;]))")
_DATA_URI = re.compile(r"data:[\w.+-]{1,40}/[\w.+-]{1,60};base64,[A-Za-z0-9+/=]{40,}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\ufffc]|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
"""Soft hyphens, watermarks and the like. Joiners between letters of some scripts and between emoji are kept."""
_RARE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\ufffc]")  # finds out fast that none of them is there
_QUOTED = re.compile(r'="[^"<>]*<[^"]*"(?=[\s/>])')  # an attribute with markup inside
_INLINE = (
    "a|abbr|b|blockquote|br|center|code|div|em|figure|font|h[1-6]|i|img|li|ol|p|small|span|strong|sub|sup|table|u|ul"
)
_MARKUP = re.compile(rf"</(?:{_INLINE}|script|style)\s*>|<(?:br|hr|img|p|a)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def to_text(html: str) -> str:
    """Plain text: one line for each block, white space folded, entities decoded; without scripts, styles, comments and
    data URIs.

    Text without any tag keeps its paragraphs (blank lines) as lines. Markup that was escaped twice is undone.
    """
    if "<" not in html:
        if "&" not in html:
            return _lines(_BLANK_LINE.split(html)) if "\n" in html else _fold(html)
        plain = unescape(html)
        if not _MARKUP.search(plain):
            return _lines(_BLANK_LINE.split(plain))
        html = plain
    text = _stripped(html)
    if "<" in text and _escaped_again(html, text):
        text = _stripped(text)
    return _lines(text.split("\n"))


def title_text(html: str) -> str:
    """One line of plain text. Brackets that are no markup (`Using <video> in HTML`) are kept."""
    if _MARKUP.search(html) or ("&" in html and "<" not in html):
        return to_text(html).replace("\n", " ")
    return _fold(unescape(html))


def unescape(text: str) -> str:
    """Decode character references that end in a semicolon, so that `AT&T` and `?a=1&copy=2` stay."""
    return _ENTITY.sub(lambda found: _html.unescape(found[0]), text) if "&" in text else text


def _stripped(html: str) -> str:
    """The text between the tags. Of elements that are never closed, only code elements hide their content."""
    stripper = _Stripper(_HIDDEN)
    out = stripper.run(html.split("<"))
    if stripper.unquoted:
        html = _QUOTED.sub(lambda match: match[0].replace("<", " "), html)
        stripper = _Stripper(_HIDDEN)
        out = stripper.run(html.split("<"))
    while stripper.until.isalpha() and stripper.until not in _CODE:
        stripper = _Stripper(stripper.hidden - {stripper.until})
        out = stripper.run(html.split("<"))
    return unescape("".join(out))


def _escaped_again(html: str, text: str) -> bool:
    """Whether the tags were only wrappers: more markup was escaped than was not."""
    return html.count("&lt;") > html.count("<") and _MARKUP.search(text) is not None


def _lines(blocks: list[str]) -> str:
    return "\n".join(line for block in blocks if (line := _fold(block)))


def _fold(text: str) -> str:
    if "data:" in text:
        text = _DATA_URI.sub("", text)
    if not text.isprintable():
        if _RARE.search(text):
            text = _UNSEEN.sub("", text)
        text = _CONTROLS.sub(" ", text)
    return " ".join(text.split())


class _Stripper:
    """Walks the pieces between `<` once. A piece is `name attributes>text`, or text that only looked like a tag."""

    __slots__ = ("hidden", "out", "unquoted", "until")

    def __init__(self, hidden: frozenset[str]) -> None:
        self.hidden = hidden
        self.out: list[str] = []
        self.unquoted = False  # whether a tag went on into another one within a quotation
        self.until = ""  # what ends the part being dropped: "-->", ">", "]]>" or the name of a hidden element

    def run(self, pieces: list[str]) -> list[str]:
        self.out.append(pieces[0].replace("\n", " "))
        for piece in pieces[1:]:
            self._piece(piece)
        return self.out

    def _piece(self, piece: str) -> None:
        if self.until and not self._ends(piece):
            return
        name = _NAME.match(piece)
        if name is not None:
            self._tag(piece, name[1].rpartition(":")[2].lower())
        elif piece.startswith(("!--", "![CDATA[", "!", "?")):
            self._declaration(piece)
        elif piece.startswith("/>"):
            self._text(piece[2:])
        else:
            self._text("<" + piece)

    def _ends(self, piece: str) -> bool:
        """True when the piece is to be read as usual; False when it was dropped (or only its tail kept)."""
        until = self.until
        if until.isalpha():
            if piece[:1] != "/" or piece[1 : len(until) + 1].lower() != until:
                return False
            self.until = ""
            return True
        if until == ">" and _NAME.match(piece):
            self.until = ""
            return True
        self._skip_to(until, piece)
        return False

    def _skip_to(self, until: str, piece: str) -> None:
        _, found, tail = piece.partition(until)
        self.until = "" if found else until
        self._text(tail)

    def _declaration(self, piece: str) -> None:
        if piece.startswith("!--"):
            self._skip_to("-->", piece[1:])
        elif piece.startswith("![CDATA["):
            self._text(piece[8:].replace("]]>", ""))
        else:
            self._skip_to(">", piece)

    def _tag(self, piece: str, name: str) -> None:
        end = piece.find(">")
        if end < 0:
            self.until = ">"
            self.unquoted = self.unquoted or piece.count('"') % 2 == 1
            return
        if piece.count('"', 0, end) % 2 and (quote := piece.find('"', end)) >= 0:
            end = max(end, piece.find(">", quote))
        if name in _BLOCKS:
            self.out.append("\n")
        elif name in _CELLS:
            self.out.append(" ")
        elif name in self.hidden and piece[0] != "/" and piece[end - 1] != "/":
            self.until = name
            return
        self._text(piece[end + 1 :])

    def _text(self, text: str) -> None:
        self.out.append(text.replace("\n", " "))
