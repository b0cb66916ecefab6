"""What people can ask: the commands, their options and how a line is read. What they do is in `bot.commands`."""
