"""The JSON Schema of scheme.toml, for editors that check and complete while one types."""

from __future__ import annotations

from typing import Any

from formgen.scheme.types import Scheme

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema as a JSON-ready dict. Numbers are numbers only, and no table takes a key that is not known."""
    schema = Scheme.model_json_schema()
    _strict(schema)
    _title(schema)
    return {"$schema": DIALECT, **schema}


def _strict(node: Any) -> None:
    """Refuse unknown keys in every table; drop null, which TOML has not, and ``"3"`` for the number 3."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            node["additionalProperties"] = False
        if node.get("default", 0) is None:
            del node["default"]
        if "anyOf" in node:
            _narrow(node, node.pop("anyOf"))
        for inner in list(node.values()):
            _strict(inner)
    elif isinstance(node, list):
        for inner in node:
            _strict(inner)


def _narrow(node: dict[str, Any], kinds: list[dict[str, Any]]) -> None:
    named = {kind.get("type") for kind in kinds}
    unwanted = {"null", "string"} if "number" in named else {"null"}
    kept = [kind for kind in kinds if kind.get("type") not in unwanted]
    if len(kept) == 1:
        node.update(kept[0])
    else:
        node["anyOf"] = kept


def _title(schema: dict[str, Any]) -> None:
    schema["title"] = "formgen scheme.toml"
    for name in ("PerIncident", "PerIncidentByLevel"):
        schema["$defs"][name]["properties"]["floor"] = {
            "anyOf": [{"type": "number"}, {"const": "none"}],
            "default": 0,
            "title": "Floor",
        }
