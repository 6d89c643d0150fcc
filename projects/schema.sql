-- What Piccolo cannot declare. Idempotent: applied again at every migrate.

DO $$ BEGIN
    FOR year IN 2020..2060 LOOP
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS project_code_%s', year);
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS call_code_%s', year);
    END LOOP;
END $$;

CREATE INDEX IF NOT EXISTS involvement_unit ON involvement (unit, project) INCLUDE (why);
CREATE INDEX IF NOT EXISTS call_public ON call (published_at DESC) WHERE state IN ('published', 'closed');
-- Lists of calls and of panels begin with the latest; what a call has is counted in one stretch of an index.
CREATE INDEX IF NOT EXISTS call_latest ON call (created_at DESC, code DESC);
CREATE INDEX IF NOT EXISTS panel_latest ON panel (formed_at DESC, id);
DROP INDEX IF EXISTS project_call_state;
CREATE INDEX IF NOT EXISTS project_call_counted ON project (call, state) INCLUDE (code);

-- Which units a project concerns, whatever the reason, in the project's own row, so that the index a list is read from says
-- who may see a row: asking involvement for each of the thousand rows that are counted is most of a page's time.
ALTER TABLE project ADD COLUMN IF NOT EXISTS units uuid[] NOT NULL DEFAULT '{}';
UPDATE project p SET units = (SELECT array_agg(DISTINCT i.unit ORDER BY i.unit) FROM involvement i WHERE i.project = p.id)
    WHERE p.units = '{}' AND EXISTS (SELECT 1 FROM involvement i WHERE i.project = p.id);
CREATE OR REPLACE FUNCTION project_units() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- First the locks, then a new look: of two that concern one project at once the second must see what the first wrote.
    PERFORM 1 FROM project p WHERE p.id IN (SELECT c.project FROM changed c) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE project p SET units = concerned.units FROM (
        SELECT c.project, coalesce(array_agg(DISTINCT i.unit ORDER BY i.unit) FILTER (WHERE i.unit IS NOT NULL), '{}') AS units
        FROM (SELECT DISTINCT changed.project FROM changed) c LEFT JOIN involvement i ON i.project = c.project GROUP BY c.project
    ) concerned WHERE p.id = concerned.project AND p.units <> concerned.units;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER project_units_added AFTER INSERT ON involvement
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION project_units();
CREATE OR REPLACE TRIGGER project_units_gone AFTER DELETE ON involvement
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION project_units();
CREATE OR REPLACE TRIGGER project_units_were AFTER UPDATE ON involvement
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION project_units();
CREATE OR REPLACE TRIGGER project_units_are AFTER UPDATE ON involvement
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION project_units();

-- The stage a state belongs to (projects/screening/queries.py, STAGES), so that a filter by stage is one stretch of an index.
ALTER TABLE project ADD COLUMN IF NOT EXISTS stage text GENERATED ALWAYS AS (CASE
    WHEN state IN ('submitted', 'returned') THEN 'screening'
    WHEN state IN ('accepted', 'in-review', 'scored') THEN 'review'
    WHEN state IN ('publicised', 'reserved', 'approved') THEN 'notice'
    WHEN state IN ('running', 'suspended', 'closing') THEN 'running'
    WHEN state IN ('ineligible', 'declined', 'closed', 'terminated', 'settled', 'withdrawn', 'cancelled', 'abandoned') THEN 'ended'
    END) STORED;

-- Pages of the officers' list are read in the order of codes, and counted, from these indexes alone: all, by area, by stage.
DROP INDEX IF EXISTS project_state_code, project_lead_code, project_area_code, project_area_state;
DROP INDEX IF EXISTS project_listed, project_listed_area, project_listed_state;
CREATE INDEX IF NOT EXISTS project_list ON project (code DESC) INCLUDE (id, state, stage, area, units, title) WHERE code IS NOT NULL;
CREATE INDEX IF NOT EXISTS project_list_area ON project (area, code DESC) INCLUDE (id, state, stage, units, title) WHERE code IS NOT NULL;
CREATE INDEX IF NOT EXISTS project_list_stage ON project (stage, area, code DESC) INCLUDE (id, state, units) WHERE code IS NOT NULL;
CREATE INDEX IF NOT EXISTS recusal_live ON recusal (person, project) WHERE lifted_at IS NULL;
CREATE OR REPLACE FUNCTION recused_from(who uuid) RETURNS SETOF uuid STABLE ROWS 1 LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT r.project FROM recusal r WHERE r.lifted_at IS NULL AND r.person = ANY (ARRAY(
        SELECT who UNION ALL SELECT same.also_person FROM expert me JOIN same_expert same ON same.expert = me.id WHERE me.person = who));
END $$;
CREATE INDEX IF NOT EXISTS call_duty_live ON call_duty (person, call) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS correction_open ON correction (project) WHERE answered_at IS NULL;

-- Search by pairs of characters (kernel/schema.sql), and what concerns a unit with few projects.
DROP INDEX IF EXISTS project_title_bigrams;
CREATE INDEX IF NOT EXISTS project_words ON project USING gin (bigrams(title), units);

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

-- Merging experts: two who have a seat or stand by on one panel that is not closed are not made one person behind its back;
-- neither is who judges a project and who has recused from it, nor who is locked into a round and who is excluded from it.
CREATE OR REPLACE FUNCTION expert_merge_one_panel() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    others uuid[] := ARRAY(SELECT o.id FROM expert o WHERE coalesce(o.merged_into, o.id) = NEW.merged_into AND o.id <> NEW.id);
    people uuid[] := ARRAY(SELECT o.person FROM expert o WHERE o.id = ANY(others));
BEGIN
    IF EXISTS (
        WITH sits AS (
            SELECT st.panel, st.expert FROM seat st WHERE st.state IN ('invited', 'accepted', 'promised', 'signed', 'standby')
            UNION SELECT ch.panel, ch.expert FROM charge ch WHERE ch.ended_at IS NULL
        )
        SELECT 1 FROM sits a JOIN sits b ON b.panel = a.panel JOIN panel pn ON pn.id = a.panel
        WHERE pn.state <> 'closed' AND a.expert = NEW.id AND b.expert = ANY(others)
    ) THEN
        RAISE EXCEPTION 'both experts are on one panel'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expert_merge_one_panel', TABLE = 'expert';
    END IF;
    IF EXISTS (
        SELECT 1 FROM recusal rc JOIN LATERAL (
            SELECT st.expert, st.person FROM seat st JOIN panel_project pp ON pp.panel = st.panel AND NOT st.listed
            WHERE pp.project = rc.project AND (st.project IS NULL OR st.project = rc.project) AND st.state IN ('invited', 'accepted', 'promised', 'signed', 'standby')
            UNION ALL SELECT ch.expert, NULL FROM charge ch WHERE ch.project = rc.project AND ch.ended_at IS NULL
        ) judge ON true JOIN panel_project pp ON pp.project = rc.project JOIN panel pn ON pn.id = pp.panel AND pn.state <> 'closed'
        WHERE rc.lifted_at IS NULL
            AND (judge.expert = NEW.id AND rc.person = ANY(people) OR judge.expert = ANY(others) AND rc.person = NEW.person)
    ) THEN
        RAISE EXCEPTION 'one expert judges what the other has recused from'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expert_merge_recused', TABLE = 'expert';
    END IF;
    IF EXISTS (
        SELECT 1 FROM match_hold a JOIN match_hold b ON b.call = a.call AND b.kind <> a.kind AND b.lifted_at IS NULL
            AND (a.project = b.project OR a.project IS NULL OR b.project IS NULL)
        WHERE a.lifted_at IS NULL AND a.expert = NEW.id AND b.expert = ANY(others)
            AND EXISTS (SELECT 1 FROM project p WHERE p.call = a.call AND p.state = 'accepted')
    ) THEN
        RAISE EXCEPTION 'one expert is locked and the other excluded'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expert_merge_held', TABLE = 'expert';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS expert_merge_one_panel ON expert;
CREATE TRIGGER expert_merge_one_panel AFTER UPDATE OF merged_into ON expert FOR EACH ROW
    WHEN (NEW.merged_into IS NOT NULL AND OLD.merged_into IS DISTINCT FROM NEW.merged_into) EXECUTE FUNCTION expert_merge_one_panel();
