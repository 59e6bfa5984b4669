"""SQL functions that every database spells its own way."""

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class quarter_hour(FunctionElement[int]):  # noqa: N801 # an SQL function by its name
    """The number of the quarter of an hour since 1970 in which a moment lies.

    No zone in use is off UTC by less than a quarter of an hour, so days and months of any
    zone are made of whole quarters: databases count them, Python folds them.
    """

    type = BigInteger()
    inherit_cache = True
    name = "quarter_hour"


@compiles(quarter_hour, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    # to the second: SQLite would round the last half of a millisecond up, into the next quarter
    moment = f"substr({compiler.process(element.clauses, **kw)}, 1, 19)"
    return f"CAST(strftime('%s', {moment}) AS INTEGER) / 900"


@compiles(quarter_hour, "mysql")
@compiles(quarter_hour, "mariadb")
def _mysql(element: Any, compiler: Any, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    return f"TIMESTAMPDIFF(SECOND, '1970-01-01', {moment}) DIV 900"


@compiles(quarter_hour, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    return f"CAST(floor(extract(epoch FROM {moment}) / 900) AS BIGINT)"


class month_number(FunctionElement[int]):  # noqa: N801 # an SQL function by its name
    """The month of UTC in which a moment lies, such as 202511."""

    type = BigInteger()
    inherit_cache = True
    name = "month_number"


@compiles(month_number, "sqlite")
def _month_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    return f"CAST(substr({moment}, 1, 4) || substr({moment}, 6, 2) AS INTEGER)"


@compiles(month_number, "mysql")
@compiles(month_number, "mariadb")
def _month_on_mysql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"EXTRACT(YEAR_MONTH FROM {compiler.process(element.clauses, **kw)})"


@compiles(month_number, "postgresql")
def _month_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    return f"CAST(extract(year FROM {moment}) * 100 + extract(month FROM {moment}) AS BIGINT)"


class first_line(FunctionElement[str]):  # noqa: N801 # an SQL function by its name
    """What stands before the first line feed of a text that has one."""

    type = String()
    inherit_cache = True
    name = "first_line"


@compiles(first_line, "sqlite")
def _first_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    return f"substr({text}, 1, instr({text}, char(10)) - 1)"


@compiles(first_line, "mysql")
@compiles(first_line, "mariadb")
def _first_on_mysql(element: Any, compiler: Any, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    return f"SUBSTRING_INDEX({text}, CHAR(10 USING utf8mb4), 1)"


@compiles(first_line, "postgresql")
def _first_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"split_part({compiler.process(element.clauses, **kw)}, chr(10), 1)"
