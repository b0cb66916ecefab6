"""The kinds of source, and what reads them. This imports no kind (see `kinds`): the parsing process needs none."""
