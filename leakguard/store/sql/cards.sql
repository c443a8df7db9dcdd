-- Statements of the cards: what people in Slack are shown of held posts.

-- name: card
SELECT channel, ts, digest FROM cards WHERE held = :held AND whose = :whose;

-- name: put_card
INSERT INTO cards (held, whose, channel, ts, digest) VALUES (:held, :whose, :channel, :ts, :digest)
ON CONFLICT (held, whose) DO UPDATE SET channel = excluded.channel, ts = excluded.ts, digest = excluded.digest;

-- name: cards_told_until
SELECT seq FROM cards_told WHERE one = 1;

-- name: put_cards_told_until
INSERT INTO cards_told (one, seq) VALUES (1, :seq) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq;
