"""What an alert says: summary, templates of filings, coverage, what is told as an update."""
