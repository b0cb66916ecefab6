"""Topics, queries, entities and vectors as this process holds them, read again when their files change."""
