import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'

export const metadata: Metadata = {
  title: { default: 'Trailhead', template: '%s · Trailhead' },
  description: 'Day hikes.',
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/">Trailhead</Link>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}
