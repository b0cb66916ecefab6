"""The bytes of any feed → its entries: what `bot.sources.feed` is made of."""
