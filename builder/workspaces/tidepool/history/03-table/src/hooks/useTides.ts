import { useEffect, useState } from 'react'
import { ApiError, fetchTides } from '../api'
import type { TideEvent } from '../api'

export type TidesState =
  | { status: 'loading' }
  | { status: 'error'; message: string }
  | { status: 'ready'; tides: TideEvent[] }

function describe(error: unknown): string {
  if (error instanceof ApiError && error.status === 404) return 'There is no tide table for this day.'
  if (error instanceof ApiError) return `The tide service answered ${error.status}.`
  return 'The tide service cannot be reached.'
}

/** Tides of one harbour on one day (YYYY-MM-DD, UTC). */
export function useTides(harbourId: string, day: string): TidesState {
  const [state, setState] = useState<TidesState>({ status: 'loading' })

  useEffect(() => {
    setState({ status: 'loading' })

    fetchTides(harbourId, day)
      .then((tides) => setState({ status: 'ready', tides }))
      .catch((error: unknown) => {
        setState({ status: 'error', message: describe(error) })
      })
  }, [harbourId, day])

  return state
}
