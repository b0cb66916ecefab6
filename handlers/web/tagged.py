"""Responses with an entity tag; 304 if the client already has them (RFC 9110, 8.8.3)."""

from __future__ import annotations

import hashlib

from aiohttp import web


def tagged(request: web.Request, body: bytes, kind: str, caching: str, charset: str | None = None) -> web.Response:
    """The body, or 304 if the client has it; `caching` is the Cache-Control header, `kind` the media type."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": caching}
    if etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=kind, charset=charset, headers=headers)
