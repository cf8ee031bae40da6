"""What goes over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from greenhouse.readings import Kind, Reading

Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class ReadingIn(BaseModel):
    """A reading as a sensor sends it."""

    model_config = ConfigDict(extra="forbid")

    sensor: Name
    zone: Name
    kind: Kind
    value: float = Field(allow_inf_nan=False)
    taken_at: datetime

    def to_reading(self) -> Reading:
        return Reading(self.sensor, self.zone, self.kind, self.value, self.taken_at)


class ReadingOut(BaseModel):
    """A stored reading."""

    model_config = ConfigDict(from_attributes=True)

    sensor: str
    zone: str
    kind: Kind
    value: float
    taken_at: datetime


class DecisionOut(BaseModel):
    """Whether a zone gets water now."""

    model_config = ConfigDict(from_attributes=True)

    zone: str
    water: bool
    minutes: int
    reason: str


class RuleOut(BaseModel):
    """When a zone is watered."""

    model_config = ConfigDict(from_attributes=True)

    zone: str
    min_moisture: float
    minutes: int
    max_temperature: float
