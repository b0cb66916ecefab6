"""Discord on loopback."""
