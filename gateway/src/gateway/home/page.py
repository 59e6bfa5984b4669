"""The page, made of the templates beside this file."""

from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from gateway.home.schemas import Home, Link, ServiceState


def rendered(home: Home) -> str:
    """The page as HTML."""
    missing = [service.name for service in home.services if not service.reachable]
    verdict = f"{' and '.join(missing)} cannot be reached." if missing else "All services answer."
    return _template("page.html").substitute(
        name=escape(home.name),
        version=escape(home.version),
        verdict=escape(verdict),
        state="missing" if missing else "reachable",
        services="".join(map(_service, home.services)),
        links="".join(map(_link, home.links)),
    )


def _service(service: ServiceState) -> str:
    return _template("service.html").substitute(
        name=escape(service.name),
        state="reachable" if service.reachable else "missing",
        told="answers" if service.reachable else "cannot be reached",
        paths=" ".join(f"<code>{escape(path)}</code>" for path in service.paths),
    )


def _link(link: Link) -> str:
    return _template("link.html").substitute(path=escape(link.path), title=escape(link.title))


@cache
def _template(name: str) -> Template:
    return Template(files("gateway.home").joinpath("templates", name).read_text("utf-8"))
