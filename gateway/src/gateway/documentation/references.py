"""The references inside an OpenAPI document: which there are, and how to rename them."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = dict[str, Any]
_COMPONENTS = "#/components/"


def referred(node: Any) -> Iterator[str]:
    """Every component that is referred to in `node`, such as `#/components/schemas/Order`."""
    if isinstance(node, dict):
        for value in node.values():
            yield from referred(value)
    elif isinstance(node, list):
        for value in node:
            yield from referred(value)
    elif isinstance(node, str) and node.startswith(_COMPONENTS):
        yield node


def renamed(node: Any, names: Mapping[str, str]) -> Any:
    """The node with other references, where `names` has one for it."""
    if isinstance(node, dict):
        return {name: renamed(value, names) for name, value in node.items()}
    if isinstance(node, list):
        return [renamed(value, names) for value in node]
    return names.get(node, node) if isinstance(node, str) else node


def needed(document: Document) -> dict[str, Any]:
    """The components that the paths of the document need, by reference."""
    # an operation names its security schemes without a reference
    schemes = document.get("components", {}).get("securitySchemes", {})
    found = {f"{_COMPONENTS}securitySchemes/{name}": told for name, told in schemes.items()}
    waiting = list(referred(document["paths"]))
    while waiting:
        reference = waiting.pop()
        if reference not in found:
            section, name = reference.removeprefix(_COMPONENTS).split("/")
            found[reference] = document["components"][section][name]
            waiting += referred(found[reference])
    return found


def as_components(by_reference: Mapping[str, Any]) -> Document:
    """The section `components` with these in it."""
    components: Document = {}
    for reference, component in sorted(by_reference.items()):
        section, name = reference.removeprefix(_COMPONENTS).split("/")
        components.setdefault(section, {})[name] = component
    return components
