export type TideKind = 'high' | 'low'

export interface TideEvent {
  kind: TideKind
  /** ISO 8601 in UTC. */
  time: string
  /** Metres above chart datum. */
  height: number
}
