"""Coverage → the gaps that matter most → a batch of Wants that fills them.

A batch moves all shares toward their aims at once and never past their ends: every place in it is given
to the candidate that serves its gap, keeps the shares right, and helps most of what else is missing. The same coverage
and the same seed always give the same batch.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from builder.coverage import Coverage, Feature, Target, share_feature, targets
from builder.index import request_key
from builder.pool import Candidate, Pool, telling_of

_SAMPLE = 400
"""Candidates looked at for one place; more are sampled."""
_FEWEST = 10
_USUAL_BATCH = 60
"""Places up to which a batch is planned with full care; a larger one takes no longer, but for looking less closely."""
_KIND_WEIGHTS = {"tool": 1.6, "area": 0.9, "framework": 0.6, "language": 0.4}
_DIVERSITY = {"workspace": 0.6, "recipe": 0.25, "toolset": 0.35, "category": 0.1}
_FAMILY_COST = 0.6
_GAP_WEIGHTS = {"tools": 1.2, "share": 0.9, "total": 0.4}
_LEAST_PER_GAP = 10
_MIN_PRESSURE = 0.02
_FEW_ROWS = 50
_SCARCITY_WEIGHT = 2.0
_OPEN_WEIGHT = 3.0
"""A target that is not met comes before a share that has to be kept up."""


class Gap(msgspec.Struct, frozen=True):
    """Something that is missing: how many more rows would do, how many are planned, and which features count."""

    id: str
    missing: int
    planned: int
    features: tuple[Feature, ...]


class Want(msgspec.Struct, frozen=True):
    """What the next example must be: a candidate, which of its requests, and for which gap."""

    number: int
    candidate: str
    request: int
    gap: str


class Batch(msgspec.Struct, frozen=True):
    """What one iteration is to add."""

    gaps: tuple[Gap, ...]
    wants: tuple[Want, ...]


_ANYTHING = Gap("anything", 0, 0, (("total", "rows"),))
"""Where a place goes that its gap has no candidate for."""

Used = Mapping[str, list[tuple[str, str]]]
"""Family → scenarios and request keys of the rows that there are."""


def plan_batch(
    coverage: Coverage,
    pool: Pool,
    used: Used,
    rng: random.Random,
    *,
    per_gap: int = 20,
    gaps: int = 3,
    rejected: Collection[str] = (),
    urgent: Sequence[Gap] = (),
    taboo: Collection[str] = (),
) -> Batch:
    """Choose up to `gaps` gaps and at most `per_gap` examples for each; empty when every target is met.

    `rejected`: candidates that were tried before and made no row: they would make none again. `urgent`: gaps that come
    before the guide's. `taboo`: requests that may not be made.
    """
    others = _choose_gaps(coverage, pool, max(1, gaps - len(urgent)), per_gap)
    chosen = [*urgent[:gaps], *others]
    places = _places(chosen)
    planner = _Planner(coverage, pool, used, rng, len(places))
    planner.leave_out(rejected, taboo)
    wants: list[Want] = []
    for left, gap in zip(range(len(places), 0, -1), places, strict=True):
        want = planner.fill(gap, left, len(wants) + 1) or planner.fill(
            _ANYTHING, left, len(wants) + 1
        )
        if want is not None:
            wants.append(want)
    counted = Counter(want.gap for want in wants)
    planned = [msgspec.structs.replace(gap, planned=counted[gap.id]) for gap in chosen]
    if counted[_ANYTHING.id]:
        planned.append(msgspec.structs.replace(_ANYTHING, planned=counted[_ANYTHING.id]))
    return Batch(tuple(planned), tuple(wants))


def open_targets(coverage: Coverage, pool: Pool) -> list[Target]:
    """The targets that are not met."""
    return [target for target in targets(coverage, pool.tool_names, pool.guide) if not target.met]


def _choose_gaps(coverage: Coverage, pool: Pool, count: int, per_gap: int) -> list[Gap]:
    """The largest gaps relative to what is wanted; none when every target is met."""
    if not open_targets(coverage, pool):
        return []
    after = max(coverage.total + count * per_gap, 1)
    ranked = sorted(_gaps(coverage, pool, after), key=lambda item: (-item[0], item[1].id))
    chosen = [gap for _, gap in ranked[:count]] or [_ANYTHING]
    is_short = coverage.total < pool.guide.total.wanted
    return [
        msgspec.structs.replace(gap, planned=per_gap if is_short else _room(gap, per_gap))
        for gap in chosen
    ]


def _room(gap: Gap, per_gap: int) -> int:
    """Examples for a gap once the dataset is large enough: what is missing, within the guide's 10 to 20."""
    return min(per_gap, max(_LEAST_PER_GAP, gap.missing))


def _gaps(coverage: Coverage, pool: Pool, after: int) -> Iterator[tuple[float, Gap]]:
    """Every gap with its weight: missing rows relative to wanted ones.

    Tools of one surface are one gap together, as needy as the neediest of them.
    """
    grouped: dict[str, list[tuple[float, float, Target]]] = {}
    for target in targets(coverage, pool.tool_names, pool.guide):
        if not target.features or not (
            target.id == "total" or pool.with_feature(target.features[0])
        ):
            continue
        wanted, missing = _missing(target, coverage, pool, after)
        grouped.setdefault(_gap_id(target, pool), []).append((wanted, missing, target))
    for gap_id, members in grouped.items():
        missing = sum(member[1] for member in members)
        if missing > 0:
            features = tuple(member[2].features[0] for member in members if member[1] > 0)
            neediest = max(lacking / wanted for wanted, lacking, _ in members)
            weight = _GAP_WEIGHTS.get(gap_id.split(":")[0], 1.0) * neediest
            if not all(member[2].met for member in members):
                weight *= _OPEN_WEIGHT
            yield weight, Gap(gap_id, math.ceil(missing), 0, features)


def _gap_id(target: Target, pool: Pool) -> str:
    kind, name = target.features[0]
    return f"tools:{pool.surface_of(name)}" if kind == "tool" else target.id


def _missing(target: Target, coverage: Coverage, pool: Pool, after: int) -> tuple[float, float]:
    """Rows wanted and rows missing; of a share, what its aim asks for once the batch is in."""
    if target.unit == "share" and target.at_most is not None:
        wanted = after * pool.guide.shares[target.id.removeprefix("share:")].aim
        return wanted, max(0.0, wanted - coverage.counts[target.features[0]])
    return target.wanted, max(0.0, target.wanted - target.actual)


def _places(gaps: Sequence[Gap]) -> list[Gap]:
    """The places of a batch, the gaps taking turns so that no gap uses up the room of the others."""
    rounds = max((gap.planned for gap in gaps), default=0)
    return [gap for turn in range(rounds) for gap in gaps if turn < gap.planned]


class _Planner:
    """Fills the places of one batch, counting what it has already given away."""

    def __init__(
        self, coverage: Coverage, pool: Pool, used: Used, rng: random.Random, batch: int
    ) -> None:
        self._coverage = Coverage(coverage.counts)
        self._pool = pool
        self._rng = rng
        self._guide = pool.guide
        self._after = coverage.total + batch
        self._haste = max(1, 2 * batch // _USUAL_BATCH) if batch > _USUAL_BATCH else 1
        self._last_weights: dict[Feature, float] = {}
        self._requests = {request for uses in used.values() for _, request in uses}
        self._wanted = {
            target.features[0]: target.wanted
            for target in targets(coverage, pool.tool_names, pool.guide)
            if target.unit == "rows" and target.features
        }
        self._families = Counter({family: len(uses) for family, uses in used.items()})
        self._scarcity: dict[Feature, float] = {}
        self._told = {telling_of(scenario) for uses in used.values() for scenario, _ in uses}
        self._filled: Counter[str] = Counter()
        self._left_out: frozenset[str] = frozenset()

    def leave_out(self, candidates: Collection[str], requests: Collection[str] = ()) -> None:
        """Give no place to these, and use none of these requests."""
        self._left_out = frozenset(candidates)
        self._requests.update(map(request_key, requests))

    def fill(self, gap: Gap, left: int, number: int) -> Want | None:
        """Give one place of a gap to the best candidate; None when there is none, or the gap has been filled."""
        if self._filled[gap.id] >= _LEAST_PER_GAP and not self._is_gap_open(gap):
            return None
        candidates = self._candidates(gap)
        pressure = self._pressures(left)
        if left % self._haste == 0 or not self._last_weights:
            self._last_weights = self._weights()
        weights = self._last_weights
        best, best_score = None, -math.inf
        for candidate in candidates:
            score = self._score(candidate, pressure, weights)
            if score > best_score:
                best, best_score = candidate, score
        return self._take(best, gap, number) if best is not None else None

    def _candidates(self, gap: Gap) -> list[Candidate]:
        """Those that may be given the place, or a sample of them."""
        serving, most = self._serving(gap), max(_FEWEST, _SAMPLE // self._haste)
        if self._haste > 1 and len(serving) > 4 * most:
            some = [c for c in self._rng.sample(serving, 4 * most) if self._is_free(c)]
            if some:
                return some[:most]
        free = [c for c in serving if self._is_free(c)]
        return self._rng.sample(free, most) if len(free) > most else free

    def _is_gap_open(self, gap: Gap) -> bool:
        """A count is open until it is reached; a share until it has what the middle of its band asks for."""
        if gap.id.startswith(("share:", "failures:")):
            return self._filled[gap.id] < gap.missing
        return any(self._is_open(feature) for feature in gap.features)

    def _serving(self, gap: Gap) -> list[Candidate]:
        """Candidates that count for the gap, in the order of the pool; of several features, those still missing."""
        open_features = [
            feature for feature in gap.features if self._is_open(feature)
        ] or gap.features
        if len(open_features) == 1:
            return self._pool.with_feature(open_features[0])
        found = {c.id: c for feature in open_features for c in self._pool.with_feature(feature)}
        return list(found.values())

    def _is_open(self, feature: Feature) -> bool:
        return self._coverage.counts[feature] < self._wanted.get(feature, math.inf)

    def _is_free(self, candidate: Candidate) -> bool:
        """A task is told once by each recipe on each surface, and a request is used once."""
        if candidate.telling in self._told or candidate.id in self._left_out:
            return False
        return self._free_request(candidate) is not None

    def _free_request(self, candidate: Candidate) -> int | None:
        for number, key in enumerate(candidate.request_keys):
            if key not in self._requests:
                return number
        return None

    def _pressures(self, left: int) -> dict[Feature, tuple[float, float]]:
        """For every share: what a candidate gains by having it, and by not having it."""
        found = {}
        for name, band in self._guide.shares.items():
            feature = share_feature(name)
            have = self._coverage.counts[feature]
            room = self._most(band.high) - have
            wanted = min(
                max((band.aim * self._after - have) / left, _MIN_PRESSURE), 1 - _MIN_PRESSURE
            )
            with_it = math.log(wanted) if room > 0 else -math.inf
            found[feature] = (with_it, math.log(1 - wanted))
        return found

    def _most(self, high: float) -> int:
        """Rows that a share may have once the batch is in; a handful of rows has no shares to speak of."""
        most = high * self._after
        return math.floor(most) if self._after >= _FEW_ROWS else math.ceil(most)

    def _weights(self) -> dict[Feature, float]:
        """What each feature is worth now: missing ones gain, frequent ones cost a little."""
        weights: dict[Feature, float] = {}
        for target in targets(self._coverage, self._pool.tool_names, self._guide):
            kind = target.features[0][0] if target.features else ""
            if target.unit == "rows" and target.actual < target.wanted and kind in _KIND_WEIGHTS:
                missing = 1 - target.actual / target.wanted
                feature = target.features[0]
                weight = _KIND_WEIGHTS[kind] * (0.6 + 0.4 * missing)
                weights[feature] = weight * (1 + _SCARCITY_WEIGHT * self._scarce(feature, target))
        for kind, cost in _DIVERSITY.items():
            counts = self._coverage.of_kind(kind)
            mean = (sum(counts.values()) / len(counts)) if counts else 1.0
            for name, n in counts.items():
                weights[kind, name] = -cost * n / mean
        return weights

    def _scarce(self, feature: Feature, target: Target) -> float:
        """How much of what is left for a feature its target needs: 0 to 1; looked up once for a batch."""
        if feature not in self._scarcity:
            left = {c.telling for c in self._pool.with_feature(feature)} - self._told
            need = target.wanted - target.actual
            self._scarcity[feature] = min(1.0, need / len(left)) if left else 0.0
        return self._scarcity[feature]

    def _score(
        self,
        candidate: Candidate,
        pressures: dict[Feature, tuple[float, float]],
        weights: dict[Feature, float],
    ) -> float:
        features = candidate.features
        score = sum(weights.get(feature, 0.0) for feature in features)
        for feature, (with_it, without) in pressures.items():
            score += with_it if feature in features else without
        score -= _FAMILY_COST * self._families[candidate.family]
        return score + self._rng.random() * 0.2

    def _take(self, candidate: Candidate, gap: Gap, number: int) -> Want:
        request = self._free_request(candidate) or 0
        self._told.add(candidate.telling)
        self._filled[gap.id] += 1
        self._requests.add(candidate.request_keys[request])
        self._families[candidate.family] += 1
        self._coverage.add(candidate.features)
        return Want(number, candidate.id, request, gap.id)
