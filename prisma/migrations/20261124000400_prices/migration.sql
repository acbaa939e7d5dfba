-- Fees and taxes of a price list (PriceRules in src/catalog/quote.ts), what each line of a booking is made of, and
-- promotion codes.
ALTER TABLE "price_list" ADD COLUMN "rules" JSONB NOT NULL DEFAULT '{"fees": [], "tax": null}';

ALTER TABLE "booking_line"
  ADD COLUMN "price_minor" INTEGER,
  ADD COLUMN "discount_minor" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "fee_minor" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "tax_minor" INTEGER NOT NULL DEFAULT 0;
UPDATE "booking_line" SET "price_minor" = "amount_minor";
ALTER TABLE "booking_line"
  ALTER COLUMN "price_minor" SET NOT NULL,
  ADD CONSTRAINT "booking_line_amounts" CHECK (
    "price_minor" >= 0 AND "discount_minor" BETWEEN 0 AND "price_minor" AND "fee_minor" >= 0 AND "tax_minor" >= 0
    AND "amount_minor" BETWEEN "price_minor" - "discount_minor" + "fee_minor"
                           AND "price_minor" - "discount_minor" + "fee_minor" + "tax_minor"
  );

CREATE TABLE "promotion" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "basis_points" INTEGER NOT NULL DEFAULT 0,
    "amount_minor" INTEGER NOT NULL DEFAULT 0,
    "currency" CHAR(3),
    "categories" JSONB,
    "event_id" INTEGER,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "uses_max" INTEGER,
    "uses_per_buyer_max" INTEGER,

    CONSTRAINT "promotion_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "promotion_takes_something_off" CHECK (
      "basis_points" BETWEEN 0 AND 10000 AND "amount_minor" >= 0 AND "basis_points" + "amount_minor" > 0
    ),
    -- An amount is of a currency; a share is of any.
    CONSTRAINT "promotion_currency" CHECK (("amount_minor" > 0) = ("currency" IS NOT NULL)),
    CONSTRAINT "promotion_limits" CHECK ("uses_max" >= 1 AND "uses_per_buyer_max" >= 1)
);
CREATE UNIQUE INDEX "promotion_code_key" ON "promotion"("code");
ALTER TABLE "promotion" ADD CONSTRAINT "promotion_event_id_fkey"
  FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "booking" ADD COLUMN "promotion_id" INTEGER;
ALTER TABLE "booking" ADD CONSTRAINT "booking_promotion_id_fkey"
  FOREIGN KEY ("promotion_id") REFERENCES "promotion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- The uses of a promotion are its bookings that stand: counted here, they cannot drift.
CREATE INDEX "booking_promotion_id_buyer_id_idx" ON "booking"("promotion_id", "buyer_id") WHERE "promotion_id" IS NOT NULL;
