"""Markup inside an XML element → HTML text, free of namespaces."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from lxml import etree

_DECLARATION = re.compile(r"\sxmlns(?::[\w.-]+)?=\"[^\"]*\"")
_PREFIX = re.compile(r"(</?)[\w.-]+:(?=\w)")
_WRAPPER = re.compile(r"<div(?:\s[^<>]*)?>")


def inner(element: Any) -> str:
    """What an element holds, as HTML. A single wrapping `<div>` (Atom's xhtml content) is taken off."""
    html = escape(element.text or "", quote=False) + "".join(
        etree.tostring(child, encoding="unicode") for child in element
    )
    html = _PREFIX.sub(r"\1", _DECLARATION.sub("", html)).strip()
    wrapper = _WRAPPER.match(html)
    if wrapper and len(element) == 1 and html.endswith("</div>"):
        return html[wrapper.end() : -len("</div>")].strip()
    return html
