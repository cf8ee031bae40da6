const ITEMS_KEY = 'pantry.items'
const HOUSEHOLD_KEY = 'pantry.household'
const SYNC_URL = import.meta.env.VITE_SYNC_URL ?? '/sync'

function readJson(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? fallback
  } catch {
    return fallback
  }
}

export function loadItems() {
  return readJson(ITEMS_KEY, [])
}

export function saveItems(items) {
  localStorage.setItem(ITEMS_KEY, JSON.stringify(items))
}

/** The shared list that this browser takes part in: { listId, token }, or null. */
export function loadHousehold() {
  return readJson(HOUSEHOLD_KEY, null)
}

export function saveHousehold(household) {
  localStorage.setItem(HOUSEHOLD_KEY, JSON.stringify(household))
}

function checked(response) {
  if (!response.ok) throw new Error(`The sync service answered ${response.status}`)
  return response
}

export async function pullItems({ listId, token }) {
  const response = await fetch(`${SYNC_URL}/lists/${listId}?token=${token}`)
  const { items } = await checked(response).json()
  return items
}

export async function pushItems({ listId, token }, items) {
  const response = await fetch(`${SYNC_URL}/lists/${listId}?token=${token}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ items }),
  })
  checked(response)
}
