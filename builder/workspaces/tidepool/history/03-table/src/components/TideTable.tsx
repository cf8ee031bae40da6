import { useMemo } from 'react'
import type { Harbour, TideEvent } from '../api'
import { curve, formatHeight, formatTime, nextTide, waterLevel } from '../tides'

interface TideTableProps {
  harbour: Harbour
  events: TideEvent[]
  now: Date
}

const WIDTH = 600
const HEIGHT = 120

export function TideTable({ harbour, events, now }: TideTableProps) {
  const sorted = useMemo(() => [...events].sort((a, b) => a.time.localeCompare(b.time)), [events])
  const points = curve(sorted)
  const next = nextTide(sorted, now)
  const level = waterLevel(sorted, now)

  if (sorted.length === 0) return <p>No tides for {harbour.name} today.</p>

  const highest = Math.max(...sorted.map((event) => event.height))
  const first = points[0]?.time ?? 0
  const span = (points[points.length - 1]?.time ?? 1) - first || 1
  const path = points
    .map(({ time, height }) => `${((time - first) / span) * WIDTH},${HEIGHT - (height / highest) * HEIGHT}`)
    .join(' ')

  return (
    <section aria-label={`Tides at ${harbour.name}`}>
      <p>
        {level === null ? 'Height unknown' : `Now ${formatHeight(level)}`}
        {next && `, ${next.kind} water at ${formatTime(next.time)}`}
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Tide curve">
        <polyline points={path} fill="none" stroke="currentColor" />
      </svg>
      <table>
        <thead>
          <tr>
            <th scope="col">Tide</th>
            <th scope="col">Time</th>
            <th scope="col">Height</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((event) => (
            <tr key={event.time}>
              <td>{event.kind === 'high' ? 'High water' : 'Low water'}</td>
              <td>{formatTime(event.time)}</td>
              <td>{formatHeight(event.height)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
