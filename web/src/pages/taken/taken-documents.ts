import { graphql } from '../../generated/index.ts'

export const takeTicket = graphql(`
  mutation TakeTicket($offer: String!) {
    takeTicket(offer: $offer) {
      __typename
      ... on TakeTicketOk { ticket { id } }
      ... on Refusal { message code }
    }
  }
`)

export const takenTickets = graphql(`
  query TakenTickets {
    viewer {
      takenTickets {
        id
        state
        code
        qrSvg
        label { text }
        isOffered
        show { startsAtLocal event { title } venue { name city } }
      }
    }
  }
`)
