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

-- Search by pairs of characters (kernel/schema.sql).
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

-- Matched panels: one expert in a place of a project at a time; a seat finds what it has in its charge.
CREATE UNIQUE INDEX IF NOT EXISTS charge_taken ON charge (panel, project, place) WHERE seat IS NOT NULL AND ended_at IS NULL;
CREATE INDEX IF NOT EXISTS charge_held ON charge (seat, project) WHERE ended_at IS NULL;

-- Matching: one live hold a pair; what came out of a run stays as it came out.
CREATE UNIQUE INDEX IF NOT EXISTS match_hold_live ON match_hold (call, project, expert) NULLS NOT DISTINCT WHERE lifted_at IS NULL;
CREATE OR REPLACE FUNCTION match_run_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.call, OLD.number, OLD.objective, OLD.parameters, OLD.pack_hash, OLD.seed, OLD.asked_by, OLD.asked_at)
        IS DISTINCT FROM (NEW.call, NEW.number, NEW.objective, NEW.parameters, NEW.pack_hash, NEW.seed, NEW.asked_by, NEW.asked_at)
        OR OLD.result_hash <> '' AND (OLD.input_hash, OLD.result_hash, OLD.algorithm, OLD.code_version, OLD.figures, OLD.shortages)
        IS DISTINCT FROM (NEW.input_hash, NEW.result_hash, NEW.algorithm, NEW.code_version, NEW.figures, NEW.shortages)
    THEN
        RAISE EXCEPTION 'what matching run % was asked and what it answered stay as they are', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS match_run_fixed ON match_run;
CREATE TRIGGER match_run_fixed BEFORE UPDATE ON match_run FOR EACH ROW EXECUTE FUNCTION match_run_fixed();

-- Merging experts: two who have a seat or stand by on one panel that is not closed are not made one person behind its back.
CREATE OR REPLACE FUNCTION expert_merge_one_panel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH sits AS (
            SELECT st.panel, st.expert FROM seat st WHERE st.state IN ('invited', 'accepted', 'promised', 'signed', 'standby')
            UNION SELECT ch.panel, ch.expert FROM charge ch WHERE ch.ended_at IS NULL
        )
        SELECT 1 FROM sits a JOIN sits b ON b.panel = a.panel JOIN panel pn ON pn.id = a.panel
        WHERE pn.state <> 'closed' AND a.expert = NEW.id
            AND b.expert IN (SELECT o.id FROM expert o WHERE coalesce(o.merged_into, o.id) = NEW.merged_into AND o.id <> NEW.id)
    ) THEN
        RAISE EXCEPTION 'both experts are on one panel'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expert_merge_one_panel', TABLE = 'expert';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS expert_merge_one_panel ON expert;
CREATE TRIGGER expert_merge_one_panel AFTER UPDATE OF merged_into ON expert FOR EACH ROW
    WHEN (NEW.merged_into IS NOT NULL AND OLD.merged_into IS DISTINCT FROM NEW.merged_into) EXECUTE FUNCTION expert_merge_one_panel();
