-- A scan is undone among the scans of its own ticket, and after it is there.
ALTER TABLE "gate_scan"
  ADD CONSTRAINT "gate_scan_id_ticket_id_key" UNIQUE ("id", "ticket_id"),
  ADD CONSTRAINT "gate_scan_undoes_fkey"
    FOREIGN KEY ("undoes", "ticket_id") REFERENCES "gate_scan"("id", "ticket_id");
