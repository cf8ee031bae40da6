/** Units that people type, and the unit in which the amount is kept. */
export const UNITS = {
  g: { base: 'g', factor: 1 },
  kg: { base: 'g', factor: 1000 },
  ml: { base: 'ml', factor: 1 },
  l: { base: 'ml', factor: 1000 },
  pcs: { base: 'pcs', factor: 1 },
}

const LARGER = { g: 'kg', ml: 'l' }
const ENTRY = /^(?:(\d+(?:[.,]\d+)?)\s*(kg|g|ml|l|pcs)?\s+)?(\S.*)$/i

/** 1.5 kg → 1500. Rounded to thousandths, since 1.005 * 1000 is not exact. */
export function toBase(amount, unit) {
  return Math.round(amount * UNITS[unit].factor * 1000) / 1000
}

/** 1500 g → "1.5 kg". `unit` is a base unit. */
export function formatAmount(amount, unit) {
  const larger = LARGER[unit]
  return larger && amount >= 1000 ? `${amount / 1000} ${larger}` : `${amount} ${unit}`
}

/** "2 kg flour" → name, amount and base unit; null for what cannot be understood. */
export function parseEntry(text) {
  const match = ENTRY.exec(text.trim())
  if (!match || Object.hasOwn(UNITS, match[3].toLowerCase())) return null
  const [, amount = '1', unit = 'pcs', name] = match
  const key = unit.toLowerCase()
  const inBase = toBase(Number(amount.replace(',', '.')), key)
  return { name, amount: inBase, unit: UNITS[key].base }
}
