"""What chat platforms have in common: tokens, people, and messages that can be edited."""

from __future__ import annotations

from bot.core.model import Channel
from bot.core.spec import Arg
from bot.ports import Growth, Voice


def field_name(arg: Arg, voice: Voice) -> str:
    """What a field of a form is called in the reader's language."""
    return voice(f"field.{arg.name}")


def choice_name(choice: str, voice: Voice) -> str:
    """What a choice is called in a form, the word that is typed for it among it."""
    return voice(f"choice.{choice}")


class Chat:
    """Base of chat platforms: every setting and option applies there."""

    unable = frozenset[str]()

    async def grows(self, channel: Channel) -> Growth:
        """A message is edited, and answered with what is new."""
        return "edited"
