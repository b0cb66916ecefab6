"""Speed, memory and quality, as ratios within one run; `make bench` runs all.

`make bench` installs the extra `vectors` for the figures that are about it. All others are those of a program without
it, whatever is installed: programs that benchmarks start inherit this.
"""

import os

from bot.rules.embedding import one_thread

one_thread()
os.environ.setdefault("TOCSIN_STORIES_VECTORS", "off")
