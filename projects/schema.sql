-- What Piccolo cannot declare. Idempotent: applied again at every migrate.

DO $$ BEGIN
    FOR year IN 2020..2060 LOOP
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS project_code_%s', year);
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS call_code_%s', year);
    END LOOP;
END $$;

CREATE INDEX IF NOT EXISTS involvement_unit ON involvement (unit, project) INCLUDE (why);
CREATE INDEX IF NOT EXISTS call_public ON call (published_at DESC) WHERE state IN ('published', 'closed');
CREATE INDEX IF NOT EXISTS project_call_state ON project (call, state);
-- Pages of the officers' list read in the order of codes; its bounded counts read only these indexes, never the rows.
CREATE INDEX IF NOT EXISTS project_state_code ON project (state, code DESC) INCLUDE (id);
CREATE INDEX IF NOT EXISTS project_lead_code ON project (lead, code DESC) INCLUDE (id, state, area);
CREATE INDEX IF NOT EXISTS project_area_code ON project (area, code DESC) INCLUDE (id, state);
CREATE INDEX IF NOT EXISTS project_area_state ON project (area, state) INCLUDE (id, code);
CREATE INDEX IF NOT EXISTS recusal_live ON recusal (person, project) WHERE lifted_at IS NULL;
CREATE INDEX IF NOT EXISTS call_duty_live ON call_duty (person, call) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS correction_open ON correction (project) WHERE answered_at IS NULL;

-- Search by pairs of characters: two-character words, the usual case in Chinese, stay on the index.
-- It costs far more than a comparison, and the planner has to know.
CREATE OR REPLACE FUNCTION bigrams(t text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 600 AS $$
    SELECT coalesce(array_agg(DISTINCT substr(lower(t), i, 2)), '{}') FROM generate_series(1, length(t) - 1) AS i
$$;
CREATE INDEX IF NOT EXISTS project_title_bigrams ON project USING gin (bigrams(title));

CREATE INDEX IF NOT EXISTS project_open_drafts ON project (call) WHERE state IN ('draft', 'endorsing', 'returned');

-- Deciding: one decision of a call at a time; one live line a fund and project; a department finds its own lines.
CREATE UNIQUE INDEX IF NOT EXISTS decision_one_open ON decision (call) WHERE state <> 'released';
CREATE UNIQUE INDEX IF NOT EXISTS funding_line_one_live ON funding_line (project, fund) WHERE state NOT IN ('declined', 'released');
CREATE INDEX IF NOT EXISTS funding_line_owner_state ON funding_line (owner, state, proposed_at DESC);

-- One expert sits in a seat at a time; a standby for one recused project sits beside.
CREATE UNIQUE INDEX IF NOT EXISTS seat_taken ON seat (panel, number, project) NULLS NOT DISTINCT
    WHERE state IN ('invited', 'accepted', 'promised', 'signed');
CREATE INDEX IF NOT EXISTS seat_person ON seat (person, panel) WHERE state <> 'standby';
CREATE INDEX IF NOT EXISTS score_project ON score (project, seat);

-- Signing: the instalments of a line sum to the line, to the fen.
CREATE OR REPLACE FUNCTION instalments_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.line ELSE NEW.line END;
BEGIN
    IF (SELECT sum(amount) FROM instalment WHERE line = wanted) <> (SELECT amount FROM funding_line WHERE id = wanted) THEN
        RAISE EXCEPTION 'the instalments of line % do not sum to it', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalments_sum';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS instalments_sum ON instalment;
CREATE CONSTRAINT TRIGGER instalments_sum AFTER INSERT OR UPDATE OR DELETE ON instalment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION instalments_sum();

-- Paying: a request never asks for more than its instalment pays.
CREATE OR REPLACE FUNCTION payment_within() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.amount > (SELECT coalesce(payable, amount) FROM instalment WHERE id = NEW.instalment AND line = NEW.line) THEN
        RAISE EXCEPTION 'payment request % is larger than its instalment', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_within';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS payment_within ON payment_request;
CREATE CONSTRAINT TRIGGER payment_within AFTER INSERT OR UPDATE OF amount ON payment_request DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_within();
CREATE INDEX IF NOT EXISTS payment_request_owner ON payment_request (owner, state, made_at DESC);
CREATE INDEX IF NOT EXISTS report_waiting ON report (state, due);

-- Importing: the same file lives once.
CREATE UNIQUE INDEX IF NOT EXISTS import_batch_live ON import_batch (sha256) WHERE undone_at IS NULL;
