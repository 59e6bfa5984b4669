"""`python -m daybook.containers.secrets FOLDER` makes the secrets that are missing.

Each container sees one folder of them, and of that what its user may read:

    mysql/root_password          root alone
    init/administrator_url       who makes the accounts; the group of the images' user
    init/daybook_migration_url   who owns the tables
    init/database_url            who runs the services
    services/database_url        the same
"""

import os
import secrets
import sys
from pathlib import Path

# Of the user of the images; the Dockerfile makes it.
GROUP = 10001
_SERVER, _DATABASE = "mysql", "daybook"


class SecretsLost(Exception):
    """There is a database, and nobody knows its password any more."""

    def __init__(self) -> None:
        super().__init__(
            "data/mysql holds a database, and data/secrets/mysql/root_password, its password, is"
            " missing. Bring it back from where it was, or move data/mysql aside to begin anew."
        )


def make(data: Path) -> None:
    """Make in `data`/secrets what is missing; what is there stays. Raises SecretsLost.

    Where DATABASE_URL names another database, nothing but the password of the server is kept.
    """
    folder = data / "secrets"
    root = _kept(folder / "mysql" / "root_password")
    if root is None:
        if any((data / "mysql").glob("*.ibd")):
            raise SecretsLost
        root = _write(folder / "mysql" / "root_password", secrets.token_urlsafe(24), group=0)
    if os.environ.get("DATABASE_URL"):
        for name in ("administrator_url", "daybook_migration_url"):
            (folder / "init" / name).unlink(missing_ok=True)
        return
    _write(folder / "init" / "administrator_url", f"mysql://root:{root}@{_SERVER}/mysql")
    for user, name in (("daybook_owner", "daybook_migration_url"), ("daybook", "database_url")):
        kept = _kept(folder / "init" / name)
        url = kept or f"mysql://{user}:{secrets.token_urlsafe(24)}@{_SERVER}/{_DATABASE}"
        _write(folder / "init" / name, url)
    _write(folder / "services" / "database_url", (folder / "init" / "database_url").read_text())


def _kept(path: Path) -> str | None:
    return path.read_text().strip() or None if path.exists() else None


def _write(path: Path, text: str, *, group: int = GROUP) -> str:
    """Write the file whole or not at all; the group, and root, may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.made")
    made.touch(mode=0o600)
    with made.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())  # the database will be made with it
    os.chown(made, 0, group)
    made.chmod(0o440)
    made.replace(path)
    return text


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]))
    except SecretsLost as lost:
        sys.exit(str(lost))
