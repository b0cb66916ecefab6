"""The parts that kinds of source are built from: defensive fields, clocks, paged lists, state for the next poll."""
