import { describe, expect, it } from 'vitest'
import { formatAmount, parseEntry } from './stock'

describe('parseEntry', () => {
  it.each([
    ['2 kg flour', { name: 'flour', amount: 2000, unit: 'g' }],
    ['500ml cream', { name: 'cream', amount: 500, unit: 'ml' }],
    ['1,5 L milk', { name: 'milk', amount: 1500, unit: 'ml' }],
    ['6 eggs', { name: 'eggs', amount: 6, unit: 'pcs' }],
    ['basil', { name: 'basil', amount: 1, unit: 'pcs' }],
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
