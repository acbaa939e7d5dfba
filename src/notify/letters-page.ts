/** The letters of the folder as pages, for development. A letter's HTML is shown in a frame that may run nothing. */
import { escapeHtml } from '../platform/escape-html.ts'
import type { KeptLetter } from './mail.folder.ts'

export function lettersPage(letters: KeptLetter[]): string {
  const rows = letters.map(
    ({ name, at, to, subject }) =>
      `<tr><td>${escapeHtml(at)}</td><td>${escapeHtml(to)}</td>` +
      `<td><a href="/dev/mail/${encodeURIComponent(name)}">${escapeHtml(subject)}</a></td></tr>`,
  )
  const body = rows.length > 0 ? `<table>${rows.join('')}</table>` : '<p>No letter has been written yet.</p>'
  return page('Letters', `<h1>Letters</h1><p>Nothing leaves this machine.</p>${body}`)
}

export function letterPage({ name, at, to, subject, text, html, attachments }: KeptLetter): string {
  return page(
    subject,
    `<p><a href="/dev/mail">All letters</a></p><h1>${escapeHtml(subject)}</h1><p>To ${escapeHtml(to)}, ${escapeHtml(at)}</p>` +
      `<iframe sandbox title="As HTML" width="700" height="460" srcdoc="${escapeHtml(html)}"></iframe>` +
      `<h2>Attached</h2><ul>${attachments.map(({ filename }) => attached(name, filename)).join('')}</ul>` +
      `<h2>As text</h2><pre>${escapeHtml(text)}</pre>`,
  )
}

const attached = (letter: string, filename: string) =>
  `<li><a href="/dev/mail/${encodeURIComponent(letter)}/${encodeURIComponent(filename)}">${escapeHtml(filename)}</a></li>`

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>${body}</body></html>`
