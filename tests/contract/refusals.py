"""What the APIs of old refuse, and in which words."""

# Of the shop: customer 1 is Ada with purchase 1, products 1 and 2 are held, the latter 7 times.
UNSOUND = [
    ("POST", "/api/v1/customer", {}, "name is required; address is required."),
    (
        "POST",
        "/api/v1/customer",
        {"name": " ", "address": 5},
        "name must not be empty; address must be text.",
    ),
    ("POST", "/api/v1/customer", [], "body must be an object."),
    ("POST", "/api/v1/customer", None, "body is required."),
    ("POST", "/api/v1/purchase/1", {}, "purchase_name is required; quantity is required."),
    (
        "POST",
        "/api/v1/purchase/1",
        {"purchase_name": "x" * 201, "quantity": 0},
        "purchase_name must have at most 200 characters; quantity must be at least 1.",
    ),
    (
        "POST",
        "/api/v1/purchase/one",
        {"purchase_name": "Lamp", "quantity": 1},
        "id must be a whole number.",
    ),
    ("GET", "/api/v1/customer?customer_id=x", None, "customer_id must be a whole number."),
    *(
        ("DELETE", "/api/v1/purchase/1", body, told)
        for told in [
            "body must have delete_all or purchase_ids to delete,"
            " or else purchase_name or quantity to update."
        ]
        for body in (
            {},
            {"colour": "red"},
            {"delete_all": True, "quantity": 2},
            {"purchase_ids": [1], "purchase_name": "Lamp"},
        )
    ),
    ("DELETE", "/api/v1/purchase/1", None, "body is required."),
    ("DELETE", "/api/v1/purchase/1", [1], "body must be an object."),
    ("DELETE", "/api/v1/purchase/1", {"delete_all": 1}, "delete_all must be true or false."),
    ("DELETE", "/api/v1/purchase/1", {"delete_all": None}, "delete_all must be true or false."),
    (
        "DELETE",
        "/api/v1/purchase/1",
        {"delete_all": False, "purchase_ids": [1, "2", "x", 1.5, True]},
        "purchase_ids.2 must be a whole number; purchase_ids.3 must be a whole number;"
        " purchase_ids.4 must be a whole number.",
    ),
    (
        "DELETE",
        "/api/v1/purchase/1",
        {"purchase_ids": {"1": 1}},
        "purchase_ids must be a list.",
    ),
    ("DELETE", "/api/v1/purchase/1", {"quantity": "4"}, "quantity must be a whole number."),
    *(
        (method, "/api/v1/purchase/1", body, "body must have purchase_name or quantity.")
        for method in ("PUT", "PATCH")
        for body in ({}, {"delete_all": True})
    ),
    ("PATCH", "/api/v1/purchase/1", {"purchase_name": None}, "purchase_name must be text."),
    ("POST", "/order-mgmt/users", {}, "email is required; full_name is required."),
    (
        "POST",
        "/order-mgmt/users",
        {"email": "nobody", "full_name": "a\0b"},
        "email must be an e-mail address, such as ada@example.org;"
        " full_name must not hold the character NUL.",
    ),
    ("POST", "/order-mgmt/products", {}, "name is required; price_cents is required."),
    (
        "POST",
        "/order-mgmt/products",
        {"name": "Tea", "price_cents": 2.5},
        "price_cents must be a whole number.",
    ),
    (
        "POST",
        "/order-mgmt/products",
        {"name": "Tea", "price_cents": -1},
        "price_cents must be at least 0.",
    ),
    (
        "POST",
        "/order-mgmt/orders",
        {},
        "user_id is required; status is required; items is required.",
    ),
    (
        "POST",
        "/order-mgmt/orders",
        {"user_id": 1, "status": "pending", "items": []},
        "items must have 1 or more items.",
    ),
    (
        "POST",
        "/order-mgmt/orders",
        {"user_id": "1", "status": "", "items": [{"product_id": 1, "quantity": 0}, {}]},
        "user_id must be a whole number; status must not be empty; items.0.quantity must be at"
        " least 1; items.1.product_id is required; items.1.quantity is required.",
    ),
    (
        "POST",
        "/order-mgmt/orders",
        {
            "user_id": 1,
            "status": "too much",
            "items": [{"product_id": 1, "quantity": 10**9}] * 10,
        },
        "items must come to at most 1000000000000 cents in all.",
    ),
    ("GET", "/order-mgmt/orders", None, "user_id is required."),
    ("GET", "/order-mgmt/orders?user_id=", None, "user_id must be a whole number."),
]
UNKNOWN = [
    ("POST", "/api/v1/purchase/9", {"purchase_name": "L", "quantity": 1}, "customer with id 9"),
    ("GET", "/api/v1/purchase/9", None, "customer with id 9"),
    ("GET", "/api/v1/customer?customer_id=9", None, "customer with id 9"),
    ("PUT", "/api/v1/purchase/9", {"quantity": 1}, "purchase with id 9"),
    ("PATCH", "/api/v1/purchase/9", {"quantity": 1}, "purchase with id 9"),
    ("DELETE", "/api/v1/purchase/9", {"quantity": 1}, "purchase with id 9"),
    ("DELETE", "/api/v1/purchase/9", {"delete_all": True}, "customer with id 9"),
    ("DELETE", "/api/v1/purchase/9", {"purchase_ids": [1]}, "customer with id 9"),
    *(
        (method, f"/api/v1/purchase/{id_}", {"quantity": 1}, f"purchase with id {id_}")
        for method in ("PUT", "PATCH", "DELETE")
        for id_ in (0, -1, 2**63, 10**30)
    ),
    *(
        (method, f"/api/v1/{path}{id_}", body, f"customer with id {id_}")
        for method, path, body in (
            ("GET", "purchase/", None),
            ("GET", "customer?customer_id=", None),
            ("POST", "purchase/", {"purchase_name": "Lamp", "quantity": 1}),
            ("DELETE", "purchase/", {"delete_all": True}),
        )
        for id_ in (0, -1, 2**63, 10**30)
    ),
    *(
        ("GET", f"/order-mgmt/orders?user_id={id_}", None, f"user with id {id_}")
        for id_ in (0, -1, 9, 2**63, 10**30)
    ),
    *(
        (
            "POST",
            "/order-mgmt/orders",
            {"user_id": user, "status": "s", "items": [{"product_id": product, "quantity": 1}]},
            told,
        )
        for user, product, told in (
            (0, 1, "user with id 0"),
            (10**30, 1, f"user with id {10**30}"),
            (1, -5, "product with id -5"),
            (1, 2**63, f"product with id {2**63}"),
        )
    ),
    (
        "POST",
        "/order-mgmt/orders",
        {"user_id": 9, "status": "s", "items": [{"product_id": 1, "quantity": 1}]},
        "user with id 9",
    ),
    (
        "POST",
        "/order-mgmt/orders",
        {
            "user_id": 1,
            "status": "s",
            "items": [{"product_id": id_, "quantity": 1} for id_ in (1, 8, 9)],
        },
        "product with id 8, 9",
    ),
]
TAKEN = [
    (
        "/order-mgmt/users",
        {"email": "ADA@example.org", "full_name": "Another"},
        "Another customer has this email.",
    ),
    (
        "/order-mgmt/orders",
        {"user_id": 1, "status": "s", "items": [{"product_id": 2, "quantity": 8}]},
        "There is not enough stock of product 2 (8 requested, 7 available).",
    ),
]
