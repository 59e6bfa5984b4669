"""`daybook prune`: remove what is no longer needed."""

from datetime import timedelta

from common.db import idempotency
from common.settings import get_settings
from common.times import now
from daybook.preparing import prepared
from daybook.terminal import say


def prune() -> None:
    """Remove the answers that were kept for requests with a key, once they are too old.

    A shop may sell meanwhile. DAYBOOK_IDEMPOTENCY_HOURS says for how long answers are kept.
    """
    settings = get_settings()
    before = now() - timedelta(hours=settings.idempotency_hours)
    with prepared(settings, say=say) as database:
        removed = idempotency.prune(database, before=before)
    say(f"Keys removed: {removed:,}.")
