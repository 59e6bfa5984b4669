"""What a command cannot do, in one line that a person can act on."""


class CommandFailed(Exception):
    """Told on standard error without a traceback; the command exits with 1."""
