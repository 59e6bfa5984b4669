"""The `daybook` command."""

import sqlite3
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup

from common.db.failures import OutcomeUnknown
from common.settings import SettingsWrong, get_settings
from daybook.failures import CommandFailed
from daybook.terminal import complain

# Each subcommand: its module in `daybook.commands`, and its function or, of several, their group.
# A module is imported to run its command or to tell of it, for together they take a second.
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "start": ("start", "start"),
    "console": ("console", "console"),
    "check": ("check", "check_numbers"),
    "status": ("status", "status"),
    "demo": ("demo", "demo"),
    "backup": ("backup", "backup"),
    "restore": ("restore", "restore"),
    "prune": ("prune", "prune"),
    "import": ("importing", "app"),
    "report": ("report", "app"),
}


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 # as there
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 # as there
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        found = getattr(import_module(f"daybook.commands.{module}"), name)
        group = found
        if not isinstance(found, typer.Typer):
            group = typer.Typer(add_completion=False)
            group.command(cmd_name)(found)
        command = typer.main.get_command(group)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="daybook",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _daybook() -> None:
    """The back office of a shop. Settings come from the environment and from .env."""


def main() -> None:
    """Run a subcommand; what it cannot do is one line on standard error, and exit code 1."""
    try:
        get_settings()
        app()
    except (CommandFailed, SettingsWrong) as failed:
        complain(f"daybook: {failed}")
        sys.exit(1)
    except (DBAPIError, sqlite3.Error) as failed:  # a full disk, a lock held too long
        unknown = isinstance(failed, OutcomeUnknown)
        end = (
            "and whether all of it was written is not known"
            if unknown
            else "so nothing was written"
        )
        complain(f"daybook: The database failed, {end}: {_cause(failed)}.")
        sys.exit(1)


def _cause(failed: DBAPIError | sqlite3.Error) -> BaseException:
    return failed.orig or failed if isinstance(failed, DBAPIError) else failed
