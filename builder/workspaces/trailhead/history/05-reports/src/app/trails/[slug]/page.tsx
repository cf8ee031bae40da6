import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

import { ReportForm } from '@/components/report-form'
import { formatDuration, getTrail, listReports, walkingMinutes } from '@/lib/trails'

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
  const reports = await listReports(trail.id)

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

      <h2>Conditions</h2>
      {reports.length === 0 && <p>Nobody has reported yet.</p>}
      <ul>
        {reports.map((report) => (
          <li key={report.id}>
            <strong>{report.condition}</strong> {report.note}
            <small>
              {report.author}, <time>{report.createdAt.toISOString().slice(0, 10)}</time>
            </small>
          </li>
        ))}
      </ul>
      <ReportForm slug={trail.slug} />
    </article>
  )
}
