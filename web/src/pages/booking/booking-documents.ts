import { graphql } from '../../generated/index.ts'

graphql(`
  fragment BookingDetails on Booking {
    id
    state
    failure
    createdAt
    total { text }
    show { id startsAt startsAtLocal event { title } venue { name city } }
    lines { seatNo label { text } category total { text } }
    tickets { id seatNo seatId state code qrSvg isYours isOffered }
    payment { state actionUrl }
    refunds { state reason amount { text } }
    history { at to reason }
  }
`)

export const bookingById = graphql(`
  query BookingById($id: ID!) {
    node(id: $id) {
      __typename
      ...BookingDetails
    }
  }
`)

export const cancelBooking = graphql(`
  mutation CancelBooking($id: ID!) {
    cancelBooking(bookingId: $id) {
      __typename
      ... on CancelBookingOk { booking { id state } }
      ... on Refusal { message code }
      ... on RateLimited { retryAfterMs }
      ... on TryAgain { retryAfterMs }
    }
  }
`)

export const offerTicket = graphql(`
  mutation OfferTicket($ticketId: ID!) {
    offerTicket(ticketId: $ticketId) {
      __typename
      ... on OfferTicketOk { offer }
      ... on Refusal { message code }
    }
  }
`)

export const withdrawOffer = graphql(`
  mutation WithdrawOffer($ticketId: ID!) {
    withdrawTicketOffer(ticketId: $ticketId) {
      __typename
      ... on WithdrawTicketOfferOk { wasOffered }
      ... on Refusal { message code }
    }
  }
`)
