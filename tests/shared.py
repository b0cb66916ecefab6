"""Where the shared data lies, for tests that need it: captured payloads, official descriptions, labelled sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[2] / "shared"))

needs_shared = pytest.mark.skipif(
    not (SHARED / "samples").is_dir(), reason=f"no shared data at {SHARED} (set TOCSIN_SHARED)"
)
