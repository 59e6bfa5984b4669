"""Read the rows of the file, be it CSV, gzipped CSV or an Excel workbook, one at a time."""

import codecs
import csv
import gzip
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import openpyxl

from common.importing.progress import Progress

COLUMNS = (
    *("InvoiceNo", "StockCode", "Description", "Quantity"),
    *("InvoiceDate", "UnitPrice", "CustomerID", "Country"),
)
CHUNK = 1 << 20
# Excel holds the texts of a workbook in memory; the publisher's are 0.1 MB of them.
MOST_TEXT = 256 << 20


class UnreadableFile(Exception):
    """The file is not one of these, or is damaged; the text says what is wrong."""


class Row(NamedTuple):
    """A row of the file: the line on which it ends (the header's is 1), and its eight cells.

    Cells are text, except that a workbook has numbers and times too.
    """

    line: int
    cells: tuple[object, ...]


def rows(path: Path, progress: Progress) -> Iterator[Row]:
    """The rows below the header, without those that are empty; raises UnreadableFile.

    Steps of the progress are bytes of the file, of a workbook rows.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
        yield from _workbook(path, progress) if start == b"PK\x03\x04" else _csv(path, progress)
    except OSError as failed:
        raise UnreadableFile(f"{path} cannot be read: {failed.strerror or failed}.") from None
    except (EOFError, zlib.error) as failed:
        raise UnreadableFile(f"{path} is damaged: {failed}.") from None


def _csv(path: Path, progress: Progress) -> Iterator[Row]:
    encoding = _encoding(path)
    progress.phase("Reading", path.stat().st_size)
    with path.open("rb") as file, _unpacked(file) as plain:
        text = io.TextIOWrapper(plain, encoding=encoding, newline="")
        reader = csv.reader(text, strict=True)
        try:
            yield from _csv_rows(path, reader, file, progress)
        except csv.Error as failed:
            line = reader.line_num
            raise UnreadableFile(f"{path} is not sound CSV at line {line}: {failed}.") from None


def _csv_rows(path: Path, reader: Any, file: BinaryIO, progress: Progress) -> Iterator[Row]:
    places = _places(path, next(reader, []))
    told = 0
    for number, cells in enumerate(reader):
        if number % 1000 == 0:
            progress.advance(file.tell() - told)
            told = file.tell()
        if any(cells):
            yield Row(reader.line_num, _chosen(cells, places))
    progress.advance(path.stat().st_size - told)


def _encoding(path: Path) -> str:
    """UTF-8, with or without a mark, if all of the file is; else Latin-1, which anything is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file, _unpacked(file) as plain:
        try:
            while chunk := plain.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


@contextmanager
def _unpacked(file: BinaryIO) -> Iterator[BinaryIO]:
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if not zipped:
        yield file
        return
    with gzip.open(file) as plain:
        yield plain  # type: ignore[misc] # a GzipFile reads as a binary file does


def _workbook(path: Path, progress: Progress) -> Iterator[Row]:
    try:
        with _sheet(path) as sheet:
            progress.phase("Reading", sheet.max_row)
            sheet.reset_dimensions()  # what it says of its size may be wrong, and would cut rows
            numbered = enumerate(sheet.iter_rows(values_only=True), start=1)
            _, header = next(numbered, (1, ()))
            places = _places(path, [str(cell or "") for cell in header])
            for line, cells in numbered:
                progress.advance(1)
                if any(cell is not None for cell in cells):
                    yield Row(line, _chosen(cells, places))
    except (UnreadableFile, OSError):
        raise
    except Exception as failed:  # openpyxl lets through whatever ZIP and XML readers raise
        raise UnreadableFile(f"{path} is damaged, or no workbook: {failed}.") from None


@contextmanager
def _sheet(path: Path) -> Iterator[Any]:
    """The first sheet of a workbook, row by row."""
    with zipfile.ZipFile(path) as archive:
        texts = sum(
            info.file_size for info in archive.infolist() if "haredStrings" in info.filename
        )
    if texts > MOST_TEXT:
        raise UnreadableFile(f"{path} holds {texts >> 20} MiB of text, more than a year's worth.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that hold no cells
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    with closing(book):
        yield book.worksheets[0]


def _places(path: Path, header: list[str]) -> tuple[int, ...]:
    """Where the columns stand; raises UnreadableFile, naming those that are missing."""
    names = [name.strip().casefold() for name in header]
    missing = [column for column in COLUMNS if column.casefold() not in names]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise UnreadableFile(f"{path} has no column{plural} {', '.join(missing)}.")
    return tuple(names.index(column.casefold()) for column in COLUMNS)


def _chosen(cells: list[str] | tuple[object, ...], places: tuple[int, ...]) -> tuple[object, ...]:
    """The eight cells in our order; those that a short row lacks are empty."""
    return tuple(cells[place] if place < len(cells) else None for place in places)
