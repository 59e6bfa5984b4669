"""What Daybook reads from the environment, from `.env` or from files; everything has a default."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from pydantic import AliasChoices, Field, HttpUrl, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

# Where Docker and Kubernetes put secrets: there a file named as the variable holds its value.
SECRETS = Path("/run/secrets")
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """Each setting is the environment variable `DAYBOOK_<NAME>`, in any case."""

    model_config = SettingsConfigDict(
        env_prefix="DAYBOOK_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    folder: Path = Path("var")  # of the embedded database and its copies
    database_url_setting: str | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "DAYBOOK_DATABASE_URL")
    )
    migration_url: str | None = None  # of the user who owns the tables, where it is another one
    threads: Annotated[int, Field(ge=1, le=1000)] = 40  # requests that use a database at once
    lock_timeout: Annotated[float, Field(gt=0)] = 60.0  # seconds a writer waits for its turn

    # hours for which the answer to a request with an Idempotency-Key is kept
    idempotency_hours: Annotated[float, Field(gt=0, le=8760)] = 24.0

    host: str = "127.0.0.1"
    products_port: Port = 8000
    sales_port: Port = 8001
    customers_port: Port = 8002
    gateway_port: Port = 8050
    order_mgmt_port: Port = 8021  # where its document has it; only an embedded shop listens there

    products_url: str = "http://127.0.0.1:8000"
    sales_url: str = "http://127.0.0.1:8001"
    customers_url: str = "http://127.0.0.1:8002"
    connect_timeout: Annotated[float, Field(gt=0)] = 2.0
    upstream_timeout: Annotated[float, Field(gt=0)] = 30.0  # seconds for a whole call
    client_timeout: Annotated[float, Field(gt=0)] = 60.0  # seconds of a client's silence

    # An order of 2,000 lines, sent back with all that Daybook wrote into it, has 2.5 MB.
    max_body_bytes: Annotated[int, Field(ge=1)] = 4_000_000
    body_timeout: Annotated[float, Field(gt=0)] = 60.0  # seconds for a body to come in whole

    # By default the pages of this machine may call: any port of localhost and 127.0.0.1.
    cors_origin_regex: str = r"https?://(localhost|127\.0\.0\.1)(:\d+)?"
    trusted_hosts: list[str] = ["localhost", "127.0.0.1"]

    log_format: Literal["auto", "json", "console"] = "auto"  # console where a person watches
    # auto: warnings on a console, every request in JSON
    log_level: Literal["auto", "debug", "info", "warning", "error"] = "auto"
    # Traces go there, as OpenTelemetry's own variable says; without it there are none.
    traces_endpoint: HttpUrl | None = Field(
        default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT"
    )

    # A new shop is founded with these; afterwards the row of table `shop` counts.
    shop_name: str = "My shop"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name != "UTC" and name not in available_timezones():
            raise PydanticCustomError("zone", "must be the IANA name of a time zone")
        return name

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, code: str) -> str:
        if code not in list_currencies():
            raise PydanticCustomError("currency", "must be the ISO 4217 code of a currency")
        return code

    @field_validator("cors_origin_regex")
    @classmethod
    def _sound_expression(cls, expression: str) -> str:
        try:
            re.compile(expression)
        except re.error:
            raise PydanticCustomError("regex", "must be a regular expression") from None
        return expression

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database: SQLite in the folder unless one is set."""
        return self.database_url_setting or f"sqlite:///{(self.folder / 'daybook.db').as_posix()}"


class SettingsWrong(Exception):
    """A setting cannot be read, or has a value that it cannot have; the text names it."""


@cache
def get_settings() -> Settings:
    """The settings of this process, read once. Raises SettingsWrong."""
    # in a container `.env` is that of a folder that a person happens to be in
    contained = (SECRETS / "database_url").exists()
    try:
        return Settings(
            _secrets_dir=SECRETS if SECRETS.is_dir() else None,
            _env_file=None if contained else ".env",
        )
    except ValidationError as wrong:
        raise SettingsWrong(_first(wrong)) from None
    except (SettingsError, UnicodeDecodeError, OSError) as wrong:
        raise SettingsWrong(f"A setting cannot be read: {wrong}.") from None


def _first(wrong: ValidationError) -> str:
    error = wrong.errors()[0]
    name = str(error["loc"][0]).upper()
    variable = name if name.startswith(("DAYBOOK_", "DATABASE_", "OTEL_")) else f"DAYBOOK_{name}"
    return f"{variable}: {error['msg']}."
