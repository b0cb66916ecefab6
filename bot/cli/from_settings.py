"""Maps settings to the options of the poller, the pipeline, the lanes and the language model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.common import load_weights
from bot.cli.owner import owner
from bot.core.units import HOUR_MS
from bot.lanes import LaneOptions
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.llm import LlmOptions


def poll_options(settings: Settings) -> PollOptions:
    """The poller's part of the settings."""
    return PollOptions(
        workers=settings.fetch.workers,
        floor_s=settings.poll.floor_s,
        ceiling_s=settings.poll.ceiling_s,
        lease_ms=settings.poll.lease_s * 1000,
        owner=owner(),
    )


def pipeline_options(settings: Settings) -> PipelineOptions:
    """The pipeline's part of the settings."""
    return PipelineOptions(
        max_age_ms=settings.alerts.max_age_h * HOUR_MS,
        update_after_ms=settings.alerts.update_after_s * 1000,
        burst=settings.alerts.burst,
        weights=load_weights(settings),
    )


def lane_options(settings: Settings) -> LaneOptions:
    """The lanes' part of the settings."""
    return LaneOptions(
        workers=settings.lanes.workers,
        lease_ms=settings.lanes.lease_s * 1000,
        deadline_ms=settings.lanes.send_deadline_s * 1000,
        owner=owner(),
    )


def llm_options(settings: Settings) -> LlmOptions:
    """The language model's part of the settings, where one is named."""
    from bot.llm import LlmOptions  # asks over HTTP, whose library takes a fifth of a second that a replay can't use

    return LlmOptions(
        settings.endpoints.summary_llm_url,
        settings.endpoints.summary_llm_model,
        settings.secrets.summary_llm_key,
        settings.proxies.of(settings.endpoints.summary_llm_url),
        timeout_s=settings.llm.deadline_s,
        at_once=settings.llm.at_once,
        budget=settings.llm.tokens_a_day,
    )
