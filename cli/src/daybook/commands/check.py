"""`daybook check`: prove that the numbers agree."""

import typer

from common.checks import check
from common.settings import get_settings
from daybook.preparing import prepared
from daybook.terminal import bars, complain, say


def check_numbers() -> None:
    """Prove that levels, ledgers, totals and states agree; exit 1 and name each row if not."""
    with (
        prepared(get_settings(), say=say) as database,
        bars() as bar,
        database.reading() as session,
    ):
        bar.phase("Checking", None)
        report = check(session)
    for name in report.names:
        say(f"{'FAILS' if name in report.failures else 'holds'}  {name}")
        for failure in report.failures.get(name, []):
            complain(f"       {failure}")
    if not report.ok:
        raise typer.Exit(1)
    say(f"All {len(report.names)} checks hold.")
