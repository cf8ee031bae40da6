const DAY_MS = 24 * 60 * 60 * 1000

/** Items whose best-before date is at most this many days away are shown as "soon". */
export const SOON_DAYS = 3

/** Units that people type, and the unit in which the amount is kept. */
export const UNITS = {
  g: { base: 'g', factor: 1 },
  kg: { base: 'g', factor: 1000 },
  ml: { base: 'ml', factor: 1 },
  l: { base: 'ml', factor: 1000 },
  pcs: { base: 'pcs', factor: 1 },
}

const LARGER = { g: 'kg', ml: 'l' }
const ENTRY = /^(?:(\d+(?:[.,]\d+)?)\s*(kg|g|ml|l|pcs)?\s+)?(\S.*?)(?:\s+(\d{4}-\d{2}-\d{2}))?$/i

/** 1.5 kg → 1500. Rounded to thousandths, since 1.005 * 1000 is not exact. */
export function toBase(amount, unit) {
  return Math.round(amount * UNITS[unit].factor * 1000) / 1000
}

/** 1500 g → "1.5 kg". `unit` is a base unit. */
export function formatAmount(amount, unit) {
  const larger = LARGER[unit]
  return larger && amount >= 1000 ? `${amount / 1000} ${larger}` : `${amount} ${unit}`
}

/** "1 l milk 2025-07-01" → name, amount, base unit, best-before date; null for what cannot be understood. */
export function parseEntry(text) {
  const match = ENTRY.exec(text.trim())
  if (!match || Object.hasOwn(UNITS, match[3].toLowerCase())) return null
  const [, amount = '1', unit = 'pcs', name, bestBefore = null] = match
  const key = unit.toLowerCase()
  const inBase = toBase(Number(amount.replace(',', '.')), key)
  return { name, amount: inBase, unit: UNITS[key].base, bestBefore }
}

/** Days from `today` to a best-before date (YYYY-MM-DD): 0 on the day itself, negative afterwards. */
export function daysLeft(bestBefore, today) {
  return Math.floor((new Date(bestBefore) - today) / DAY_MS)
}

/** One of expired, soon, fresh; "none" for items without a date. */
export function freshness(item, today) {
  if (!item.bestBefore) return 'none'
  const days = daysLeft(item.bestBefore, today)
  if (days < 0) return 'expired'
  return days <= SOON_DAYS ? 'soon' : 'fresh'
}
