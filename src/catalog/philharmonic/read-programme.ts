/** The works of a programme: names turned round, titles put together, intervals left out. */
import type { JsonNode } from '../import/json-node.ts'

export interface ProgrammeItem {
  composer: string | null
  title: string
  movement: string | null
  conductor: string | null
  soloists: string[]
}

const workKeys = ['ID', 'composerName', 'workTitle', 'movement', 'conductorName', 'soloists', 'interval']
const textMax = 500

export function readWorks(list: JsonNode): ProgrammeItem[] {
  const items: ProgrammeItem[] = []
  for (const work of list.items(200)) {
    const fields = work.fields(workKeys)
    // An interval is an entry without a title: a pause, not a work.
    if (!fields || fields('interval').isPresent) continue
    const title = readMarked(fields('workTitle'))
    if (title === null) continue
    items.push({
      composer: fields('composerName').isPresent
        ? personName(fields('composerName').text(textMax) ?? '')
        : null,
      title,
      movement: fields('movement').isPresent ? readMarked(fields('movement')) : null,
      conductor: fields('conductorName').isPresent
        ? personName(fields('conductorName').text(textMax) ?? '')
        : null,
      soloists: fields('soloists').isPresent ? readSoloists(fields('soloists')) : [],
    })
  }
  return items
}

/**
 * A title, which is an object where the archive's text had italics: `_` is the plain part, `em` the italic parts. Where
 * in the text they stood is lost, so they come first, and the reader is told.
 */
function readMarked(node: JsonNode): string | null {
  if (typeof node.value === 'string') return clean(node.text(textMax) ?? '')
  const fields = node.fields(['_', 'em'])
  if (!fields) return null
  const plain = fields('_').isPresent ? (fields('_').text(textMax) ?? '') : ''
  const marked = Array.isArray(fields('em').value)
    ? fields('em')
        .items(20)
        .map((part) => part.text(textMax) ?? '')
    : [fields('em').isPresent ? (fields('em').text(textMax) ?? '') : '']
  node.repair('a plain text; the italic parts are put first')
  return clean(`${marked.join(', ')} ${plain}`)
}

const clean = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/ ([,.)])/g, '$1')
    .replace(/\( /g, '(')
    .trim()

/** "Mozart,  Wolfgang  Amadeus" -> "Wolfgang Amadeus Mozart". */
function personName(archived: string): string {
  const [last = '', ...rest] = archived.split(',').map(clean)
  const first = rest.join(' ').trim()
  return first === '' ? last : `${first} ${last}`
}

function readSoloists(list: JsonNode): string[] {
  return list.items(200).flatMap((soloist) => {
    const fields = soloist.fields(['soloistName', 'soloistInstrument', 'soloistRoles'])
    if (!fields) return []
    if (fields('soloistName').value === '') {
      fields('soloistName').skip('a name; the soloist is left out')
      return []
    }
    const name = fields('soloistName').text(textMax)
    if (name === null) return []
    const instrument = fields('soloistInstrument').isPresent
      ? fields('soloistInstrument').text(textMax)
      : null
    return [instrument ? `${personName(name)}, ${instrument}` : personName(name)]
  })
}

const titleCharsMax = 120

/** One work: composer and title. Several: the composers, in order. */
export function eventTitle(works: ProgrammeItem[], fallback: string): string {
  const surname = (name: string) => name.split(' ').at(-1) ?? name
  const titles = [...new Set(works.map((work) => work.title))]
  const composers = [...new Set(works.flatMap((work) => (work.composer ? [surname(work.composer)] : [])))]
  const [only] = titles
  const full = titles.length === 1 && only ? [...composers, only].join(': ') : composers.join(', ')
  const title = full || fallback
  return title.length > titleCharsMax ? `${title.slice(0, titleCharsMax - 1)}…` : title
}
