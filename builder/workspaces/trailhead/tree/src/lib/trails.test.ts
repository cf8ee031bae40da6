import { describe, expect, it } from 'vitest'

import { formatDuration, parseFilter, walkingMinutes } from './trails'

describe('walkingMinutes', () => {
  it('counts 12 minutes per kilometre on the flat', () => {
    expect(walkingMinutes(5000, 0)).toBe(60)
  })

  it('adds 10 minutes per 100 metres of ascent', () => {
    expect(walkingMinutes(5000, 300)).toBe(90)
  })
})

describe('formatDuration', () => {
  it('leaves out the hours of a short walk', () => {
    expect(formatDuration(45)).toBe('45 min')
  })

  it('splits longer walks into hours and minutes', () => {
    expect(formatDuration(150)).toBe('2 h 30 min')
  })

  it('rounds to whole minutes', () => {
    expect(formatDuration(99.8)).toBe('1 h 40 min')
  })
})

describe('parseFilter', () => {
  it('sorts by name unless told otherwise', () => {
    expect(parseFilter(new URLSearchParams())).toEqual({ sort: 'name' })
  })

  it('reads the region and the greatest length', () => {
    const filter = parseFilter(new URLSearchParams('region=Northmoor&maxKm=12.5'))
    expect(filter).toMatchObject({ region: 'Northmoor', maxKm: 12.5 })
  })
})
