/** The sandbox's pages: what was paid, and the question that a payment may ask. Plain forms, no scripts. */
import type { Books } from './books.ts'
import { refundedMinorOf, type SandboxIntent } from './intent.ts'
import { methods } from './methods.ts'
import { sandboxLimits } from './sandbox-limits.ts'

const { paymentsShownMax } = sandboxLimits

export function listPage({ intents }: Books): string {
  const latest = [...intents.values()].slice(-paymentsShownMax).reverse()
  const payments = latest.map((intent) =>
    row(
      intent.createdAt.replace('T', ' ').slice(0, 19),
      intent.reference,
      money(intent.amountMinor, intent.currency),
      intent.method ?? '',
      readable(intent),
      refundedMinorOf(intent) ? money(refundedMinorOf(intent), intent.currency) : '',
    ),
  )
  const heads = ['Opened (UTC)', 'For', 'Amount', 'Token', 'State', 'Given back']
  const shown = intents.size > latest.length ? `The latest ${latest.length} of ${intents.size}.` : ''
  const list =
    latest.length === 0
      ? '<p>Nobody has paid yet.</p>'
      : `<p>${shown}</p><table><tr>${heads.map((head) => `<th>${head}`).join('')}</tr>${payments.join('')}</table>`
  const tokens = [...methods].map(
    ([token, { what }]) => `<tr><td><code>${token}</code><td>${escapeHtml(what)}</tr>`,
  )
  return page(
    'Payment sandbox',
    `<p>It behaves like a payment provider, and moves no real money.</p><h2>Payments</h2>${list}
<h2>Tokens to pay with</h2><table><tr><th>Token<th>A payment with it …</tr>${tokens.join('')}</table>`,
  )
}

export function actionPage(intent: SandboxIntent): string {
  if (intent.status !== 'requires_action') {
    return page(
      'Nothing to approve',
      `<p>This payment is ${escapeHtml(readable(intent))}. You can close this page.</p>`,
    )
  }
  return page(
    'Do you approve this payment?',
    `<p class="amount">${escapeHtml(money(intent.amountMinor, intent.currency))}</p>
<p>For ${escapeHtml(intent.reference)}. No real money moves.</p>
<form method="post"><button name="answer" value="approve">Approve</button>
<button name="answer" value="decline">Decline</button></form>`,
  )
}

export const messagePage = (title: string, message: string): string =>
  page(title, `<p>${escapeHtml(message)}</p>`)

const readable = ({ status }: SandboxIntent): string => status.replace('_', ' ')

function money(amountMinor: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' })
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0))
}

const row = (...cells: string[]): string =>
  `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}`).join('')}</tr>`

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere }
button { font: inherit; padding: .6rem 1.4rem; margin-right: .6rem }
.amount { font-size: 2rem; margin: 0 }
</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`
