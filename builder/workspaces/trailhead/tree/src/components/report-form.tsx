'use client'

import { useRouter } from 'next/navigation'
import { useFormState, useFormStatus } from 'react-dom'

import type { Condition } from '@/lib/trails'

const CONDITIONS: Condition[] = ['dry', 'muddy', 'snow', 'blocked']

type State = { message: string; ok: boolean }

function SubmitButton() {
  const { pending } = useFormStatus()
  return (
    <button type="submit" disabled={pending}>
      {pending ? 'Sending…' : 'Send report'}
    </button>
  )
}

export function ReportForm({ slug }: { slug: string }) {
  const router = useRouter()

  async function send(_previous: State, form: FormData): Promise<State> {
    const response = await fetch(`/api/trails/${slug}/reports`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(form)),
    })
    if (!response.ok) {
      return { ok: false, message: 'The report was not accepted. Is every field filled in?' }
    }
    router.refresh()
    return { ok: true, message: 'Thank you, your report is online.' }
  }

  const [state, action] = useFormState(send, { ok: true, message: '' })

  return (
    <form action={action}>
      <h3>Been there today?</h3>
      <label>
        Condition
        <select name="condition">
          {CONDITIONS.map((condition) => (
            <option key={condition}>{condition}</option>
          ))}
        </select>
      </label>
      <label>
        What should others know?
        <textarea name="note" required maxLength={500} />
      </label>
      <label>
        Name
        <input name="author" required maxLength={80} />
      </label>
      <SubmitButton />
      {state.message && <p role={state.ok ? 'status' : 'alert'}>{state.message}</p>}
    </form>
  )
}
