-- The gate: how it works at a show, and every scan that let somebody in or out (src/gate).
CREATE TABLE "show_gate" (
    "show_id" INTEGER NOT NULL,
    "re_entry" BOOLEAN NOT NULL,
    "opens_before_minutes" INTEGER NOT NULL,
    "closes_after_minutes" INTEGER NOT NULL,
    "gates" JSONB NOT NULL,

    CONSTRAINT "show_gate_pkey" PRIMARY KEY ("show_id"),
    CONSTRAINT "show_gate_minutes_check" CHECK ("opens_before_minutes" >= 0 AND "closes_after_minutes" >= 0),
    CONSTRAINT "show_gate_gates_check" CHECK (jsonb_typeof("gates") = 'array')
);
ALTER TABLE "show_gate" ADD CONSTRAINT "show_gate_show_id_fkey"
  FOREIGN KEY ("show_id") REFERENCES "show"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TYPE "gate_move" AS ENUM ('in', 'out', 'undo');
CREATE TYPE "gate_standing" AS ENUM ('current', 'replaced', 'void', 'unknown');

-- No key to ticket: a database that was restored may have forgotten a ticket that was let in.
CREATE TABLE "gate_scan" (
    "ticket_id" UUID NOT NULL,
    "turn" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "show_id" INTEGER NOT NULL,
    "seat_no" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL,
    "move" "gate_move" NOT NULL,
    "undoes" UUID,
    "gate" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "scanned_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "offline" BOOLEAN NOT NULL,
    "standing" "gate_standing" NOT NULL,
    "by" TEXT NOT NULL,

    -- The first scan wins here: of two gates that found a ticket outside at once, both write its next turn, and one can.
    CONSTRAINT "gate_scan_pkey" PRIMARY KEY ("ticket_id", "turn"),
    CONSTRAINT "gate_scan_turn_check" CHECK ("turn" >= 1),
    CONSTRAINT "gate_scan_undoes_check" CHECK (("move" = 'undo') = ("undoes" IS NOT NULL))
);
-- A scan's id follows from show, device and nonce: a repeat finds it.
CREATE UNIQUE INDEX "gate_scan_id_key" ON "gate_scan"("id");
CREATE UNIQUE INDEX "gate_scan_undoes_key" ON "gate_scan"("undoes");
CREATE INDEX "gate_scan_show_id_ticket_id_idx" ON "gate_scan"("show_id", "ticket_id");
ALTER TABLE "gate_scan" ADD CONSTRAINT "gate_scan_show_id_fkey"
  FOREIGN KEY ("show_id") REFERENCES "show"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What happened at a gate is not rewritten: a mistake is undone by a row of its own.
CREATE FUNCTION gate_scan_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'scans are only added: undo one by a row that undoes it'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'gate_scan_is_append_only';
END
$$;
CREATE TRIGGER "gate_scan_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gate_scan"
  FOR EACH STATEMENT EXECUTE FUNCTION gate_scan_is_append_only();
