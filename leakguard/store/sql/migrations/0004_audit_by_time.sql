-- For the pictures: the audit of some days, in order, with the kinds that are asked for. All three columns are in the
-- index, so that lines of other kinds are passed over without being read.

CREATE INDEX audit_by_time ON audit (at, seq, kind);
