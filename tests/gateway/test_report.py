"""The report of a real shop, on real ports: whole bodies, exactly."""

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx2
import openpyxl
import orjson
import pytest

Ask = Callable[..., httpx2.Response]
COLUMNS = [
    *("customer_id", "customer_name", "order_id", "order_date", "order_status", "order_total"),
    *("order_line_id", "product_id", "product_name", "quantity", "unit_price", "line_total"),
    "currency",
]
HEADER = ",".join(COLUMNS) + "\r\n"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NDJSON = "application/x-ndjson"
ANN, EVIL, IDLE = 1, 2, 3
EVIL_NAME = '=HYPERLINK("http://evil")'


@pytest.fixture
def ask(shop: dict[str, str], http: httpx2.Client) -> Ask:
    """Ask for the report of a shop with a few orders, of which the newest is of nobody."""

    def create(service: str, path: str, **body: Any) -> None:
        created = http.post(f"{shop[service]}{path}", json=body)
        assert created.status_code == 201, created.text

    for name in ("Ann", EVIL_NAME, "Idle"):
        create("customers", "/customers", name=name)
    create("products", "/categories", name="books")
    for sku, name, price in (("A", "Lamp, tall", 24990), ("B", "-5 degrees", 5)):
        product = {"sku": sku, "name": name, "price_cents": price, "quantity": 100}
        create("products", "/products", category_id=1, **product)

    def order(day: int, *lines: tuple[int, int], **customer: int) -> None:
        told = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        moment = f"2010-12-{day:02}T08:26:00Z"
        create("sales", "/orders", lines=told, order_date=moment, **customer)

    order(1, (1, 1))
    order(2, (2, 3), customer_id=EVIL)
    order(3, (1, 2), (2, 1), customer_id=ANN)

    def get(**params: Any) -> httpx2.Response:
        return http.get(f"{shop['gateway']}/report/customer-orders", params=params)

    return get


def ids(response: httpx2.Response) -> list[tuple[Any, Any, Any]]:
    assert response.status_code == 200, response.text
    return [(row["customer_id"], row["order_id"], row["order_line_id"]) for row in response.json()]


def moment(day: int) -> datetime:
    return datetime.fromisoformat(f"2010-12-{day:02}T08:26:00")


def test_json_has_amounts_written_from_integers_and_nobodys_orders_last(ask: Ask) -> None:
    response = ask()
    assert response.text == (
        '[{"customer_id":1,"customer_name":"Ann","order_id":3,'
        '"order_date":"2010-12-03T08:26:00Z","order_status":"placed","order_total":499.85,'
        '"order_line_id":3,"product_id":1,"product_name":"Lamp, tall","quantity":2,'
        '"unit_price":249.90,"line_total":499.80,"currency":"EUR"},'
        '{"customer_id":1,"customer_name":"Ann","order_id":3,'
        '"order_date":"2010-12-03T08:26:00Z","order_status":"placed","order_total":499.85,'
        '"order_line_id":4,"product_id":2,"product_name":"-5 degrees","quantity":1,'
        '"unit_price":0.05,"line_total":0.05,"currency":"EUR"},'
        '{"customer_id":2,"customer_name":"=HYPERLINK(\\"http://evil\\")","order_id":2,'
        '"order_date":"2010-12-02T08:26:00Z","order_status":"placed","order_total":0.15,'
        '"order_line_id":2,"product_id":2,"product_name":"-5 degrees","quantity":3,'
        '"unit_price":0.05,"line_total":0.15,"currency":"EUR"},'
        '{"customer_id":null,"customer_name":null,"order_id":1,'
        '"order_date":"2010-12-01T08:26:00Z","order_status":"placed","order_total":249.90,'
        '"order_line_id":1,"product_id":1,"product_name":"Lamp, tall","quantity":1,'
        '"unit_price":249.90,"line_total":249.90,"currency":"EUR"}]'
    )
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-as-of"] == "3"
    assert response.headers["content-disposition"] == 'inline; filename="customer-orders.json"'


def test_csv_has_the_header_and_text_that_no_spreadsheet_runs(ask: Ask) -> None:
    response = ask(format="csv")
    assert response.content.decode() == (
        f"{HEADER}"
        '1,Ann,3,2010-12-03T08:26:00Z,placed,499.85,3,1,"Lamp, tall",2,249.90,499.80,EUR\r\n'
        "1,Ann,3,2010-12-03T08:26:00Z,placed,499.85,4,2,'-5 degrees,1,0.05,0.05,EUR\r\n"
        '2,"\'=HYPERLINK(""http://evil"")",2,2010-12-02T08:26:00Z,placed,0.15,2,2,'
        "'-5 degrees,3,0.05,0.15,EUR\r\n"
        ',,1,2010-12-01T08:26:00Z,placed,249.90,1,1,"Lamp, tall",1,249.90,249.90,EUR\r\n'
    )
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["x-as-of"] == "3"
    assert response.headers["content-disposition"] == 'attachment; filename="customer-orders.csv"'


def test_ndjson_has_the_rows_of_json_and_a_trailer(ask: Ask) -> None:
    response = ask(format="ndjson")
    whole = ask().text.removeprefix("[").removesuffix("]").replace("},{", "}\n{") + "\n"
    rows, trailer = whole.encode(), response.content[len(whole.encode()) :]
    assert response.content == rows + trailer
    assert orjson.loads(trailer) == {
        "rows": 4,
        "total_cents": 49980 + 5 + 15 + 24990,
        "sha256": hashlib.sha256(rows).hexdigest(),
    }
    assert trailer.endswith(b"}\n")
    assert response.headers["content-type"] == NDJSON
    assert response.headers["x-as-of"] == "3"
    disposition = 'attachment; filename="customer-orders.ndjson"'
    assert response.headers["content-disposition"] == disposition


@pytest.mark.parametrize("format", ["excel", "xlsx"])
def test_excel_has_real_dates_numbers_and_text(ask: Ask, format: str) -> None:
    response = ask(format=format)
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert list(sheet.values) == [
        tuple(COLUMNS),
        (1, "Ann", 3, moment(3), "placed", 499.85, 3, 1, "Lamp, tall", 2, 249.9, 499.8, "EUR"),
        (1, "Ann", 3, moment(3), "placed", 499.85, 4, 2, "-5 degrees", 1, 0.05, 0.05, "EUR"),
        (2, EVIL_NAME, 2, moment(2), "placed", 0.15, 2, 2, "-5 degrees", 3, 0.05, 0.15, "EUR"),
        (None, None, 1, moment(1), "placed", 249.9, 1, 1, "Lamp, tall", 1, 249.9, 249.9, "EUR"),
    ]
    assert [cell.data_type for cell in sheet[2]] == list("nsndsnnnsnnns")
    assert sheet["B4"].data_type == "s"
    formats = [sheet[place].number_format for place in ("A2", "D2", "F2", "K2", "L2")]
    assert formats == ["0", "yyyy-mm-dd hh:mm:ss", "0.00", "0.00", "0.00"]
    assert sheet.freeze_panes == "A2"
    assert sheet.title == "Customer orders"
    assert response.headers["content-type"] == EXCEL
    disposition = 'attachment; filename="customer-orders.xlsx"'
    assert response.headers["content-disposition"] == disposition
    assert response.headers["x-as-of"] == "3"


def test_one_customer_has_the_rows_of_the_whole_report_in_every_format(ask: Ask) -> None:
    whole = orjson.loads(ask().content)
    one = ask(customer_id=ANN)
    assert orjson.loads(one.content) == [row for row in whole if row["customer_id"] == ANN]
    assert one.headers["content-disposition"] == 'inline; filename="customer-orders-1.json"'
    told = ask(customer_id=ANN, format="csv")
    assert len(list(csv.DictReader(io.StringIO(told.text, newline="")))) == 2
    disposition = 'attachment; filename="customer-orders-1.csv"'
    assert told.headers["content-disposition"] == disposition
    book = openpyxl.load_workbook(io.BytesIO(ask(customer_id=ANN, format="excel").content))
    assert [row[6] for row in book.active.values] == ["order_line_id", 3, 4]


def test_a_customer_without_orders_is_an_empty_report_in_every_format(ask: Ask) -> None:
    assert ask(customer_id=IDLE).text == "[]"
    assert ask(customer_id=IDLE, format="csv").text == HEADER
    assert ask(customer_id=IDLE, format="ndjson").text == (
        f'{{"rows":0,"total_cents":0,"sha256":"{hashlib.sha256().hexdigest()}"}}\n'
    )
    response = ask(customer_id=IDLE, format="excel")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert list(sheet.values) == [tuple(COLUMNS)]
    assert sheet.freeze_panes == "A2"
    assert response.headers["x-as-of"] == "3"


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "excel"])
def test_an_unknown_customer_is_not_found(ask: Ask, format: str) -> None:
    response = ask(customer_id=17850, format=format)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (404, "not_found")
    assert problem["detail"] == "There is no customer with id 17850."
    assert problem["missing"] == [17850]
    assert problem["instance"] == "/report/customer-orders"
    assert problem["request_id"] == response.headers["x-request-id"]


def test_filters_choose_the_lines(ask: Ask) -> None:
    first, second, third = (None, 1, 1), (EVIL, 2, 2), [(ANN, 3, 3), (ANN, 3, 4)]
    assert ids(ask(**{"from": "2010-12-02"})) == [*third, second]
    assert ids(ask(to="2010-12-02T08:26:00Z")) == [first]
    assert ids(ask(**{"from": "2010-12-02", "to": "2010-12-03"})) == [second]
    # in Auckland, 13 hours ahead, the first is of 1 December, 21:26
    assert ids(ask(**{"from": "2010-12-01T21:26", "tz": "Pacific/Auckland"})) == [
        *third,
        second,
        first,
    ]
    assert ids(ask(to="2010-12-01T21:26", tz="Pacific/Auckland")) == []
    assert ids(ask(status="placed", customer_id=EVIL)) == [second]
    assert ids(ask(status="closed")) == []
    assert len(ids(ask(status=["closed", "placed"]))) == 4
    assert ids(ask(kind="return")) == []
    assert len(ids(ask(kind=["return", "sale"]))) == 4


@pytest.mark.parametrize("customer", [{}, {"customer_id": ANN}])
@pytest.mark.parametrize(
    ("word", "value"),
    [("from", "soon"), ("to", "soon"), ("tz", "Mars"), ("status", "lost"), ("kind", "x")],
)
def test_a_filter_that_makes_no_sense_is_refused_by_name(
    ask: Ask, word: str, value: str, customer: dict[str, int]
) -> None:
    response = ask(**{word: value}, **customer)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "invalid")
    assert [field.split(".")[0] for field in problem["errors"]] == [word]
    assert problem["instance"] == "/report/customer-orders"
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "service" not in problem


def test_an_unknown_parameter_is_malformed_not_ignored(ask: Ask) -> None:
    response = ask(customer=ANN)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (400, "malformed")
    assert problem["detail"] == "There is no parameter customer."
    assert problem["errors"] == {"customer": "is not a parameter here"}
    twice = ask(customer_id=[ANN, EVIL])
    assert (twice.status_code, list(twice.json()["errors"])) == (400, ["customer_id"])


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "", "1.5", str(2**63)])
def test_an_id_that_is_none_is_invalid(ask: Ask, wrong: str) -> None:
    response = ask(customer_id=wrong)
    assert (response.status_code, list(response.json()["errors"])) == (422, ["customer_id"])


def test_the_largest_id_is_one(ask: Ask) -> None:
    assert ask(customer_id=2**63 - 1).status_code == 404


def test_an_unknown_format_is_invalid(ask: Ask) -> None:
    response = ask(format="pdf")
    assert (response.status_code, list(response.json()["errors"])) == (422, ["format"])


def test_the_documentation_tells_columns_and_media_types(
    shop: dict[str, str], http: httpx2.Client
) -> None:
    document = http.get(f"{shop['gateway']}/openapi.json").json()
    operation = document["paths"]["/report/customer-orders"]["get"]
    assert operation["operationId"] == "report_customer_orders"
    media = set(operation["responses"]["200"]["content"])
    assert media == {"application/json", NDJSON, "text/csv; charset=utf-8", EXCEL}
    assert set(operation["responses"]["200"]["headers"]) == {"X-As-Of", "Content-Disposition"}
    assert {"200", "400", "404", "422", "502", "504"} <= set(operation["responses"])
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert sorted(names) == ["customer_id", "format", "from", "kind", "status", "to", "tz"]
    assert list(document["components"]["schemas"]["CustomerOrderLine"]["properties"]) == COLUMNS
