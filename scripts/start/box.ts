/** What to open, as a box. */
export function printBox({ url, devIssuer }: { url: string; devIssuer: boolean }): void {
  const rows: [string, string][] = [
    ['Web page', url],
    ['GraphiQL', `${url}/graphiql`],
    ['GraphQL', `${url}/graphql  (HTTP and WebSocket)`],
    ['Guests', 'the page gets its own token; by hand: mutation startGuestSession'],
    ...(devIssuer
      ? ([['Accounts', `curl ${url}/dev/token/ROLE   customer, organiser, gate, admin`]] satisfies [
          string,
          string,
        ][])
      : []),
    ['Payments', 'sandbox: tok_ok, tok_declined, tok_requires_action, tok_late … (docs/sandbox-gateway.md)'],
    ['E-mail', `${url}/dev/mail  (nothing leaves this machine)`],
    ['Gate', `${url}/gate  (with the token of an account that has the role gate)`],
    ['Health', `${url}/healthz  ${url}/readyz`],
    ['Metrics', `${url}/metrics`],
  ]
  const lines = rows.map(([name, what]) => ` ${name.padEnd(9)} ${what} `)
  const width = Math.max(...lines.map((line) => line.length))
  console.log(`\n  ┌${'─'.repeat(width)}┐`)
  for (const line of lines) console.log(`  │${line.padEnd(width)}│`)
  console.log(`  └${'─'.repeat(width)}┘\n`)
}
