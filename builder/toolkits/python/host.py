"""Runs inside the sandbox: loads a user's module, tells what functions it has, and calls them, line by line.

Started as a program (`host.py FILE-OR-MODULE`); it imports nothing of this project. Each line on stdin is a request as
JSON, each line on stdout its answer: `{}` → `{"tools": [...]}`; `{"tool", "arguments"}` → `{"text"}` or `{"error"}`.
What a function prints goes nowhere. Schemas come from type hints by pydantic, descriptions from docstrings.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import docstring_parser
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

Function = Callable[..., object]


def load(name: str) -> ModuleType:
    """A module by its file or its dotted name."""
    path = Path(name)
    if path.suffix != ".py":
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def functions_of(module: ModuleType) -> dict[str, Function]:
    """The functions that `__all__` names; without it those defined here whose names begin with no underscore."""
    chosen = getattr(module, "__all__", None)
    found = inspect.getmembers(module, inspect.isfunction)
    own = {
        name: one
        for name, one in found
        if (
            name in chosen
            if chosen is not None
            else not name.startswith("_") and one.__module__ == module.__name__
        )
    }
    return dict(sorted(own.items(), key=lambda item: item[1].__code__.co_firstlineno))


def model_of(function: Function) -> type[BaseModel]:
    """The arguments of a function as a pydantic model. Raises TypeError where a parameter has no type hint."""
    docs = {
        one.arg_name: one.description
        for one in docstring_parser.parse(function.__doc__ or "").params
    }
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"{function.__name__}: *args and **kwargs have no schema")
        if parameter.annotation is parameter.empty:
            raise TypeError(f"{function.__name__}: the parameter {name!r} needs a type hint")
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[name] = (parameter.annotation, Field(default, description=docs.get(name)))
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)


def description_of(function: Function) -> str:
    """What the docstring says before its sections. Raises TypeError for none."""
    found = docstring_parser.parse(inspect.getdoc(function) or "")
    text = "\n\n".join(part for part in (found.short_description, found.long_description) if part)
    if not text:
        raise TypeError(f"{function.__name__} needs a docstring: models choose tools by it")
    return text


def described(function: Function) -> dict[str, object]:
    """A tool's name, description and JSON Schema."""
    schema = without_titles(model_of(function).model_json_schema())
    return {
        "name": function.__name__,
        "description": description_of(function),
        "parameters": schema,
    }


def without_titles(schema: Any, *, is_properties: bool = False) -> Any:
    """The schema without the titles that pydantic makes of names. A property may be named `title`."""
    if isinstance(schema, list):
        return [without_titles(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: without_titles(
            value, is_properties=key in ("properties", "$defs") and not is_properties
        )
        for key, value in schema.items()
        if is_properties or key != "title"
    }


def called(function: Function, arguments: dict[str, object]) -> str:
    """What a call gives, as text: a string as it is, anything else as JSON."""
    model = model_of(function)(**arguments)
    given = {name: getattr(model, name) for name in type(model).model_fields}
    result = function(**given)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    if isinstance(result, BaseModel):
        return result.model_dump_json()
    return (
        result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, default=str)
    )


def answer(functions: dict[str, Function], request: dict[str, Any]) -> dict[str, object]:
    """The answer to one request: a user's function may fail in any way, and that is its result."""
    if "tool" not in request:
        try:
            return {"tools": [described(one) for one in functions.values()]}
        except (TypeError, NameError, ValueError) as error:
            return {"error": str(error)}
    function = functions.get(request["tool"])
    if function is None:
        return {"error": f"there is no tool {request['tool']!r}"}
    try:
        return {"text": called(function, request["arguments"])}
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return {"error": "invalid arguments: " + "; ".join(wrong)}
    except Exception as error:  # noqa: BLE001 - the boundary to a user's code
        return {"error": f"{type(error).__name__}: {error}"}


def serve(name: str, requests: IO[str], answers: IO[str]) -> None:
    """Answer until stdin ends."""
    try:
        functions = functions_of(load(name))
        broken = ""
    except Exception as error:  # noqa: BLE001 - the boundary to a user's code
        functions, broken = {}, f"{name} cannot be imported: {type(error).__name__}: {error}"
    for line in requests:
        found = {"error": broken} if broken else answer(functions, json.loads(line))
        answers.write(json.dumps(found) + "\n")
        answers.flush()


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as private:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        serve(sys.argv[1], sys.stdin, private)
