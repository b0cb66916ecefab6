"""What the delivery loop is made of: `bot.lanes` leases channels and sends what waits for them."""
