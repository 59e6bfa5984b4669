"""What the documents of the apps promise holds for whatever is sent, sound or not.

schemathesis reads each document and sends a service what it allows and what it forbids; the
same cases in every run. `make torture` sends more of them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
RULES = Path(__file__).with_name("schemathesis.toml")
CASES = os.environ.get("DAYBOOK_CASES", "12")  # of each operation
ALL = "examples,coverage,fuzzing"


# Of the torture alone, for what they find is what the others find, told otherwise: the services
# behind the gateway, and the APIs of old before their rules.
FURTHER = [
    ("gateway", "", "examples,fuzzing"),
    ("customers/api/v1", "", ALL),
    ("sales/order-mgmt", "", ALL),
]


@pytest.mark.parametrize(
    ("place", "paths", "phases"),
    [
        *((place, "", ALL) for place in ("products", "sales", "customers")),
        ("gateway", "^/(report|check)", ALL),
        *(FURTHER if "DAYBOOK_CASES" in os.environ else []),
    ],
)
def test_the_document_holds(
    place: str, paths: str, phases: str, furnished: dict[str, str], tmp_path: Path
) -> None:
    name, slash, path = place.partition("/")
    address = f"{furnished[name]}{slash}{path}/openapi.json"
    words = [SCHEMATHESIS, "--config-file", RULES, "--no-color", "run", address]
    words += ["--max-examples", CASES, "--request-timeout", "60", "--generation-deterministic"]
    words += ["--continue-on-failure", "--no-shrink", "--warnings", "off", "--phases", phases]
    words += ["--include-path-regex", paths]
    # Rules between parameters, and that a cursor is one we gave, no JSON schema can say.
    words += ["--exclude-checks", "positive_data_acceptance"]
    told = subprocess.run(words, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
