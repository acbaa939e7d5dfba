-- take_claims: the batch that turns locks decided by the ledger into claims, in one commit (docs/ledger.md).
--
-- A member is one taking: a show, the epoch it was decided under, a lock, its owner and times. Its seats are the
-- pairs (s_member, s_seat) that carry the member's position. The caller admits each lock and each seat once per
-- batch. Verdicts: taken | stale (another epoch now) | not_on_sale | conflict (with the seats somebody else has).
-- Calling it again with the same members finds its own rows, so it may be repeated after an unknown COMMIT.
CREATE FUNCTION take_claims(
  m_show int[], m_epoch bigint[], m_lock uuid[], m_buyer uuid[], m_decided timestamptz[], m_expires timestamptz[],
  s_member int[], s_seat int[]
) RETURNS TABLE (member int, verdict text, current_epoch bigint, price_list int, conflicts int[])
LANGUAGE plpgsql AS $$
DECLARE
  verdicts text[];
  epochs bigint[];
  prices int[];
  got_lock uuid[];
  got_seat int[];
BEGIN
  -- The fence: a rebuild or a closing of the sale waits for us, or we wait for it and then see what it wrote.
  PERFORM 1 FROM show_ledger l WHERE l.show_id = ANY (m_show) ORDER BY l.show_id FOR SHARE;

  SELECT array_agg(
           CASE WHEN l.status IS DISTINCT FROM 'on_sale' THEN 'not_on_sale'
                WHEN l.epoch <> m.epoch THEN 'stale'
                ELSE 'taken' END ORDER BY m.no),
         array_agg(l.epoch ORDER BY m.no),
         array_agg(s.price_list_id ORDER BY m.no)
    INTO verdicts, epochs, prices
    FROM unnest(m_show, m_epoch) WITH ORDINALITY AS m (show_id, epoch, no)
    LEFT JOIN show_ledger l ON l.show_id = m.show_id
    LEFT JOIN show s ON s.id = m.show_id;

  WITH got AS (
    INSERT INTO seat_claim AS old
           (show_id, seat_no, state, lock_id, buyer_id, price_list_id, decided_at, expires_at)
    SELECT m_show[s.m], s.seat, 'locked', m_lock[s.m], m_buyer[s.m], prices[s.m], m_decided[s.m], m_expires[s.m]
      FROM unnest(s_member, s_seat) AS s (m, seat)
     WHERE verdicts[s.m] = 'taken'
     ORDER BY m_show[s.m], s.seat
    ON CONFLICT (show_id, seat_no) DO UPDATE
       SET lock_id = excluded.lock_id, buyer_id = excluded.buyer_id, decided_at = excluded.decided_at,
           -- My own row is met when a batch is repeated: keep its price and never shorten an extension.
           price_list_id = CASE WHEN old.lock_id = excluded.lock_id THEN old.price_list_id
                                ELSE excluded.price_list_id END,
           expires_at = CASE WHEN old.lock_id = excluded.lock_id THEN greatest(old.expires_at, excluded.expires_at)
                             ELSE excluded.expires_at END,
           extended = old.extended AND old.lock_id = excluded.lock_id
     WHERE old.state = 'locked'
       AND (old.lock_id = excluded.lock_id OR old.expires_at <= excluded.decided_at)
    RETURNING old.lock_id, old.seat_no
  )
  SELECT array_agg(got.lock_id), array_agg(got.seat_no) INTO got_lock, got_seat FROM got;

  RETURN QUERY
  WITH short AS (
    SELECT s.m, array_agg(s.seat ORDER BY s.seat) AS seats
      FROM unnest(s_member, s_seat) AS s (m, seat)
     WHERE verdicts[s.m] = 'taken'
       AND NOT EXISTS (SELECT 1 FROM unnest(got_lock, got_seat) AS g (lock_id, seat)
                        WHERE g.lock_id = m_lock[s.m] AND g.seat = s.seat)
     GROUP BY s.m
  ), undone AS (
    -- All or nothing: what a short member did get goes back. These rows are ours since the insert above.
    DELETE FROM seat_claim c
     USING short, unnest(s_member, s_seat) AS s (m, seat)
     WHERE s.m = short.m AND c.show_id = m_show[s.m] AND c.seat_no = s.seat
       AND c.lock_id = m_lock[s.m] AND c.state = 'locked'
  )
  SELECT i, CASE WHEN short.m IS NULL THEN verdicts[i] ELSE 'conflict' END, epochs[i], prices[i],
         coalesce(short.seats, '{}')
    FROM generate_subscripts(m_show, 1) AS i
    LEFT JOIN short ON short.m = i;
END
$$;

-- A batch waits briefly for a row that a slower writer holds, then is rerun in halves by the caller.
ALTER FUNCTION take_claims SET lock_timeout = '200ms';
