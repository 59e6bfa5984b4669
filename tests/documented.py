"""A client that believes nothing: each answer must be one that the app's document tells of."""

from typing import Any

import httpx2
from fastapi.testclient import TestClient

PROBLEM = "application/problem+json"
_documents: dict[str, Any] = {}


class DocumentedClient(TestClient):
    """Fails where status, media type or code of an answer are not in the OpenAPI document."""

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        answer = super().send(request, **options)
        app: Any = self.app
        method = "get" if request.method == "HEAD" else request.method.lower()
        if told := _operation(app, method, request.url.path):
            _believe(told["responses"], answer)
        elif answer.is_error:
            assert answer.headers["content-type"] == PROBLEM
        return answer


def _operation(app: Any, method: str, path: str) -> Any:
    document = _documents.get(app.title) or _documents.setdefault(app.title, app.openapi())
    for route in app.state.routes:
        if route.path_regex.match(path) and method.upper() in route.methods:
            return document["paths"].get(route.path_format, {}).get(method)
    return None


def _believe(told: Any, answer: httpx2.Response) -> None:
    status = str(answer.status_code)
    assert status in told, f"{status} is not documented for {answer.request.method} {answer.url}"
    if status == "304":
        return  # it has no content
    media = answer.headers["content-type"]
    content = told[status]["content"]
    assert media in content or media.partition(";")[0] in content
    if media == PROBLEM and answer.content:
        codes = content[media]["schema"]["allOf"][1]["properties"]["code"]["enum"]
        assert answer.json()["code"] in codes, (answer.json()["code"], str(answer.url))
