import Link from 'next/link'

import { formatDuration, listTrails, parseFilter, walkingMinutes } from '@/lib/trails'

type Props = {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** Repeated parameters count once: the first one wins. */
function toSearchParams(given: Awaited<Props['searchParams']>): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) {
    const first = Array.isArray(value) ? value[0] : value
    if (first) params.set(name, first)
  }
  return params
}

export default async function HomePage({ searchParams }: Props) {
  const filter = parseFilter(toSearchParams(await searchParams))
  const trails = await listTrails(filter)

  return (
    <>
      <h1>{filter.region ? `Trails in ${filter.region}` : 'All trails'}</h1>
      <form>
        {filter.region && <input type="hidden" name="region" value={filter.region} />}
        <label>
          At most
          <input name="maxKm" type="number" min="1" step="0.5" defaultValue={filter.maxKm} /> km
        </label>
        <label>
          Sort by
          <select name="sort" defaultValue={filter.sort}>
            <option value="name">name</option>
            <option value="length_m">length</option>
            <option value="ascent_m">ascent</option>
          </select>
        </label>
        <button type="submit">Show</button>
      </form>

      {trails.length === 0 ? (
        <p>No trail is that short. Try a longer one.</p>
      ) : (
        <ul>
          {trails.map((trail) => (
            <li key={trail.id}>
              <Link href={`/trails/${trail.slug}`}>{trail.name}</Link> ({trail.difficulty})
              <br />
              {(trail.lengthM / 1000).toFixed(1)} km, {trail.ascentM} m up,{' '}
              {formatDuration(walkingMinutes(trail.lengthM, trail.ascentM))}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
