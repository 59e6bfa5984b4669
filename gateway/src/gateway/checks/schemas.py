"""The proof on the wire, as sales-service tells it."""

from pydantic import BaseModel, ConfigDict


class Check(BaseModel):
    """One invariant, and the rows for which it does not hold."""

    model_config = ConfigDict(extra="allow")

    name: str
    ok: bool
    failures: list[str]


class CheckReport(BaseModel):
    """Whether all numbers agree, and what was proven."""

    model_config = ConfigDict(extra="allow")

    ok: bool
    checks: list[Check]
