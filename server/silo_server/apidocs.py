"""OpenAPI, and its pages from files that are installed with the server: they work offline."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path  # type: ignore[import-untyped] # it has no types

_URL = "/api/openapi.json"
_ASSETS = "/api/docs/assets"
_OPEN = ("/health", "/ready")

# the bundled pages read 3.0, so that is what is written
_OPENAPI = "3.0.3"


class DocumentedApi(FastAPI):
    """Describes itself with who may ask what, and with the errors as they look."""

    def openapi(self) -> dict[str, Any]:
        """The description, made on the first request."""
        if self.openapi_schema is None:
            schema = get_openapi(
                title=self.title,
                version=self.version,
                description=self.description,
                routes=self.routes,
                openapi_version=_OPENAPI,
            )
            _say_who_asks(schema)
            self.openapi_schema = _in_3_0(schema)
        return self.openapi_schema


def add_docs(app: FastAPI) -> None:
    """Serve the description at ``/api/openapi.json`` and its pages at ``/api/docs``."""
    app.mount(_ASSETS, StaticFiles(directory=swagger_ui_path))
    page = get_swagger_ui_html(
        openapi_url=_URL,
        title=app.title,
        swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{_ASSETS}/favicon-32x32.png",
    )

    async def docs() -> HTMLResponse:
        return page

    app.add_api_route("/api/docs", docs, include_in_schema=False)


def _say_who_asks(schema: dict[str, Any]) -> None:
    components = schema.setdefault("components", {})
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            operation["responses"]["default"] = {
                "description": "Not done: why, as a slug for programs and a sentence for people.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }
            operation["responses"].pop("422", None)  # ours look like every other error
            if path not in _OPEN:
                operation["security"] = [{"token": []}]
    components.setdefault("schemas", {})["Error"] = {
        "type": "object",
        "required": ["error", "message"],
        "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
    }


def _in_3_0(node: Any) -> Any:
    """``node`` with what is new in 3.1 said in the words of 3.0: null, constants."""
    if isinstance(node, list):
        return [_in_3_0(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    written = {key: _in_3_0(value) for key, value in node.items()}
    if "const" in written:
        written["enum"] = [written.pop("const")]
    options = written.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        del written["anyOf"]
        written |= {"nullable": True, **({"allOf": rest} if len(rest) == 1 else {"anyOf": rest})}
    return written
