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
