"""How long clients may take, so that nobody holds connections with half a request."""

from __future__ import annotations

IDLE_S = 75.0
"""Seconds without a whole request head: a little longer than proxies keep an idle connection (nginx: sixty)."""
BODY_S = 30.0
"""Seconds for a request's body; ours are forms of a few fields and Slack's payloads."""
