"""What the parts of the program do unless told otherwise is what the shipped settings say."""

from __future__ import annotations

from dataclasses import fields, replace

from bot.cli.from_settings import lane_options, llm_options, pipeline_options, poll_options
from bot.configure import load_settings
from bot.core.polling.silence import AFTER_MS
from bot.core.units import DAY_MS, HOUR_MS
from bot.lanes import LaneOptions
from bot.llm import LlmOptions
from bot.parts import Parts
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions

SHIPPED = load_settings({}, dotenv=None)


def test_the_pipelines_defaults_are_the_shipped_settings() -> None:
    assert PipelineOptions() == pipeline_options(SHIPPED)


def test_the_pollers_and_the_lanes_defaults_are_the_shipped_settings() -> None:
    assert replace(poll_options(SHIPPED), owner="local") == PollOptions()
    assert replace(lane_options(SHIPPED), owner="local") == LaneOptions()


def test_a_language_model_has_the_limits_of_the_settings() -> None:
    assert llm_options(SHIPPED) == LlmOptions("", "")
    asked = {"SUMMARY_LLM_URL": "http://127.0.0.1:1/v1", "SUMMARY_LLM_MODEL": "m-1", "SUMMARY_LLM_KEY": "k"}
    given = {"TOCSIN_LLM_DEADLINE_S": "20", "TOCSIN_LLM_AT_ONCE": "4", "TOCSIN_LLM_TOKENS_A_DAY": "5000"}
    options = LlmOptions("http://127.0.0.1:1/v1", "m-1", "k", timeout_s=20, at_once=4, budget=5000)
    assert llm_options(load_settings({**asked, **given}, dotenv=None)) == options


def test_silences_are_told_and_entries_kept_as_the_shipped_settings_say() -> None:
    kept = {field.name: field.default for field in fields(Parts)}
    assert SHIPPED.alerts.notice_after_h * HOUR_MS == AFTER_MS
    assert kept["keep_ms"] == SHIPPED.store.keep_days * DAY_MS
    assert kept["seen_ms"] == SHIPPED.store.seen_days * DAY_MS
