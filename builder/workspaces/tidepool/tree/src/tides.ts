import type { TideEvent, TideKind } from './api'

export interface CurvePoint {
  time: number
  height: number
}

const MINUTE_MS = 60_000

/** Metres of water that must stay under the keel. */
export const SAFETY_MARGIN = 0.3

/** The first tide after `now`, or null when the table ends before it. Expects events in order of time. */
export function nextTide(events: TideEvent[], now: Date, kind?: TideKind): TideEvent | null {
  const isNext = (event: TideEvent) =>
    Date.parse(event.time) > now.getTime() && (kind === undefined || event.kind === kind)
  return events.find(isNext) ?? null
}

/** Metres above chart datum at `at`, on the cosine between the tides around it; null outside the table. */
export function waterLevel(events: TideEvent[], at: Date): number | null {
  const time = at.getTime()
  const index = events.findIndex((event) => Date.parse(event.time) > time)
  if (index < 1) return null

  const before = events[index - 1]
  const after = events[index]
  const start = Date.parse(before.time)
  const end = Date.parse(after.time)
  const phase = (Math.PI * (time - start)) / (end - start)
  const middle = (before.height + after.height) / 2
  const amplitude = (before.height - after.height) / 2
  return middle + amplitude * Math.cos(phase)
}

/** Points for the chart, from the first tide to just before the last one. */
export function curve(events: TideEvent[], stepMinutes = 5): CurvePoint[] {
  if (events.length < 2) return []
  const start = Date.parse(events[0].time)
  const end = Date.parse(events[events.length - 1].time)
  const points: CurvePoint[] = []
  for (let time = start; time < end; time += stepMinutes * MINUTE_MS) {
    const height = waterLevel(events, new Date(time))
    if (height !== null) points.push({ time, height })
  }
  return points
}

/** Whether a boat of this draught clears the sill at `at`; unknown heights count as not passable. */
export function isPassable(events: TideEvent[], at: Date, sillDepth: number, draught: number): boolean {
  const level = waterLevel(events, at)
  if (level === null) return false
  return level + sillDepth >= draught + SAFETY_MARGIN
}

export function formatTime(iso: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(iso))
}

export function formatHeight(metres: number): string {
  return `${metres.toFixed(1)} m`
}
