-- What the payment network told of a buyer's bank that takes money back: for a person to answer.
CREATE TABLE "dispute" (
    "id" TEXT NOT NULL,
    "gateway" TEXT NOT NULL,
    "intent_id" TEXT,
    "status" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "closed" BOOLEAN NOT NULL DEFAULT false,
    "noted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dispute_pkey" PRIMARY KEY ("gateway", "id")
);
