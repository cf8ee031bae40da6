import { NextResponse, type NextRequest } from 'next/server'
import { z } from 'zod'

import { addReport, getTrail, listReports } from '@/lib/trails'

type Context = { params: Promise<{ slug: string }> }

const NewReport = z.object({
  condition: z.enum(['dry', 'muddy', 'snow', 'blocked']),
  note: z.string().trim().min(1).max(500),
  author: z.string().trim().min(1).max(80),
})

/** GET /api/trails/quarry-ridge/reports: the latest reports, newest first. */
export async function GET(_request: NextRequest, { params }: Context) {
  const { slug } = await params
  const trail = await getTrail(slug)
  if (!trail) {
    return NextResponse.json({ error: 'No such trail' }, { status: 404 })
  }
  return NextResponse.json({ reports: await listReports(trail.id) })
}

/** POST /api/trails/quarry-ridge/reports: what somebody met on the way. */
export async function POST(request: NextRequest, { params }: Context) {
  const { slug } = await params
  const trail = await getTrail(slug)
  if (!trail) {
    return NextResponse.json({ error: 'No such trail' }, { status: 404 })
  }

  const parsed = NewReport.safeParse(await request.json().catch(() => null))
  if (!parsed.success) {
    return NextResponse.json({ error: 'Invalid report' }, { status: 422 })
  }

  const report = await addReport(trail.id, parsed.data)
  return NextResponse.json({ report }, { status: 201 })
}
