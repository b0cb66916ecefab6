"""The bytes of any feed → its entries: the parts of `bot.sources.feed`."""
