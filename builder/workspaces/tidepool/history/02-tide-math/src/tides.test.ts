import { describe, expect, it } from 'vitest'
import type { TideEvent } from './api'
import { curve, nextTide, waterLevel } from './tides'

const events: TideEvent[] = [
  { kind: 'low', time: '2025-06-01T04:00:00Z', height: 1 },
  { kind: 'high', time: '2025-06-01T10:00:00Z', height: 5 },
  { kind: 'low', time: '2025-06-01T16:00:00Z', height: 1.4 },
]

describe('nextTide', () => {
  it('finds the first tide after the given time', () => {
    expect(nextTide(events, new Date('2025-06-01T05:00:00Z'))?.height).toBe(5)
  })

  it('can look for one kind only', () => {
    expect(nextTide(events, new Date('2025-06-01T05:00:00Z'), 'low')?.height).toBe(1.4)
  })

  it('is null after the last tide', () => {
    expect(nextTide(events, new Date('2025-06-01T20:00:00Z'))).toBeNull()
  })
})

describe('waterLevel', () => {
  it('is half way up in the middle of the flood', () => {
    expect(waterLevel(events, new Date('2025-06-01T07:00:00Z'))).toBeCloseTo(3)
  })

  it('is null before the first tide', () => {
    expect(waterLevel(events, new Date('2025-06-01T03:00:00Z'))).toBeNull()
  })
})

describe('curve', () => {
  it('has a point for each step', () => {
    expect(curve(events, 60)).toHaveLength(12)
  })

  it('is empty for a single tide', () => {
    expect(curve(events.slice(0, 1))).toEqual([])
  })
})
