-- Where the buyer's tickets are sent; sealed.
ALTER TABLE "booking" ADD COLUMN "email" TEXT;

-- Whoever moves a booking need not know that somebody is told of it: the request for the letter is written with the
-- move itself, in the same commit, whichever code made it. A booking that fails at once is told on the page; one that
-- fails after its buyer was asked to wait is told by letter too.
CREATE FUNCTION ask_for_letter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  letter text := CASE WHEN NEW.from_state::text = 'CONFIRMED' AND NEW.to_state::text = 'CONFIRMED' THEN 'changed'
                      ELSE lower(NEW.to_state::text) END;
BEGIN
  INSERT INTO outbox (topic, payload)
  SELECT 'job', jsonb_build_object(
           'task', 'send_letter',
           'key', 'letter:' || letter || ':' || NEW.booking_id,
           'payload', jsonb_build_object('bookingId', NEW.booking_id, 'letter', letter, 'changeId', NEW.id))
    FROM booking WHERE id = NEW.booking_id AND email IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER booking_change_asks_for_letter AFTER INSERT ON booking_change FOR EACH ROW
  WHEN (NEW.to_state IN ('CONFIRMED', 'CANCELLED') OR NEW.to_state = 'FAILED' AND NEW.from_state <> 'PENDING')
  EXECUTE FUNCTION ask_for_letter();
