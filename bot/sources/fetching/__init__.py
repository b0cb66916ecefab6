"""One question over HTTP, and what may go wrong with it: what `bot.sources.http` is made of."""
