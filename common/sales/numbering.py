"""The numbers that Daybook gives to orders: they begin with a letter, those of shops rarely do."""


def number_of(order_id: int) -> str:
    """The number of an order that came without one."""
    return f"O-{order_id}"
