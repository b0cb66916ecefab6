"""Tocsin: watches feeds and filings, folds reports into stories, alerts channels."""

__version__ = "0.1.0"
