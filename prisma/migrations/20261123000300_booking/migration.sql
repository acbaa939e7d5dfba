-- Where the buyer is sent after an action of the gateway. Stored, because any process may send the confirm.
ALTER TABLE "payment" ADD COLUMN "return_url" TEXT;
