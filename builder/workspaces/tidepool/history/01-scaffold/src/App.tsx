export function App() {
  return (
    <main>
      <h1>Tidepool</h1>
      <p>Tide tables are on their way.</p>
    </main>
  )
}
