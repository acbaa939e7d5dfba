-- Keys of ticket codes, and which key and generation a ticket's code is of (src/ticket).
CREATE TYPE "ticket_key_state" AS ENUM ('active', 'verify_only', 'revoked');

CREATE TABLE "ticket_key" (
    "id" TEXT NOT NULL,
    "state" "ticket_key_state" NOT NULL,
    "sealed_signing" TEXT,
    "sealed_checking" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "rotated_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_because" TEXT,

    CONSTRAINT "ticket_key_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "ticket_key_id_form" CHECK ("id" ~ '^[0-9a-f]{8}$'),
    -- A revoked key is erased: no change of its state brings it back.
    CONSTRAINT "ticket_key_secrets" CHECK (
      CASE "state"
        WHEN 'revoked' THEN num_nonnulls("sealed_signing", "sealed_checking") = 0
                        AND num_nulls("revoked_at", "revoked_because") = 0
        ELSE num_nulls("sealed_signing", "sealed_checking") = 0
         AND num_nonnulls("revoked_at", "revoked_because") = 0
      END
    )
);
-- Codes are made with one key at a time.
CREATE UNIQUE INDEX "ticket_key_one_active" ON "ticket_key"("state") WHERE "state" = 'active';

ALTER TABLE "ticket"
  ADD COLUMN "code_generation" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "code_key_id" TEXT,
  ADD CONSTRAINT "ticket_code_generation_check" CHECK ("code_generation" BETWEEN 1 AND 65535),
  ADD CONSTRAINT "ticket_code_key_id_fkey"
    FOREIGN KEY ("code_key_id") REFERENCES "ticket_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
