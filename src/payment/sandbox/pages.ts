/** The sandbox's two pages: what was paid, and the question that a payment may ask. Plain forms, no scripts. */
import type { SandboxLedger, StoredIntent } from './ledger.ts'
import { methods } from './methods.ts'

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)

const page = (title: string, body: string) => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884}
button{font:inherit;padding:.6rem 1.4rem;margin-right:.6rem}</style>
<h1>${escapeHtml(title)}</h1>${body}</html>`

const money = (intent: StoredIntent) => `${intent.amountMinor} ${intent.currency} (minor units)`

export function listPage(ledger: SandboxLedger): string {
  const rows = [...ledger.intents.values()].slice(-200).reverse()
  const cell = (text: string) => `<td>${escapeHtml(text)}</td>`
  return page(
    'Payment sandbox',
    `<p>No money moves here. Tokens:</p><table>${Object.entries(methods)
      .map(([token, { what }]) => `<tr><td><code>${token}</code></td>${cell(what)}</tr>`)
      .join('')}</table>
    <h2>Latest payments</h2><table><tr><th>Intent<th>Amount<th>Method<th>Status<th>Refunded</tr>${rows
      .map(
        (intent) =>
          `<tr>${cell(intent.id)}${cell(money(intent))}${cell(intent.method ?? '')}${cell(intent.status)}${cell(
            String(ledger.sum(intent.id, 'refund')),
          )}</tr>`,
      )
      .join('')}</table>`,
  )
}

export function actionPage(intent: StoredIntent): string {
  if (intent.status !== 'requires_action') {
    return page('Thank you', `<p>This payment is ${escapeHtml(intent.status)}. You can close this page.</p>`)
  }
  const form = (answer: string, label: string) =>
    `<form method="post" style="display:inline"><button name="answer" value="${answer}">${label}</button></form>`
  return page(
    'Do you approve this payment?',
    `<p>${escapeHtml(money(intent))}</p>${form('approve', 'Approve')}${form('decline', 'Decline')}`,
  )
}
