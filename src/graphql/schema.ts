/** The whole schema, built from one file per kind of thing. */
import type { GraphQLSchema } from 'graphql'
import { builder } from './builder.ts'
import './scalars.ts'
import './event.ts'
import './venue.ts'
import './show.ts'
import './viewer.ts'
import './booking.ts'
import './seat-lock.ts'
import './lock-seats.ts'
import './change-lock.ts'
import './booking-mutations.ts'
import './cancel-for-house.ts'
import './booking-changed.ts'
import './ticket-transfer.ts'
import './guest-session.ts'
import './seat-frame.ts'
import './scan.ts'
import './scan-sync.ts'
import './gate.ts'

builder.queryType({ description: 'What can be read.' })
builder.mutationType({ description: 'What can be done. Refusals are part of the answer, not errors.' })
builder.subscriptionType({ description: 'What can be watched, over WebSocket.' })

export const schema: GraphQLSchema = builder.toSchema()
