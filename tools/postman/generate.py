"""Write docs/postman/daybook.postman_collection.json anew: `make postman`.

The documents are those that a running gateway serves; without `--url`, an empty shop is started
for them.

openapi-to-postmanv2 6.3 was tried first. It makes 7 MB of these documents, with random ids that are
new each time and `string` for each of up to 110 filters of a list. It knows no order in which the
requests succeed, and asserts nothing, which is what this collection is for.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from collection import collection
from common.settings import Settings
from common.web.envelopes import BORDERS
from daybook import background
from daybook.preparing import prepared
from journey import NATIVE, Incomplete, journey

ROOT = Path(__file__).parents[2]
OUT = ROOT / "docs" / "postman" / "daybook.postman_collection.json"


def documents(gateway: str) -> dict[str, dict[str, Any]]:
    """The OpenAPI documents by the prefix of their paths."""
    with httpx2.Client(base_url=gateway, timeout=60) as http:
        answers = {
            prefix: http.get(f"{prefix}/openapi.json").raise_for_status()
            for prefix in (NATIVE, *BORDERS)
        }
    return {prefix: answer.json() for prefix, answer in answers.items()}


@contextmanager
def an_empty_shop() -> Iterator[str]:
    """The gateway of a shop that is gone at the end, whatever the environment says."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/daybook.db"
        settings = Settings(folder=Path(folder)).model_copy(
            update={"database_url_setting": url, "migration_url": None}
        )
        with prepared(settings, say=print), background.running(settings) as addresses:
            yield addresses["gateway"]


def main() -> None:
    """Write the collection."""
    words = argparse.ArgumentParser(description="Write the Postman collection.")
    words.add_argument("--url", help="the gateway of a running shop, such as http://127.0.0.1:8050")
    words.add_argument("--out", type=Path, default=OUT)
    told = words.parse_args()
    if told.url:
        found = documents(told.url)
    else:
        with an_empty_shop() as gateway:
            found = documents(gateway)
    try:
        made = collection(journey(found))
    except Incomplete as missing:
        sys.exit(f"No collection: {missing}.")
    text = json.dumps(made, indent=2, ensure_ascii=False)
    told.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
