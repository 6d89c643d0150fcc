-- What Piccolo cannot declare. Idempotent: applied again at every migrate.

CREATE INDEX IF NOT EXISTS outbox_due ON outbox (run_after) WHERE state IN ('waiting', 'running');
CREATE INDEX IF NOT EXISTS todo_open_person ON todo (person) WHERE done_at IS NULL;
CREATE INDEX IF NOT EXISTS todo_open_role ON todo (role, unit) WHERE done_at IS NULL AND person IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS todo_asked_once ON todo (subject, action, person, unit, role) NULLS NOT DISTINCT WHERE done_at IS NULL;
CREATE INDEX IF NOT EXISTS todo_done ON todo (done_by, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS letter_unread ON letter (person) WHERE read_at IS NULL;
CREATE INDEX IF NOT EXISTS session_live ON session (person) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS membership_role ON membership (role, unit) WHERE ends_on IS NULL;

-- A line knows its transaction, so that the sealer can wait until everything older has committed.
ALTER TABLE audit_line ADD COLUMN IF NOT EXISTS xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX IF NOT EXISTS audit_line_at ON audit_line (at);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- Three separated administrators: nobody holds two of them at the same time, whoever writes the row.
CREATE OR REPLACE FUNCTION check_separated_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.role NOT IN ('system_admin', 'security_admin', 'audit_admin') THEN
        RETURN NULL;
    END IF;
    -- Two grants to one person at once must see each other.
    PERFORM 1 FROM person WHERE id = NEW.person FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM membership other
        WHERE other.person = NEW.person AND other.id <> NEW.id AND other.role <> NEW.role
            AND other.role IN ('system_admin', 'security_admin', 'audit_admin')
            AND (other.ends_on IS NULL OR other.ends_on >= NEW.starts_on)
            AND (NEW.ends_on IS NULL OR NEW.ends_on >= other.starts_on)
            AND (other.ends_on IS NULL OR other.ends_on >= other.starts_on)
    ) THEN
        RAISE EXCEPTION 'one person, two kinds of administrator'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_separated_administrators', TABLE = 'membership';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS membership_separated_administrators ON membership;
CREATE CONSTRAINT TRIGGER membership_separated_administrators AFTER INSERT OR UPDATE ON membership
    FOR EACH ROW EXECUTE FUNCTION check_separated_administrators();

CREATE INDEX IF NOT EXISTS delivery_sent ON delivery (person, sent_at) WHERE channel = 'sms';
CREATE INDEX IF NOT EXISTS outbox_dead ON outbox (queued_at) WHERE state = 'dead';

-- Search by pairs of characters: two-character words, the usual case in Chinese, stay on the index.
-- It costs far more than a comparison, and the planner has to know. One pass: cutting with substr would be quadratic in long texts.
CREATE OR REPLACE FUNCTION bigrams(t text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 600 AS $$
    SELECT coalesce(array_agg(DISTINCT a || b), '{}')
    FROM unnest(string_to_array(lower(t), NULL), (string_to_array(lower(t), NULL))[2:]) AS pair (a, b) WHERE b IS NOT NULL
$$;
