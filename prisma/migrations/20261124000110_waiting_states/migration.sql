-- A booking whose payment waits for the gateway, and a refund that is not owed any more.
ALTER TYPE "booking_state" ADD VALUE 'PAYMENT_QUEUED' AFTER 'PENDING';
ALTER TYPE "refund_state" ADD VALUE 'WITHDRAWN';
