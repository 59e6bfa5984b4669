"""The requests of the collection, as Postman has them."""

from typing import Any, TypeAlias

from journey import Step
from naming import Names, as_body, as_text

Json: TypeAlias = dict[str, Any]


def request(step: Step, names: Names) -> Json:
    """What is sent, with variables for the ids that answers have told."""
    operation, told = step.operation, step.example
    sent: Json = {"method": operation.method, "header": [], "url": _url(step, names)}
    if description := operation.told.get("description"):
        sent["description"] = description
    body = told.get("raw")  # what is no JSON stands there as it is
    if "body" in told:
        body = as_body(names.sent(operation.slug, told["body"]))
    if body is not None:
        sent["header"] = [{"key": "Content-Type", "value": "application/json"}]
        sent["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    return sent


def _url(step: Step, names: Names) -> Json:
    path = step.operation.path.replace("{", ":").replace("}", "").removeprefix("/")
    url: Json = {"raw": f"{{{{base_url}}}}/{path}", "host": ["{{base_url}}"]}
    url["path"] = path.split("/")
    if query := _values(step, "query", names):
        url["raw"] += "?" + "&".join(f"{each['key']}={each['value']}" for each in query)
        url["query"] = query
    if variables := _values(step, "path", names):
        url["variable"] = variables
    return url


def _values(step: Step, place: str, names: Names) -> list[Json]:
    """The parameters of the path or of the query, with what the document says of them."""
    operation = step.operation
    told = operation.told.get("parameters", ())
    about = {each["name"]: each["description"] for each in told if "description" in each}
    found = names.sent(operation.slug, step.example.get(place, {}), operation.asks)
    return [
        {"key": name, "value": as_text(value)}
        | ({"description": about[name]} if name in about else {})
        for name, value in found.items()
    ]
