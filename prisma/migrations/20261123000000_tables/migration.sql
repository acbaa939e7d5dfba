-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "sale_status" AS ENUM ('on_sale', 'closed', 'cancelled');

-- CreateEnum
CREATE TYPE "claim_state" AS ENUM ('locked', 'paying', 'sold', 'closed');

-- CreateEnum
CREATE TYPE "booking_state" AS ENUM ('PENDING', 'REQUIRES_ACTION', 'PAYMENT_UNKNOWN', 'CONFIRMED', 'FAILED', 'CANCELLED', 'NEEDS_OPERATOR');

-- CreateEnum
CREATE TYPE "payment_state" AS ENUM ('OPENING', 'OPENED', 'CONFIRMING', 'REQUIRES_ACTION', 'SUCCEEDED', 'DECLINED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "refund_state" AS ENUM ('OWED', 'SUCCEEDED', 'NEEDS_OPERATOR');

-- CreateEnum
CREATE TYPE "ticket_state" AS ENUM ('valid', 'void');

-- CreateTable
CREATE TABLE "venue" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "city" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,

    CONSTRAINT "venue_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seating_plan" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "venue_id" INTEGER,

    CONSTRAINT "seating_plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan_seat" (
    "plan_id" INTEGER NOT NULL,
    "seat_no" INTEGER NOT NULL,
    "seat_id" TEXT NOT NULL,

    CONSTRAINT "plan_seat_pkey" PRIMARY KEY ("plan_id","seat_no")
);

-- CreateTable
CREATE TABLE "plan_version" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "seat_count" INTEGER NOT NULL,
    "layout" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plan_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "organiser" TEXT NOT NULL DEFAULT '',
    "programme" JSONB NOT NULL DEFAULT '[]',
    "search_text" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "show" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "event_id" INTEGER NOT NULL,
    "venue_id" INTEGER NOT NULL,
    "plan_version_id" INTEGER,
    "price_list_id" INTEGER,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "show_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_list" (
    "id" SERIAL NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "prices" JSONB NOT NULL,

    CONSTRAINT "price_list_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "show_ledger" (
    "show_id" INTEGER NOT NULL,
    "epoch" BIGINT NOT NULL DEFAULT 1,
    "status" "sale_status" NOT NULL DEFAULT 'on_sale',
    "seat_count" INTEGER NOT NULL,
    "seats_per_buyer_max" INTEGER NOT NULL,

    CONSTRAINT "show_ledger_pkey" PRIMARY KEY ("show_id")
);

-- CreateTable
CREATE TABLE "seat_claim" (
    "show_id" INTEGER NOT NULL,
    "seat_no" INTEGER NOT NULL,
    "state" "claim_state" NOT NULL,
    "lock_id" UUID,
    "buyer_id" UUID,
    "booking_id" UUID,
    "price_list_id" INTEGER,
    "decided_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "extended" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "seat_claim_pkey" PRIMARY KEY ("show_id","seat_no")
);

-- CreateTable
CREATE TABLE "booking" (
    "id" UUID NOT NULL,
    "show_id" INTEGER NOT NULL,
    "buyer_id" UUID NOT NULL,
    "lock_id" UUID NOT NULL,
    "state" "booking_state" NOT NULL,
    "request_hash" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "total_minor" INTEGER NOT NULL,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attended_until" TIMESTAMPTZ(3),
    "next_look_at" TIMESTAMPTZ(3),

    CONSTRAINT "booking_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "booking_line" (
    "booking_id" UUID NOT NULL,
    "seat_no" INTEGER NOT NULL,
    "seat_id" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "amount_minor" INTEGER NOT NULL,

    CONSTRAINT "booking_line_pkey" PRIMARY KEY ("booking_id","seat_no")
);

-- CreateTable
CREATE TABLE "booking_change" (
    "id" BIGSERIAL NOT NULL,
    "booking_id" UUID NOT NULL,
    "from_state" "booking_state",
    "to_state" "booking_state" NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "booking_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" UUID NOT NULL,
    "booking_id" UUID NOT NULL,
    "state" "payment_state" NOT NULL,
    "gateway" TEXT NOT NULL,
    "gateway_key" TEXT NOT NULL,
    "intent_id" TEXT,
    "method" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "action_url" TEXT,
    "confirm_sent_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refund" (
    "id" UUID NOT NULL,
    "booking_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "state" "refund_state" NOT NULL,
    "gateway_key" TEXT NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_try_at" TIMESTAMPTZ(3),

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ticket" (
    "id" UUID NOT NULL,
    "booking_id" UUID NOT NULL,
    "show_id" INTEGER NOT NULL,
    "seat_no" INTEGER NOT NULL,
    "state" "ticket_state" NOT NULL DEFAULT 'valid',
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ticket_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "venue_key_key" ON "venue"("key");

-- CreateIndex
CREATE UNIQUE INDEX "seating_plan_key_key" ON "seating_plan"("key");

-- CreateIndex
CREATE UNIQUE INDEX "plan_seat_plan_id_seat_id_key" ON "plan_seat"("plan_id", "seat_id");

-- CreateIndex
CREATE INDEX "plan_version_content_hash_idx" ON "plan_version"("content_hash");

-- CreateIndex
CREATE UNIQUE INDEX "plan_version_plan_id_version_key" ON "plan_version"("plan_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "event_key_key" ON "event"("key");

-- CreateIndex
CREATE UNIQUE INDEX "show_key_key" ON "show"("key");

-- CreateIndex
CREATE INDEX "show_event_id_starts_at_idx" ON "show"("event_id", "starts_at");

-- CreateIndex
CREATE INDEX "show_venue_id_starts_at_idx" ON "show"("venue_id", "starts_at");

-- CreateIndex
CREATE INDEX "show_starts_at_idx" ON "show"("starts_at");

-- CreateIndex
CREATE INDEX "booking_buyer_id_created_at_id_idx" ON "booking"("buyer_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "booking_change_booking_id_id_idx" ON "booking_change"("booking_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_booking_id_key" ON "payment"("booking_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_gateway_key_key" ON "payment"("gateway_key");

-- CreateIndex
CREATE UNIQUE INDEX "payment_intent_id_key" ON "payment"("intent_id");

-- CreateIndex
CREATE UNIQUE INDEX "refund_gateway_key_key" ON "refund"("gateway_key");

-- CreateIndex
CREATE INDEX "refund_booking_id_idx" ON "refund"("booking_id");

-- CreateIndex
CREATE INDEX "ticket_booking_id_idx" ON "ticket"("booking_id");

-- AddForeignKey
ALTER TABLE "seating_plan" ADD CONSTRAINT "seating_plan_venue_id_fkey" FOREIGN KEY ("venue_id") REFERENCES "venue"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_seat" ADD CONSTRAINT "plan_seat_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "seating_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "seating_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "show" ADD CONSTRAINT "show_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "show" ADD CONSTRAINT "show_venue_id_fkey" FOREIGN KEY ("venue_id") REFERENCES "venue"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "show" ADD CONSTRAINT "show_plan_version_id_fkey" FOREIGN KEY ("plan_version_id") REFERENCES "plan_version"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "show" ADD CONSTRAINT "show_price_list_id_fkey" FOREIGN KEY ("price_list_id") REFERENCES "price_list"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "show_ledger" ADD CONSTRAINT "show_ledger_show_id_fkey" FOREIGN KEY ("show_id") REFERENCES "show"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "booking" ADD CONSTRAINT "booking_show_id_fkey" FOREIGN KEY ("show_id") REFERENCES "show"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "booking_line" ADD CONSTRAINT "booking_line_booking_id_fkey" FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "booking_change" ADD CONSTRAINT "booking_change_booking_id_fkey" FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_booking_id_fkey" FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_booking_id_fkey" FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_booking_id_fkey" FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

