import { useEffect, useState } from 'react'
import type { Harbour } from './api'
import { TideTable } from './components/TideTable'
import { useTides } from './hooks/useTides'

const HARBOURS: Harbour[] = [
  { id: 'skerry-bay', name: 'Skerry Bay', timeZone: 'Europe/London' },
  { id: 'port-corbel', name: 'Port Corbel', timeZone: 'Europe/Paris' },
  { id: 'calheta-nova', name: 'Calheta Nova', timeZone: 'Atlantic/Azores' },
]

const STORAGE_KEY = 'tidepool.harbour'

function useClock(intervalMs: number): Date {
  const [now, setNow] = useState(() => new Date())

  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs])

  return now
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
      {state.status === 'ready' && <TideTable harbour={harbour} events={state.tides} now={now} />}
    </main>
  )
}
