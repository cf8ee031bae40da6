import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

import { formatDuration, getTrail, walkingMinutes } from '@/lib/trails'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params
  const trail = await getTrail(slug)
  return trail ? { title: trail.name, description: trail.summary } : {}
}

export default async function TrailPage({ params }: Props) {
  const { slug } = await params
  const trail = await getTrail(slug)
  if (!trail) notFound()

  return (
    <article>
      <h1>{trail.name}</h1>
      <p>{trail.summary}</p>
      <dl>
        <dt>Length</dt>
        <dd>{(trail.lengthM / 1000).toFixed(1)} km</dd>
        <dt>Ascent</dt>
        <dd>{trail.ascentM} m</dd>
        <dt>Walking time</dt>
        <dd>{formatDuration(walkingMinutes(trail.lengthM, trail.ascentM))}</dd>
        <dt>Difficulty</dt>
        <dd>{trail.difficulty}</dd>
      </dl>
    </article>
  )
}
