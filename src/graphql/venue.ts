/** Venues: where shows happen. */
import { builder } from './builder.ts'

builder.prismaNode('Venue', {
  id: { field: 'id' },
  select: { id: true },
  nullable: true,
  description: 'A building or place where shows happen.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the venue.' }),
    city: t.exposeString('city', { description: 'City it stands in.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA time zone, for example "Europe/Berlin".' }),
  }),
})

builder.queryField('venues', (t) =>
  t.prismaConnection({
    type: 'Venue',
    cursor: 'id',
    description: 'All venues by name.',
    extensions: { cursor: 'number' },
    resolve: (query, _parent, _args, { deps }) =>
      deps.database.venue.findMany({ ...query, orderBy: [{ name: 'asc' }, { id: 'asc' }] }),
  }),
)
