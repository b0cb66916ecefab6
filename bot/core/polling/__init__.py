"""When a feed is polled next, and what its health is."""
