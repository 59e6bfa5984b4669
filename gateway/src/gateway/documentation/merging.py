"""Several OpenAPI documents as one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.documentation.references import Document, as_components, needed, referred, renamed

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def merged(parts: Mapping[str, Document]) -> Document:
    """`paths` and `components` of all parts; the keys name the parts.

    What two parts say alike under one name is there once. Where they differ, each is renamed
    by its part; so are operations. Parts have no path in common.
    """
    names = _new_names({part: needed(document) for part, document in parts.items()})
    taken = Counter(each["operationId"] for part in parts.values() for each in operations(part))
    paths: Document = {}
    components: dict[str, Any] = {}
    for part, document in parts.items():
        for path, item in document["paths"].items():
            paths[path] = renamed(item, names[part])
        for reference, component in needed(document).items():
            components[names[part].get(reference, reference)] = renamed(component, names[part])
        for operation in operations({"paths": {path: paths[path] for path in document["paths"]}}):
            if taken[operation["operationId"]] > 1:
                operation["operationId"] = f"{part}_{operation['operationId']}"
    return {"paths": paths, "components": as_components(components)}


def operations(document: Document) -> Iterator[Document]:
    """Every operation of the document."""
    for item in document["paths"].values():
        yield from (operation for method, operation in item.items() if method in _METHODS)


def _new_names(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Of each part, the references that others use for something else, and their new ones."""
    differing = _differing(parts)
    return {
        part: {old: _prefixed(part, old) for old in components if old in differing}
        for part, components in parts.items()
    }


def _differing(parts: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The references under which parts mean different things, whether or not they say so."""
    meant: dict[str, list[Any]] = {}
    for components in parts.values():
        for reference, component in components.items():
            meant.setdefault(reference, []).append(component)
    shared = {reference: all_ for reference, all_ in meant.items() if len(all_) > 1}
    found = {ref for ref, all_ in shared.items() if any(each != all_[0] for each in all_)}
    grown = True
    while grown:  # the same words differ when they refer to what differs
        more = {ref for ref, all_ in shared.items() if not found.isdisjoint(referred(all_))}
        grown = not more <= found
        found |= more
    return found


def _prefixed(part: str, reference: str) -> str:
    section, _, name = reference.rpartition("/")
    return f"{section}/{part.capitalize()}{name}"
