/** One booking: how it stands, followed until it rests, with tickets, money and the way to cancel. */
import { BookingAbout } from './booking/booking-about.tsx'
import { useBooking } from './booking/use-booking.ts'
import { Loading, Problem } from './problem.tsx'
import { useTitle } from './use-title.ts'

const toBookings = { href: '/bookings', text: 'My bookings' }

export function BookingPage({ bookingId }: { bookingId: string }) {
  const { booking, missing, problem, lookAgain } = useBooking(bookingId)
  useTitle(booking ? `Booking · ${booking.show.event.title}` : 'Booking')
  if (booking) return <BookingAbout booking={booking} problem={problem} onChange={lookAgain} />
  if (missing) {
    const text =
      'There is no such booking of yours. A guest’s bookings are seen in the browser they were made in.'
    return <Problem title="No such booking" text={text} link={toBookings} />
  }
  if (problem)
    return (
      <Problem title="The booking could not be loaded" text={problem} retry={lookAgain} link={toBookings} />
    )
  return <Loading what="your booking" />
}
