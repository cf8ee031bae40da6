import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'

export const metadata: Metadata = {
  title: { default: 'Trailhead', template: '%s · Trailhead' },
  description: 'Day hikes, walking times and what the path is like today.',
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/">Trailhead</Link>
          <nav aria-label="Regions">
            <Link href="/?region=Northmoor">Northmoor</Link>
            <Link href="/?region=Westfell">Westfell</Link>
          </nav>
        </header>
        <main>{children}</main>
        <footer>
          <small>Walking times follow Naismith&rsquo;s rule. Carry a map.</small>
        </footer>
      </body>
    </html>
  )
}
