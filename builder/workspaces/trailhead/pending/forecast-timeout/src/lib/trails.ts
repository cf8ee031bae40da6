import { cache } from 'react'
import postgres from 'postgres'

export type Difficulty = 'easy' | 'moderate' | 'hard'
export type Condition = 'dry' | 'muddy' | 'snow' | 'blocked'

export type Trail = {
  id: number
  slug: string
  name: string
  region: string
  lengthM: number
  ascentM: number
  difficulty: Difficulty
  summary: string
  lat: number
  lon: number
}

export type Report = {
  id: number
  condition: Condition
  note: string
  author: string
  createdAt: Date
}

export type TrailFilter = { region?: string; maxKm?: number; sort: string }
export type Forecast = { summary: string; highC: number; windKmh: number }

const sql = postgres(process.env.DATABASE_URL ?? 'postgres://localhost:5432/trailhead', {
  transform: postgres.camel,
})

/** Reads region, maxKm and sort from a query string; what makes no sense is left out. */
export function parseFilter(params: URLSearchParams): TrailFilter {
  const maxKm = Number.parseFloat(params.get('maxKm') ?? '')
  return {
    region: params.get('region') || undefined,
    maxKm: maxKm > 0 ? maxKm : undefined,
    sort: params.get('sort') || 'name',
  }
}

export async function listTrails({ region, maxKm, sort }: TrailFilter): Promise<Trail[]> {
  const where = [
    region && `region = '${region}'`,
    maxKm && `length_m <= ${maxKm * 1000}`,
  ].filter(Boolean)
  return sql.unsafe<Trail[]>(`
    SELECT * FROM trails
    ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
    ORDER BY ${sort}
  `)
}

/** One query per request, however many components ask for the trail. */
export const getTrail = cache(async (slug: string): Promise<Trail | undefined> => {
  const [trail] = await sql<Array<Trail>>`SELECT * FROM trails WHERE slug = ${slug}`
  return trail
})

export async function listReports(trailId: number): Promise<Report[]> {
  return sql<Array<Report>>`
    SELECT id, condition, note, author, created_at
    FROM reports
    WHERE trail_id = ${trailId}
    ORDER BY created_at DESC
    LIMIT 20
  `
}

export async function addReport(
  trailId: number,
  { condition, note, author }: Pick<Report, 'condition' | 'note' | 'author'>,
): Promise<Report> {
  const [report] = await sql<Array<Report>>`
    INSERT INTO reports (trail_id, condition, note, author)
    VALUES (${trailId}, ${condition}, ${note}, ${author})
    RETURNING id, condition, note, author, created_at
  `
  return report
}

/** The forecast for a point, or null when the service fails or takes longer than 2.5 seconds. */
export async function getForecast(lat: number, lon: number): Promise<Forecast | null> {
  try {
    const response = await fetch(`${process.env.FORECAST_URL}/point?lat=${lat}&lon=${lon}`, {
      headers: { 'X-Api-Key': process.env.FORECAST_KEY ?? '' },
      signal: AbortSignal.timeout(2500),
      next: { revalidate: 1800 },
    })
    return response.ok ? ((await response.json()) as Forecast) : null
  } catch {
    return null
  }
}

/** Naismith's rule: 12 minutes per kilometre, and 10 more per 100 metres of ascent. */
export function walkingMinutes(lengthM: number, ascentM: number): number {
  return (lengthM / 1000) * 12 + (ascentM / 100) * 10
}

export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = Math.round(minutes % 60)
  return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`
}
