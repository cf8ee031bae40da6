export type TideKind = 'high' | 'low'
export type AlertLevel = 'info' | 'warning' | 'danger'

export interface Harbour {
  id: string
  name: string
  /** IANA name, such as Europe/Paris. */
  timeZone: string
  /** Metres of the entrance sill below chart datum; negative where it dries. */
  sillDepth: number
}

export interface TideEvent {
  kind: TideKind
  /** ISO 8601 in UTC. */
  time: string
  /** Metres above chart datum. */
  height: number
}

export interface HarbourAlert {
  id: string
  level: AlertLevel
  title: string
  body: string
  validUntil: string
}

const BASE_URL = import.meta.env.VITE_API_URL ?? '/api'

export class ApiError extends Error {
  readonly status: number

  constructor(status: number, path: string) {
    super(`GET ${path} answered ${status}`)
    this.name = 'ApiError'
    this.status = status
  }
}

async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(`${BASE_URL}${path}`, {
    signal,
    headers: { Accept: 'application/json' },
  })
  if (!response.ok) throw new ApiError(response.status, path)
  return (await response.json()) as T
}

export function fetchTides(harbourId: string, day: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ harbour: harbourId, day })
  return getJson<TideEvent[]>(`/tides?${query}`, signal)
}

export function fetchAlerts(harbourId: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ harbour: harbourId })
  return getJson<HarbourAlert[]>(`/alerts?${query}`, signal)
}
