/** Small import files of our own, with the oddities that real ones have. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

export function fileOf(content: unknown): string {
  const file = join(mkdtempSync(join(inject('runFolder'), 'import-')), 'small-hall.json')
  writeFileSync(
    file,
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  )
  return file
}

export const seat = (guid: string, number: string, x: number, more: object = {}) => ({
  ...{ seat_guid: guid, seat_number: number, uuid: `uuid-${guid}`, position: { x, y: -6.9e-13 } },
  category: 'Stalls',
  ...more,
})

export const row = (label: string, seats: object[], y = 10.5) => ({
  ...{ row_number: label, row_number_position: 'start', position: { x: 100, y }, seats },
})

export function plan(
  rows: object[],
  { areas = [], ...more }: { areas?: object[]; [key: string]: unknown } = {},
) {
  return {
    name: 'Small hall',
    size: { width: 500, height: 300 },
    categories: [
      { name: 'Stalls', color: '#F44336' },
      { name: 'Nobody sits here', color: '#2196f3' },
    ],
    zones: [{ name: 'Ground floor', zone_id: 'Ground', uuid: 'z1', position: { x: -20, y: 5 }, rows, areas }],
    ...more,
  }
}

export const concert = (more: object = {}) => ({
  ...{ eventType: 'Tour', Location: 'Cologne, Germany', Venue: 'Kölner  Philharmonie' },
  ...{ Date: '2025-05-20T04:00:00Z', Time: '8:00PM' },
  ...more,
})

export const program = (id: string, concerts: object[], works: object[] = [work()]) => ({
  ...{ id, programID: '1', orchestra: 'New York Philharmonic', season: '2024-25', concerts, works },
})

export const work = (more: object = {}) => ({
  ...{ ID: '1*', composerName: 'Mozart,  Wolfgang  Amadeus', workTitle: 'SYMPHONY NO.  40' },
  ...{ conductorName: 'Young, Simone', soloists: [] },
  ...more,
})
