"""The document of the service says what it can do, under names that stay."""

OPERATIONS = {
    f"{verb}_{record}"
    for record in ("customer", "contact", "purchase")
    for verb in ("create", "get", "replace", "update", "delete")
} | {"list_customers", "list_contacts", "list_purchases", "list_purchases_of_customer"}


def test_every_operation_has_its_name_and_tells_its_problems(customers):
    paths = customers.get("/openapi.json").json()["paths"]
    told = {
        operation["operationId"]: operation["responses"]
        for path in paths.values()
        for operation in path.values()
    }
    assert told.keys() == OPERATIONS
    for name, responses in told.items():
        sound = "201" if name.startswith("create") else "200"
        assert sound in responses
        assert "422" in responses
        assert ("304" in responses) == name.startswith(("get", "list"))
        problems = [responses[each]["content"] for each in responses.keys() - {sound, "304"}]
        assert all(list(content) == ["application/problem+json"] for content in problems)
