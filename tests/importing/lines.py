"""Lines of the online retail data set."""

UK = "United Kingdom"


def row(
    invoice: str,
    code: object = "A",
    quantity: object = 1,
    at: str = "2010-12-01 08:26:00",
    price: object = "1.00",
    customer: str = "",
    text_: str = "thing",
) -> tuple[object, ...]:
    """One of them; it is sound unless told otherwise."""
    return (invoice, code, text_, quantity, at, price, customer, UK)
