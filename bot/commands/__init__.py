"""What the commands do, for every platform: arguments in, `Reply` out."""

from bot.commands.api import Choice, Commands

__all__ = ["Choice", "Commands"]
