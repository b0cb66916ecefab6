"""The demo: the same program as `run`, against recorded feeds that a loopback server plays back in quick motion."""
