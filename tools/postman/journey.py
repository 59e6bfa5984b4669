"""The requests of the collection, in an order in which all of them get their answers in one shop.

Each `examples.json` was written in a shop of its own; here they follow one another. What they
do not tell (the records they begin with, what is refused, the formats of the report) stands
in `further.json`, in the same form.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from common.web.documentation import examples
from common.web.envelopes import BORDERS
from naming import kind

Json: TypeAlias = dict[str, Any]
FURTHER = Path(__file__).with_name("further.json")
NATIVE = ""
SET_UP = "Set up"
# Behind its border, one path takes the id of a customer by some methods, of a purchase by others.
_OF_CUSTOMERS = {"add_purchase", "list_purchases_of_customer", "delete_purchases"}
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """What a document says of a method and a path."""

    prefix: str  # of all paths of its document
    method: str
    path: str  # with its prefix
    told: Json

    @property
    def tag(self) -> str:
        """The folder in which it stands."""
        return str(self.told["tags"][0])

    @property
    def slug(self) -> str:
        """Before the names of variables that are its API's own: `order_mgmt_`."""
        return re.sub(r"\W", "_", self.prefix.removeprefix("/")) + "_" if self.prefix else ""

    @property
    def answers(self) -> str:
        """The kind of record that it answers with."""
        words = re.findall(r"/([^/{}]+)", self.path)
        return kind(words[-1])

    @property
    def asks(self) -> str:
        """The kind of record that an `id` in its path is of."""
        own = self.prefix and self.told["operationId"] in _OF_CUSTOMERS
        return "customer" if own else self.answers


@dataclass(frozen=True)
class Step:
    """One request and its answer, as an example tells them."""

    operation: Operation
    example: Json


@dataclass(frozen=True)
class Folder:
    """Some steps; `prefix` is that of the API which they belong to."""

    name: str
    prefix: str
    steps: tuple[Step, ...]


# The examples of these follow one another: a part of further.json, or a package and the prefix of
# its paths. Order Management goes while no other customer has been added, nor an order to the
# first one, for its lists are whole; the Customer Purchase API goes when no purchase is left but
# the first.
_ROUTE = (
    "Is this shop empty?",
    SET_UP,
    ("products_service", NATIVE),
    ("sales_service.legacy", "/order-mgmt"),
    ("sales_service", NATIVE),
    ("customers_service", NATIVE),
    ("customers_service.legacy", "/api/v1"),
    "Refused",
    f"Refused by {BORDERS['/order-mgmt'].title}",
    f"Refused by {BORDERS['/api/v1'].title}",
    "The report as a file",
    ("gateway", NATIVE),
)
# What only a service tells the gateway has an example too, under a name that the gateway has.
_INSIDE = {("sales_service", "check_numbers")}


class Incomplete(Exception):
    """An operation without an example, or an example without an operation."""


def operations(documents: Mapping[str, Json]) -> dict[tuple[str, str], Operation]:
    """Every operation by the prefix of its document and its id."""
    return {
        (prefix, told["operationId"]): Operation(prefix, method.upper(), prefix + path, told)
        for prefix, document in documents.items()
        for path, item in document["paths"].items()
        for method, told in item.items()
        if method in METHODS
    }


def journey(documents: Mapping[str, Json]) -> list[Folder]:
    """All folders in order; Incomplete names what is missing."""
    known = operations(documents)
    further = json.loads(FURTHER.read_text("utf-8"))
    folders = []
    for leg in _ROUTE:
        if isinstance(leg, str):
            steps = tuple(_further(each, known) for each in further.pop(leg))
            folders.append(Folder(leg, steps[0].operation.prefix, steps))
        else:
            folders += _by_tag(_examples(*leg, known))
    shown = {id(step.operation) for folder in folders for step in folder.steps}
    missing = [key for key, each in known.items() if id(each) not in shown]
    if missing or further:
        raise Incomplete(f"without an example: {missing}; without a place: {list(further)}")
    return folders


def _further(example: Json, known: Mapping[tuple[str, str], Operation]) -> Step:
    return Step(known[example.get("prefix", NATIVE), example["operation"]], example)


def _examples(
    package: str, prefix: str, known: Mapping[tuple[str, str], Operation]
) -> Iterator[Step]:
    for name, example in examples(package).items():
        if (package, name) in _INSIDE:
            continue
        if (prefix, name) not in known:
            raise Incomplete(f"{name} of {package} is not in the documents")
        yield Step(known[prefix, name], example)


def _by_tag(steps: Iterator[Step]) -> list[Folder]:
    """A folder for each tag, and one more where examples come back to it."""
    folders: list[Folder] = []
    for tag, group in groupby(steps, lambda step: step.operation.tag):
        again = any(folder.name == tag for folder in folders)
        mine = tuple(group)
        name = f"{tag} (continued)" if again else tag
        folders.append(Folder(name, mine[0].operation.prefix, mine))
    return folders
