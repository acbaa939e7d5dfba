/** Events: what is performed, and the search for them. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { resolveCursorConnection } from '@pothos/plugin-relay'
import { z } from 'zod'
import type { EventPosition } from '../catalog/index.ts'
import { builder } from './builder.ts'
import { readNumberedId } from './ids.ts'
import { graphqlLimits } from './limits/graphql-limits.ts'
import { BadSearch } from './refusals.ts'

interface ProgrammeItemShape {
  composer: string | null
  title: string
  movement: string | null
  conductor: string | null
  soloists: string[]
}

const ProgrammeItem = builder.objectRef<ProgrammeItemShape>('ProgrammeItem').implement({
  description: 'One piece of an event’s programme.',
  fields: (t) => ({
    composer: t.exposeString('composer', { nullable: true, description: 'Who wrote it.' }),
    title: t.exposeString('title', { description: 'Title of the piece.' }),
    movement: t.exposeString('movement', {
      nullable: true,
      description: 'The movement, if only one is played.',
    }),
    conductor: t.exposeString('conductor', { nullable: true, description: 'Who conducts.' }),
    soloists: t.exposeStringList('soloists', { description: 'Soloists with their instrument or part.' }),
  }),
})

const storedProgramme = z.array(
  z.object({
    composer: z.string().nullish(),
    title: z.string(),
    movement: z.string().nullish(),
    conductor: z.string().nullish(),
    soloists: z.array(z.string()).nullish(),
  }),
)

const Event = builder.prismaNode('Event', {
  id: { field: 'id' },
  select: { id: true },
  nullable: true,
  description: 'What is performed: a concert programme, a play, a match. Its shows are the dates.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'Title of the event.' }),
    description: t.exposeString('description', { description: 'A text about it; may be empty.' }),
    organiser: t.exposeString('organiser', { description: 'Who puts it on; may be empty.' }),
    programme: t.field({
      type: [ProgrammeItem],
      description: 'The pieces in the order they are played; empty where there is no programme.',
      select: { programme: true },
      resolve: ({ programme }) =>
        storedProgramme.parse(programme).map((item) => ({
          composer: item.composer ?? null,
          title: item.title,
          movement: item.movement ?? null,
          conductor: item.conductor ?? null,
          soloists: item.soloists ?? [],
        })),
    }),
    shows: t.relatedConnection('shows', {
      cursor: 'id',
      description: 'The event’s shows, soonest first.',
      extensions: { cursor: 'number' },
      query: { orderBy: [{ startsAt: 'asc' }, { id: 'asc' }] },
    }),
  }),
})

builder.queryField('event', (t) =>
  t.prismaField({
    type: 'Event',
    nullable: true,
    description: 'One event. Null when there is none with this id.',
    args: { id: t.arg.id({ required: true, description: 'Id of the event.' }) },
    resolve: (query, _parent, args, { deps }) =>
      deps.database.event.findUnique({ ...query, where: { id: readNumberedId('Event', args.id) } }),
  }),
)

builder.queryField('events', (t) =>
  t.connection({
    type: Event,
    description: 'Events by the time of their first show that fits the filters, soonest first.',
    extensions: { cursor: 'event' },
    args: {
      search: t.arg.string({
        description:
          'Words that title, description, organiser or programme contain; case and accents do not matter.',
      }),
      from: t.arg({ type: 'DateTime', description: 'Only events with a show at or after this instant.' }),
      to: t.arg({ type: 'DateTime', description: 'Only events with a show before this instant.' }),
      venueId: t.arg.id({ description: 'Only events with a show in this venue.' }),
    },
    resolve: async (_parent, args, context, info) => {
      const search = {
        search: checkedSearch(args.search),
        from: args.from ?? undefined,
        to: args.to ?? undefined,
        venueId: args.venueId == null ? undefined : readNumberedId('Venue', args.venueId),
      }
      const { select } = queryFromInfo({ context, info, path: ['edges', 'node'], select: { id: true } })
      const firstShows = new Map<number, EventPosition>()
      return resolveCursorConnection<Promise<{ id: number }[]>>(
        {
          args,
          defaultSize: graphqlLimits.pageSizeDefault,
          maxSize: graphqlLimits.pageSizeMax,
          toCursor: (event) =>
            printCursor(firstShows.get(event.id) ?? { eventId: event.id, firstShowAt: null }),
        },
        async ({ after, before, limit, inverted }) => {
          const positions = await context.deps.catalog.findEvents(search, {
            ...(after === undefined ? {} : { after: readCursor(after) }),
            ...(before === undefined ? {} : { before: readCursor(before) }),
            count: limit,
            backwards: inverted,
          })
          for (const position of positions) firstShows.set(position.eventId, position)
          const events = await context.deps.database.event.findMany({
            select,
            where: { id: { in: positions.map((position) => position.eventId) } },
          })
          const byId = new Map(events.map((event) => [event.id, event]))
          return positions.flatMap(({ eventId }) => byId.get(eventId) ?? [])
        },
      )
    },
  }),
)

const searchCharsMax = 200

function checkedSearch(search: string | null | undefined): string | undefined {
  if (search && search.length > searchCharsMax) {
    throw new BadSearch(
      `A search has at most ${searchCharsMax} characters; this one has ${search.length}. Send fewer words.`,
    )
  }
  // PostgreSQL has no text with this character in it.
  if (search?.includes('\0')) {
    throw new BadSearch('A search is words; this one has a NUL character in it. Send it without.')
  }
  return search?.trim() || undefined
}

function printCursor({ firstShowAt, eventId }: EventPosition): string {
  return Buffer.from(`event:${firstShowAt ? firstShowAt.getTime() : ''}.${eventId}`).toString('base64')
}

/** What the cursor looks like was checked with the page's arguments. */
function readCursor(cursor: string): EventPosition {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64')
    .toString('latin1')
    .slice('event:'.length)
    .split('.')
  return { firstShowAt: time === '' ? null : new Date(Number(time)), eventId: Number(id) }
}
