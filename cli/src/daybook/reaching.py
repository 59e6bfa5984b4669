"""How a command reaches a shop: the one that runs, or one of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from common.settings import get_settings
from common.web.serving import CannotListen
from daybook import background
from daybook.failures import CommandFailed
from daybook.preparing import prepared
from daybook.running import addresses, is_running
from daybook.terminal import complain


@contextmanager
def shop_addresses() -> Iterator[dict[str, str]]:
    """The base URLs, by app, of the running shop or of one started for the moment."""
    settings = get_settings()
    if is_running(settings) and (found := addresses(settings)):
        yield found
        return
    with prepared(settings, say=complain):  # standard output is the report's
        pass
    try:
        with background.running(settings) as found:
            yield found
    except CannotListen as failed:
        raise CommandFailed(str(failed)) from None
