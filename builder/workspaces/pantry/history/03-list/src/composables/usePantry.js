import { ref, watch } from 'vue'
import { loadItems, saveItems } from '../lib/storage'

// Shared by all components: there is one pantry.
const items = ref(loadItems())

watch(items, (current) => saveItems(current))

function now() {
  return new Date().toISOString()
}

function add(entry) {
  const item = { id: crypto.randomUUID(), ...entry, updatedAt: now() }
  items.value = [...items.value, item]
}

function changeAmount(id, difference) {
  const item = items.value.find((candidate) => candidate.id === id)
  if (!item) return
  item.amount = Math.max(0, item.amount + difference)
  item.updatedAt = now()
}

function take(id, amount) {
  changeAmount(id, -amount)
}

function restock(id, amount) {
  changeAmount(id, amount)
}

function remove(id) {
  items.value = items.value.filter((item) => item.id !== id)
}

export function usePantry() {
  return { items, add, take, restock, remove }
}
