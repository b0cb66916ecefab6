"""What kinds of source are built from: defensive fields, clocks, paged lists, what one poll keeps for the next."""
