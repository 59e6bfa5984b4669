"""`daybook report`: a report of the shop, as a file."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, TypeAlias

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from daybook.commands.report_trailer import Lines, TrailerWrong
from daybook.failures import CommandFailed
from daybook.reaching import shop_addresses
from daybook.signals import undone_by_signals
from daybook.terminal import say

CONNECT_TIMEOUT = 5.0
CHUNK = 64 * 1024
ID_DIGITS = 19

Filters: TypeAlias = Mapping[str, str | list[str] | None]
Progressed: TypeAlias = Callable[[int], None]

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Write a report of the shop into a file."
)


class ReportFailed(CommandFailed):
    """There is no report, in one line that a person can act on."""


class Format(StrEnum):
    """How a report is written."""

    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    excel = "excel"


@app.callback()
def _group() -> None:
    """Each report is a command of its own."""


@app.command("customer-orders")
def customer_orders(
    customer: Annotated[
        str | None, typer.Option(help="A customer's number or id; all customers if absent")
    ] = None,
    format: Annotated[Format, typer.Option(help="How it is written")] = Format.csv,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; standard output if absent or -")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="The first day, such as 2011-11-25, or a time")
    ] = None,
    to: Annotated[str | None, typer.Option(help="The day, or time, before which to end")] = None,
    tz: Annotated[str | None, typer.Option(help="The time zone of these days")] = None,
    status: Annotated[list[str] | None, typer.Option(help="Orders in this state only")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Orders of this kind only")] = None,
) -> None:
    """Every line of every order, with its order and its customer."""
    file = None if out is None or str(out) == "-" else out
    filters = {"from": from_, "to": to, "tz": tz, "status": status, "kind": kind}
    with undone_by_signals(), shop_addresses() as addresses, _bytes_received() as progress:
        fetch_report(addresses, format, file, progress, customer=customer, filters=filters)
    if file is not None:
        say(f"Wrote {file}.")


def fetch_report(
    addresses: Mapping[str, str],
    format: Format,
    out: Path | None,
    progress: Progressed,
    *,
    customer: str | None = None,
    filters: Filters | None = None,
) -> None:
    """Write the report into `out`, whole or not at all; None is standard output.

    Of ndjson the last line is verified. `progress` is told how many bytes came. Raises
    ReportFailed.
    """
    if out is None and format is Format.excel:
        raise ReportFailed("A workbook is no text for standard output: --out names a file for it.")
    timeout = httpx.Timeout(None, connect=CONNECT_TIMEOUT)  # the gateway limits its own waiting
    with _told_plainly(out), httpx.Client(timeout=timeout, trust_env=False) as client:
        params: dict[str, str | list[str]] = {
            name: value for name, value in (filters or {}).items() if value
        }
        if customer is not None:
            params["customer_id"] = str(_customer_id(client, addresses["customers"], customer))
        url = f"{addresses['gateway']}/report/customer-orders"
        params["format"] = format.value
        with client.stream("GET", url, params=params) as response:
            if not response.is_success:
                response.read()
                raise ReportFailed(_reason(response))
            with _target(out) as file, _verified(format) as feed:
                for chunk in response.iter_bytes(CHUNK):
                    file.write(chunk)
                    feed(chunk)
                    progress(len(chunk))


@contextlib.contextmanager
def _verified(format: Format) -> Iterator[Callable[[bytes], None]]:
    """What is to be fed with the report; at the end its trailer must be true, if it has one."""
    lines = Lines()
    yield lines.feed if format is Format.ndjson else lambda _chunk: None
    if format is Format.ndjson:
        lines.verify()


def _customer_id(client: httpx.Client, url: str, customer: str) -> int:
    """The id of the customer with this number or, if nobody has it, with this id."""
    fields = ["number"]
    if customer.isascii() and customer.isdigit() and len(customer) <= ID_DIGITS:
        fields.append("id")
    for field in fields:
        response = client.get(f"{url}/customers", params={field: customer})
        if not response.is_success:
            raise ReportFailed(_reason(response))
        for found in response.json():
            return int(found["id"])
    raise ReportFailed(f"There is no customer {customer}.")


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{response.url} answered with status {response.status_code}."


@contextlib.contextmanager
def _target(out: Path | None) -> Iterator[BinaryIO]:
    """Where to write. A file appears under its name when it is whole, or not at all."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif out.exists() and not out.is_file():  # a pipe or a device, which must not be replaced
        with out.open("wb") as file:
            yield file
    else:
        part = out.with_name(f".{out.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                yield file
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def _told_plainly(out: Path | None) -> Iterator[None]:
    kept = "" if out is None else f"; {out} was not written"
    try:
        yield
    except httpx.ConnectError as failed:
        raise ReportFailed(f"{failed.request.url.netloc.decode()} cannot be reached.") from None
    except TrailerWrong as wrong:
        raise ReportFailed(f"The report is not whole: {wrong}{kept}.") from None
    except httpx.HTTPError:
        raise ReportFailed(f"The report broke off{kept}. The log of the shop tells why.") from None
    except BrokenPipeError:  # whoever read standard output has enough
        raise
    except OSError as failed:
        name = "Standard output" if out is None else out
        raise ReportFailed(f"{name} cannot be written: {failed.strerror}.") from None


@contextlib.contextmanager
def _bytes_received() -> Iterator[Progressed]:
    """A bar on standard error, where it is a terminal; nobody knows the size beforehand."""
    console = Console(stderr=True)
    columns = (
        *(TextColumn("{task.description}"), BarColumn()),
        *(DownloadColumn(), TimeElapsedColumn()),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Customer orders", total=None)
        yield lambda count: progress.advance(task, count)
