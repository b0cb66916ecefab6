"""What the ingest loop is made of: `bot.poller` asks the feeds, `bot.pipeline` places what they bring."""
