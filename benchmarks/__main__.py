"""All benchmarks at their small sizes, one after another: `make bench`. Each module says how to run it larger."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_NO_CLAIM = {"__init__", "__main__", "feedserver", "scaleworker", "storyrows"}


def main() -> None:
    """Run every module of this folder in a process of its own; one that can't run says why and the rest goes on."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in _NO_CLAIM:
            print(f"\n── python -m benchmarks.{path.stem}", flush=True)
            subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"], check=False)


if __name__ == "__main__":
    main()
