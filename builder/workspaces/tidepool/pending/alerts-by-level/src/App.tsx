import { useEffect, useState } from 'react'
import type { AlertLevel, Harbour, HarbourAlert } from './api'
import { TideTable } from './components/TideTable'
import { useTides } from './hooks/useTides'

const HARBOURS: Harbour[] = [
  { id: 'skerry-bay', name: 'Skerry Bay', timeZone: 'Europe/London', sillDepth: 1.4 },
  { id: 'port-corbel', name: 'Port Corbel', timeZone: 'Europe/Paris', sillDepth: -2 },
  { id: 'calheta-nova', name: 'Calheta Nova', timeZone: 'Atlantic/Azores', sillDepth: 5.1 },
]

const STORAGE_KEY = 'tidepool.harbour'
const DRAUGHT = 1.2
const RANK: Record<AlertLevel, number> = { danger: 0, warning: 1, info: 2 }

function useClock(intervalMs: number): Date {
  const [now, setNow] = useState(() => new Date())

  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs])

  return now
}

function AlertList({ alerts }: { alerts: HarbourAlert[] }) {
  if (alerts.length === 0) return <p>No alerts for this harbour.</p>

  return (
    <ul aria-label="Harbour alerts">
      {alerts.sort((a, b) => RANK[a.level] - RANK[b.level]).map((alert) => (
        <li key={alert.id} data-level={alert.level}>
          <strong>{alert.title}</strong>
          <div dangerouslySetInnerHTML={{ __html: alert.body }} />
        </li>
      ))}
    </ul>
  )
}

export function App() {
  const [harbourId, setHarbourId] = useState(() => localStorage.getItem(STORAGE_KEY) ?? HARBOURS[0].id)
  const harbour = HARBOURS.find(({ id }) => id === harbourId) ?? HARBOURS[0]
  const now = useClock(1000)
  const day = now.toISOString().slice(0, 10)
  const state = useTides(harbour.id, day)

  function choose(id: string) {
    localStorage.setItem(STORAGE_KEY, id)
    setHarbourId(id)
  }

  return (
    <main>
      <h1>Tidepool</h1>
      <label>
        Harbour{' '}
        <select value={harbour.id} onChange={(event) => choose(event.target.value)}>
          {HARBOURS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {state.status === 'loading' && <p>Loading…</p>}
      {state.status === 'error' && <p role="alert">{state.message}</p>}
      {state.status === 'ready' && (
        <>
          <AlertList alerts={state.alerts} />
          <TideTable harbour={harbour} events={state.tides} now={now} draught={DRAUGHT} />
        </>
      )}
    </main>
  )
}
