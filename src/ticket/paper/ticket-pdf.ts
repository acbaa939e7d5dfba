/**
 * Tickets to print: a page each, black on white, with the code as sharp shapes. Tagged, so that a screen reader finds
 * what is where. Nothing personal is on it but what a buyer typed nowhere: whoever finds it finds a seat and no name.
 */
import PDFDocument from 'pdfkit'
import { qrModules } from '../qr-of.ts'
import { quietZoneModules } from '../qr-svg.ts'
import { printable } from './runs.ts'
import { drawText, registerFonts, type SetText } from './typesetter.ts'

export interface PaperShow {
  event: string
  /** By the clock of the hall, in words. */
  when: string
  where: string
  /** By which the house finds the booking. */
  reference: string
}

export interface PaperTicket {
  /** Area, row and seat as the hall names them. */
  seat: string
  price: string
  /** The text of its QR code. */
  code: string
}

/** Points; 72 are an inch. */
const page = { width: 595.28, height: 841.89, margin: 56 }
/** Wide enough for cheap cameras: 45 mm, the quiet zone included. */
const qrSize = 128
const charsMax = 200

export async function ticketsPdf(show: PaperShow, tickets: readonly PaperTicket[]): Promise<Buffer> {
  const document = new PDFDocument({
    ...{ size: [page.width, page.height], margin: 0, autoFirstPage: false, bufferPages: false },
    ...{ tagged: true, displayTitle: true, lang: 'en', pdfVersion: '1.7' },
    info: { Title: printable(`Tickets: ${show.event}`, charsMax), Producer: 'Rowlock', Creator: 'Rowlock' },
  })
  const parts: Buffer[] = []
  document.on('data', (part: Buffer) => parts.push(part))
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve)
    document.on('error', reject)
  })
  const pages = tickets.map((ticket) => ({ ticket, texts: textsOf(show, ticket) }))
  await registerFonts(
    document,
    pages.flatMap(({ texts }) => Object.values(texts)),
  )
  const root = document.struct('Document')
  document.addStructure(root)
  for (const { ticket, texts } of pages) drawPage(document, root, ticket, texts)
  root.end()
  document.end()
  await ended
  return Buffer.concat(parts)
}

type Texts = Record<'event' | 'when' | 'where' | 'seat' | 'price' | 'note', SetText>

function textsOf({ event, when, where, reference }: PaperShow, { seat, price }: PaperTicket): Texts {
  const text = (words: string, size: number, weight: 400 | 700 = 400): SetText => ({
    text: printable(words, charsMax),
    ...{ size, weight },
  })
  return {
    event: text(event, 24, 700),
    when: text(when, 13),
    where: text(where, 13),
    seat: text(seat, 18, 700),
    price: text(`${price} · ${reference}`, 11),
    note: text('This code lets in one person, once. Whoever shows it first comes in: do not publish it.', 10),
  }
}

type Document = InstanceType<typeof PDFDocument>
type Structure = ReturnType<Document['struct']>

function drawPage(document: Document, root: Structure, { code, seat }: PaperTicket, texts: Texts): void {
  document.addPage()
  const column = { x: page.margin, width: page.width - 2 * page.margin }
  const section = document.struct('Sect')
  root.add(section)
  let y = page.margin
  const put = (tag: 'H1' | 'P', text: SetText, linesMax: number, gap = 0) => {
    section.add(
      // Said as a whole: drawn, it is in pieces, and shaped letters are no characters any more.
      document.struct(tag, { actual: text.text }, () => {
        y = drawText(document, text, { ...column, y: y + gap, linesMax })
      }),
    )
  }
  put('H1', texts.event, 3)
  put('P', texts.when, 1, 10)
  put('P', texts.where, 2)
  put('P', texts.seat, 3, 22)
  put('P', texts.price, 2, 4)
  const alt = `QR code of the ticket for ${printable(seat, charsMax)}`
  section.add(
    document.struct('Figure', { alt }, () => {
      drawCode(document, code, { x: page.margin, y: y + 24 })
    }),
  )
  y += 24 + qrSize
  put('P', texts.note, 2, 14)
  section.end()
}

function drawCode(document: Document, code: string, at: { x: number; y: number }): void {
  const modules = qrModules(code)
  const unit = qrSize / (modules.length + 2 * quietZoneModules)
  for (const [row, cells] of modules.entries()) {
    for (const { from, to } of darkStretches(cells)) {
      document.rect(
        at.x + (from + quietZoneModules) * unit,
        at.y + (row + quietZoneModules) * unit,
        (to - from) * unit,
        // A hair higher, so that no light shows between the rows.
        unit + 0.01,
      )
    }
  }
  document.fill('#000000')
}

function darkStretches(cells: readonly boolean[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = []
  for (const [column, isDark] of cells.entries()) {
    const last = stretches.at(-1)
    if (isDark && last?.to === column) last.to += 1
    else if (isDark) stretches.push({ from: column, to: column + 1 })
  }
  return stretches
}
