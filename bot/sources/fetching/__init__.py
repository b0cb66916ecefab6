"""The parts of `bot.sources.http`: one HTTP request, and what may go wrong with it."""
