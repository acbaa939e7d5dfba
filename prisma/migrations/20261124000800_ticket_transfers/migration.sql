-- Tickets that are passed on (src/ticket/transfer.ts). holder_id: null while the buyer has it. offer_hash: of the secret
-- by which it can be taken.
ALTER TABLE "ticket"
  ADD COLUMN "holder_id" UUID,
  ADD COLUMN "offer_hash" TEXT;
CREATE INDEX "ticket_holder_id_idx" ON "ticket"("holder_id") WHERE "holder_id" IS NOT NULL;

-- Every passing on, in order: who had the ticket's code of this generation after it. Only added to.
CREATE TABLE "ticket_transfer" (
    "ticket_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "from_id" UUID NOT NULL,
    "to_id" UUID NOT NULL,
    "offer_hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "ticket_transfer_pkey" PRIMARY KEY ("ticket_id", "generation"),
    CONSTRAINT "ticket_transfer_somebody_else" CHECK ("from_id" <> "to_id"),
    CONSTRAINT "ticket_transfer_ticket_id_fkey"
      FOREIGN KEY ("ticket_id") REFERENCES "ticket"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
