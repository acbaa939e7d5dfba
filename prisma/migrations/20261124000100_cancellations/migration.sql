-- History of payments and refunds, parts of a booking that are cancelled, and the cancelling of whole shows.
CREATE TABLE "payment_change" (
    "id" BIGSERIAL NOT NULL,
    "payment_id" UUID NOT NULL,
    "from_state" "payment_state",
    "to_state" "payment_state" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_change_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "payment_change_payment_id_id_idx" ON "payment_change"("payment_id", "id");
ALTER TABLE "payment_change" ADD CONSTRAINT "payment_change_payment_id_fkey"
  FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "refund_change" (
    "id" BIGSERIAL NOT NULL,
    "refund_id" UUID NOT NULL,
    "from_state" "refund_state",
    "to_state" "refund_state" NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "refund_change_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "refund_change_refund_id_id_idx" ON "refund_change"("refund_id", "id");
ALTER TABLE "refund_change" ADD CONSTRAINT "refund_change_refund_id_fkey"
  FOREIGN KEY ("refund_id") REFERENCES "refund"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who of the house did it; null: the buyer or the product itself.
ALTER TABLE "booking_change" ADD COLUMN "by" TEXT;

-- A line whose seat was given back after it had been paid for.
ALTER TABLE "booking_line" ADD COLUMN "voided_at" TIMESTAMPTZ(3);

-- How long before its start buyers may give paid seats of this show back; null: as the house does it.
ALTER TABLE "show" ADD COLUMN "cancel_before_minutes" INTEGER,
  ADD CONSTRAINT "show_cancel_before_minutes_check" CHECK ("cancel_before_minutes" >= 0);

-- How often a refund was begun to be paid. One that never was can still be withdrawn.
ALTER TABLE "refund" ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 0;

-- No more goes back than was taken, whoever writes the refund: its payment's row is locked before the sum is taken,
-- and a statement inside a function sees what was committed while it waited.
CREATE FUNCTION refund_within_capture() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  taken int;
  owed bigint;
BEGIN
  SELECT amount_minor INTO taken FROM payment WHERE id = NEW.payment_id AND state = 'SUCCEEDED' FOR UPDATE;
  SELECT coalesce(sum(amount_minor), 0) INTO owed FROM refund
   WHERE payment_id = NEW.payment_id AND id <> NEW.id AND state::text <> 'WITHDRAWN';
  IF taken IS NULL OR owed + NEW.amount_minor > taken THEN
    RAISE EXCEPTION 'refund % of % would exceed what payment % took (% taken, % refunded)',
      NEW.id, NEW.amount_minor, NEW.payment_id, coalesce(taken, 0), owed
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_capture';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER "refund_within_capture" BEFORE INSERT OR UPDATE OF "amount_minor", "payment_id" ON "refund"
  FOR EACH ROW EXECUTE FUNCTION refund_within_capture();

-- A show that is cancelled as a whole: any process carries the sweep on from here. Counts are of its last round.
CREATE TABLE "show_cancellation" (
    "show_id" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "bookings" INTEGER NOT NULL DEFAULT 0,
    "waiting" INTEGER NOT NULL DEFAULT 0,
    "locks_ended" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "next_round_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "show_cancellation_pkey" PRIMARY KEY ("show_id")
);
ALTER TABLE "show_cancellation" ADD CONSTRAINT "show_cancellation_show_id_fkey"
  FOREIGN KEY ("show_id") REFERENCES "show"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "show_cancellation_to_go_on" ON "show_cancellation" ("next_round_at") WHERE "next_round_at" IS NOT NULL;
