"""`python -m daybook.containers.database` makes accounts, tables and the shop, where missing."""

import sys

from sqlalchemy.exc import DBAPIError

from common.db.accounts import make_accounts
from common.db.engine import make_engine, url_of
from common.settings import SECRETS, Settings, SettingsWrong, get_settings
from daybook.failures import CommandFailed
from daybook.preparing import prepared
from daybook.terminal import say

# Of who may do everything on the server; missing where the server is none of ours.
_ADMINISTRATOR = SECRETS / "administrator_url"


def main() -> None:
    """Make the accounts, where the server is ours, then the tables, then the shop."""
    try:
        settings = get_settings()
        if _ADMINISTRATOR.exists():
            _make_accounts(settings, _ADMINISTRATOR.read_text())
        with prepared(settings, say=say):
            say("The database is ready.")
    except (CommandFailed, SettingsWrong) as failed:
        sys.exit(str(failed))
    except DBAPIError as failed:
        sys.exit(f"The accounts of the database cannot be made: {failed.orig}.")


def _make_accounts(settings: Settings, administrator: str) -> None:
    assert settings.migration_url is not None  # the secrets come together
    owner, application = url_of(settings.migration_url), url_of(settings.database_url)
    engine = make_engine(administrator, threads=1, lock_timeout=settings.lock_timeout)
    with engine.connect() as connection:
        make_accounts(connection, owner, application)
    engine.dispose()


if __name__ == "__main__":
    main()
