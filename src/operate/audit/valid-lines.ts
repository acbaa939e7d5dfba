/** The valid order lines of booking `b`: what its buyer has paid for and may sit on. Said once, for money and tickets. */
export const validLines = `SELECT l.seat_no, l.amount_minor FROM booking_line l
  WHERE l.booking_id = b.id AND l.voided_at IS NULL AND b.state = 'CONFIRMED'`
