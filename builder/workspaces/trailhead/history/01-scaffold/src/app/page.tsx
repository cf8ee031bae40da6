export default function HomePage() {
  return <h1>All trails</h1>
}
