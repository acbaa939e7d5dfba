-- What Prisma's schema language cannot say: storage of the hot table, checks, partial and trigram indexes.

-- Claims are updated in place (locked -> paying -> sold) and deleted all day: leave room for HOT updates and
-- vacuum long before the default fifth of the table is dead.
ALTER TABLE seat_claim SET (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);

ALTER TABLE seat_claim
  ADD CONSTRAINT seat_claim_seat_no_check CHECK (seat_no >= 0),
  ADD CONSTRAINT seat_claim_owner_check CHECK (
    CASE state
      WHEN 'closed' THEN num_nonnulls(lock_id, buyer_id, booking_id) = 0
      WHEN 'locked' THEN num_nulls(lock_id, buyer_id, decided_at, expires_at) = 0 AND booking_id IS NULL
      ELSE num_nulls(lock_id, buyer_id, booking_id) = 0
    END
  );

ALTER TABLE show_ledger
  ADD CONSTRAINT show_ledger_seat_count_check CHECK (seat_count BETWEEN 1 AND 200000),
  ADD CONSTRAINT show_ledger_limit_check CHECK (seats_per_buyer_max BETWEEN 1 AND 1000);

ALTER TABLE booking ADD CONSTRAINT booking_total_check CHECK (total_minor >= 0);
ALTER TABLE booking_line ADD CONSTRAINT booking_line_amount_check CHECK (amount_minor >= 0);
ALTER TABLE payment ADD CONSTRAINT payment_amount_check CHECK (amount_minor >= 0);
ALTER TABLE refund ADD CONSTRAINT refund_amount_check CHECK (amount_minor > 0);

-- Promise 1, second guard: however a claim were lost, no seat gets two valid tickets.
CREATE UNIQUE INDEX ticket_one_valid_per_seat ON ticket (show_id, seat_no) WHERE state = 'valid';

-- The relay, the booking watch and the refund watch each read only what is due.
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE done_at IS NULL;
CREATE INDEX booking_to_look_at ON booking (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX refund_to_try ON refund (next_try_at) WHERE next_try_at IS NOT NULL;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX event_search_text ON event USING gin (search_text gin_trgm_ops);
