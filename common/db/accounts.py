"""The two accounts of a shop on MySQL or MariaDB: who owns the tables, who runs the services."""

from sqlalchemy import URL, Connection

EVERYWHERE = "%"


def make_accounts(administering: Connection, owner: URL, application: URL) -> None:
    """Make the database and the accounts that the two URLs name, so far as they are missing.

    The owner may do everything in the database and grant it; the application's user gets its
    rights table by table, by `grants.grant`. Each has the password of its URL from now on.
    """
    quoted = administering.dialect.identifier_preparer.quote_identifier(str(owner.database))
    administering.exec_driver_sql(f"CREATE DATABASE IF NOT EXISTS {quoted}")
    for url in (owner, application):
        account = (url.username, EVERYWHERE)
        administering.exec_driver_sql("CREATE USER IF NOT EXISTS %s@%s", account)
        administering.exec_driver_sql("ALTER USER %s@%s IDENTIFIED BY %s", (*account, url.password))
    administering.exec_driver_sql(
        f"GRANT ALL ON {quoted}.* TO %s@%s WITH GRANT OPTION", (owner.username, EVERYWHERE)
    )
