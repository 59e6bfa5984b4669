"""The `daybook` command."""

import sqlite3
import sys

import typer
from sqlalchemy.exc import DBAPIError

from common.settings import SettingsWrong, get_settings
from daybook.commands import backup, check, demo, importing, report, restore, start, status
from daybook.failures import CommandFailed
from daybook.terminal import complain

app = typer.Typer(
    name="daybook",
    help="The back office of a shop. Settings come from the environment and from .env.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("start")(start.start)
app.command("check")(check.check_numbers)
app.command("status")(status.status)
app.command("demo")(demo.demo)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.add_typer(importing.app, name="import")
app.add_typer(report.app, name="report")


def main() -> None:
    """Run a subcommand; what it cannot do is one line on standard error, and exit code 1."""
    try:
        get_settings()
        app()
    except (CommandFailed, SettingsWrong) as failed:
        complain(f"daybook: {failed}")
        sys.exit(1)
    except (DBAPIError, sqlite3.Error) as failed:  # a full disk, a lock held too long
        complain(f"daybook: The database failed, so nothing was written: {_cause(failed)}.")
        sys.exit(1)


def _cause(failed: DBAPIError | sqlite3.Error) -> BaseException:
    return failed.orig or failed if isinstance(failed, DBAPIError) else failed
