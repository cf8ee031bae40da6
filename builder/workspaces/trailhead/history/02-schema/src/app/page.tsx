import Link from 'next/link'

import { listTrails } from '@/lib/trails'

export const dynamic = 'force-dynamic'

export default async function HomePage() {
  const trails = await listTrails()

  return (
    <>
      <h1>All trails</h1>
      <ul>
        {trails.map((trail) => (
          <li key={trail.id}>
            <Link href={`/trails/${trail.slug}`}>{trail.name}</Link> ({trail.difficulty})
          </li>
        ))}
      </ul>
    </>
  )
}
