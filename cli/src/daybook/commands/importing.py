"""`daybook import`: bring the records of another system."""

import typer

from daybook.commands.imports import databases, online_retail

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Bring the records of another system."
)
app.command("online-retail")(online_retail.online_retail)
app.command("four-databases")(databases.four_databases)
app.command("purchases")(databases.purchases)
app.command("orders-v1")(databases.orders_v1)
