import { describe, expect, it } from 'vitest'
import { daysLeft, formatAmount, freshness, isLow, mergeItems, missing, parseEntry } from './stock'

const today = new Date('2025-06-10')

describe('parseEntry', () => {
  it.each([
    ['2 kg flour', { name: 'flour', amount: 2000, unit: 'g', bestBefore: null }],
    ['500ml cream', { name: 'cream', amount: 500, unit: 'ml', bestBefore: null }],
    ['1,5 L milk', { name: 'milk', amount: 1500, unit: 'ml', bestBefore: null }],
    ['6 eggs', { name: 'eggs', amount: 6, unit: 'pcs', bestBefore: null }],
    ['basil', { name: 'basil', amount: 1, unit: 'pcs', bestBefore: null }],
    ['1 l milk 2025-07-01', { name: 'milk', amount: 1000, unit: 'ml', bestBefore: '2025-07-01' }],
  ])('understands %s', (text, entry) => {
    expect(parseEntry(text)).toEqual(entry)
  })

  it.each(['', '   ', '2 kg'])('refuses "%s"', (text) => {
    expect(parseEntry(text)).toBeNull()
  })
})

describe('formatAmount', () => {
  it('uses the larger unit from 1000 on', () => {
    expect(formatAmount(999, 'g')).toBe('999 g')
    expect(formatAmount(1500, 'ml')).toBe('1.5 l')
    expect(formatAmount(1200, 'pcs')).toBe('1200 pcs')
  })
})

describe('freshness', () => {
  it('counts whole days', () => {
    expect(daysLeft('2025-06-12', today)).toBe(2)
  })

  it('tells expired, soon and fresh apart', () => {
    expect(freshness({ bestBefore: '2025-06-09' }, today)).toBe('expired')
    expect(freshness({ bestBefore: '2025-06-13' }, today)).toBe('soon')
    expect(freshness({ bestBefore: '2025-06-14' }, today)).toBe('fresh')
    expect(freshness({ bestBefore: null }, today)).toBe('none')
  })
})

describe('isLow', () => {
  it('is not low at exactly the minimum', () => {
    expect(isLow({ amount: 500, minimum: 500 })).toBe(false)
    expect(isLow({ amount: 499, minimum: 500 })).toBe(true)
  })
})

describe('missing', () => {
  it('lists what falls short, by name', () => {
    const items = [
      { id: 'r', name: 'rice', unit: 'g', amount: 200, minimum: 1000 },
      { id: 's', name: 'salt', unit: 'g', amount: 500, minimum: 100 },
      { id: 'e', name: 'eggs', unit: 'pcs', amount: 2, minimum: 6 },
    ]
    expect(missing(items)).toEqual([
      { id: 'e', name: 'eggs', unit: 'pcs', amount: 4 },
      { id: 'r', name: 'rice', unit: 'g', amount: 800 },
    ])
  })
})

describe('mergeItems', () => {
  it('keeps the later change and adds what is new', () => {
    const local = [{ id: 'a', amount: 1, updatedAt: '2025-06-01T08:00:00.000Z' }]
    const remote = [
      { id: 'a', amount: 3, updatedAt: '2025-06-02T08:00:00.000Z' },
      { id: 'b', amount: 5, updatedAt: '2025-05-01T08:00:00.000Z' },
    ]
    expect(mergeItems(local, remote)).toEqual(remote)
    expect(mergeItems(remote, local)).toEqual(remote)
  })
})
