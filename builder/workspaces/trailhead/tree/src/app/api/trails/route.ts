import { NextResponse, type NextRequest } from 'next/server'

import { listTrails, parseFilter, walkingMinutes } from '@/lib/trails'

/** GET /api/trails?region=Northmoor&maxKm=12&sort=name: the list for the phone app. */
export async function GET(request: NextRequest) {
  const filter = parseFilter(request.nextUrl.searchParams)
  const trails = await listTrails(filter)

  return NextResponse.json(
    {
      trails: trails.map(({ slug, name, region, lengthM, ascentM, difficulty }) => ({
        slug,
        name,
        region,
        lengthM,
        ascentM,
        difficulty,
        minutes: Math.round(walkingMinutes(lengthM, ascentM)),
      })),
    },
    { headers: { 'Cache-Control': 'public, max-age=300' } },
  )
}
