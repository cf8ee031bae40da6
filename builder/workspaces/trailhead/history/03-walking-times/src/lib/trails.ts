import postgres from 'postgres'

export type Difficulty = 'easy' | 'moderate' | 'hard'

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

const sql = postgres(process.env.DATABASE_URL ?? 'postgres://localhost:5432/trailhead', {
  transform: postgres.camel,
})

export async function listTrails(): Promise<Trail[]> {
  return sql<Trail[]>`SELECT * FROM trails ORDER BY name`
}

export async function getTrail(slug: string): Promise<Trail | undefined> {
  const [trail] = await sql<Array<Trail>>`SELECT * FROM trails WHERE slug = ${slug}`
  return trail
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
