"""The HTTP API: sensors post readings, the pump controller asks for decisions."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request

from greenhouse.readings import Kind, ReadingError, check
from greenhouse.rules import RULES, Rule, decide
from greenhouse.schemas import DecisionOut, ReadingIn, ReadingOut, RuleOut
from greenhouse.settings import read_settings
from greenhouse.store import Store

app = FastAPI(title="Greenhouse", version="0.5.0")


@app.on_event("startup")
def open_store() -> None:
    app.state.settings = read_settings()
    app.state.store = Store(app.state.settings.database)


@app.on_event("shutdown")
def close_store() -> None:
    app.state.store.close()


def get_store(request: Request) -> Store:
    return request.app.state.store


def get_rule(zone: str) -> Rule:
    if zone not in RULES:
        raise HTTPException(404, f"no rule for zone {zone}")
    return RULES[zone]


def require_key(request: Request, x_api_key: Annotated[str, Header()] = "") -> None:
    expected = request.app.state.settings.api_key
    if not secrets.compare_digest(x_api_key.encode(), expected.encode()):
        raise HTTPException(401, "a valid X-API-Key header is required")


StoreDep = Annotated[Store, Depends(get_store)]
RuleDep = Annotated[Rule, Depends(get_rule)]
guarded = [Depends(require_key)]


@app.get("/rules")
def list_rules() -> list[RuleOut]:
    return [RuleOut.model_validate(rule) for rule in RULES.values()]


@app.post("/readings", status_code=201, dependencies=guarded)
def add_reading(body: ReadingIn, store: StoreDep) -> ReadingOut:
    reading = body.to_reading()
    try:
        check(reading)
    except ReadingError as error:
        raise HTTPException(422, str(error)) from error
    store.add(reading)
    return ReadingOut.model_validate(reading)


@app.get("/zones/{zone}/readings")
def list_readings(
    zone: str, kind: Kind, store: StoreDep, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[ReadingOut]:
    return [ReadingOut.model_validate(one) for one in store.history(zone, kind, limit)]


@app.get("/zones/{zone}/decision")
def get_decision(rule: RuleDep, store: StoreDep, request: Request) -> DecisionOut:
    decision = decide(
        rule,
        store.latest(rule.zone),
        datetime.now().astimezone(),
        store.last_watering(rule.zone),
        request.app.state.settings.quiet,
    )
    return DecisionOut.model_validate(decision)


@app.post("/zones/{zone}/waterings", status_code=204, dependencies=guarded)
def add_watering(rule: RuleDep, store: StoreDep) -> None:
    store.add_watering(rule.zone, datetime.now().astimezone())
