"""What runs here, on the wire."""

from pydantic import BaseModel


class ServiceState(BaseModel):
    """A service, whether it answers now, and the paths under which it is reached here."""

    name: str
    reachable: bool
    paths: list[str]


class Link(BaseModel):
    """Somewhere to go."""

    path: str
    title: str


class Home(BaseModel):
    """What the page tells a person."""

    name: str
    version: str
    services: list[ServiceState]
    links: list[Link]
