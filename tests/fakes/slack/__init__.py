"""A Slack on loopback: Web API, Socket Mode, response URLs and signed requests, with failures by script."""

from tests.fakes.slack.server import Fail, FakeSlack

__all__ = ["Fail", "FakeSlack"]
