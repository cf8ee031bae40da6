import { useEffect, useState } from 'react'
import { ApiError, fetchAlerts, fetchTides } from '../api'
import type { HarbourAlert, TideEvent } from '../api'

export type TidesState =
  | { status: 'loading' }
  | { status: 'error'; message: string }
  | { status: 'ready'; tides: TideEvent[]; alerts: HarbourAlert[] }

function describe(error: unknown): string {
  if (error instanceof ApiError && error.status === 404) return 'There is no tide table for this day.'
  if (error instanceof ApiError) return `The tide service answered ${error.status}.`
  return 'The tide service cannot be reached.'
}

/** Tides and alerts of one harbour on one day (YYYY-MM-DD, UTC). */
export function useTides(harbourId: string, day: string): TidesState {
  const [state, setState] = useState<TidesState>({ status: 'loading' })

  useEffect(() => {
    setState({ status: 'loading' })

    Promise.all([fetchTides(harbourId, day), fetchAlerts(harbourId)])
      .then(([tides, alerts]) => setState({ status: 'ready', tides, alerts }))
      .catch((error: unknown) => {
        setState({ status: 'error', message: describe(error) })
      })
  }, [harbourId, day])

  return state
}
