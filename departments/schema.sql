-- What Piccolo cannot declare. Idempotent: applied again at every migrate.

CREATE INDEX IF NOT EXISTS posting_fund_account ON posting (fund, account) INCLUDE (amount);
CREATE INDEX IF NOT EXISTS posting_line_account ON posting (line, account) INCLUDE (amount) WHERE line IS NOT NULL;
CREATE INDEX IF NOT EXISTS posting_without_line ON posting (fund, account) WHERE line IS NULL;
CREATE INDEX IF NOT EXISTS entry_code ON entry (code, at) WHERE code <> '';

-- Entries and postings are never touched again, not even by the owner of the tables.
CREATE OR REPLACE TRIGGER entry_kept BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER posting_kept BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every entry balances.
CREATE OR REPLACE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid;
BEGIN
    wanted := CASE TG_TABLE_NAME WHEN 'entry' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'entry')::uuid END;
    IF (SELECT coalesce(sum(amount), 1) FROM posting WHERE entry = wanted) <> 0 THEN
        RAISE EXCEPTION 'the postings of entry % do not sum to zero', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS entry_balances ON entry;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
DROP TRIGGER IF EXISTS posting_balances ON posting;
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();

-- No account but the outside one goes below zero: a fund never promises more than its total, a line never pays more than it was promised.
-- The fund's row is locked before the sum is read, so two transactions cannot both see the last fen, whatever their verbs forgot.
CREATE OR REPLACE FUNCTION posting_covered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.account = 'budget' OR NEW.amount > 0 THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM fund WHERE id = NEW.fund FOR NO KEY UPDATE; -- foreign keys hold a weaker lock on it: FOR UPDATE would deadlock
    -- Where every posting has its line, no line below zero means no fund below zero; the whole fund is only summed where it must be.
    IF (NEW.line IS NULL OR NEW.account = 'available'
        OR EXISTS (SELECT 1 FROM posting WHERE fund = NEW.fund AND account = NEW.account AND line IS NULL))
        AND (SELECT sum(amount) FROM posting WHERE fund = NEW.fund AND account = NEW.account) < 0 THEN
        RAISE EXCEPTION 'account % of fund % below zero', NEW.account, NEW.fund
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_fund_covered';
    END IF;
    IF NEW.line IS NOT NULL AND NEW.account <> 'available'
        AND (SELECT sum(amount) FROM posting WHERE line = NEW.line AND account = NEW.account) < 0 THEN
        RAISE EXCEPTION 'account % of line % below zero', NEW.account, NEW.line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_line_covered';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS posting_covered ON posting;
CREATE CONSTRAINT TRIGGER posting_covered AFTER INSERT ON posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posting_covered();

-- What a fund says it has is what was posted to it.
CREATE OR REPLACE FUNCTION fund_total_posted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid;
BEGIN
    IF TG_TABLE_NAME = 'posting' AND to_jsonb(NEW) ->> 'account' <> 'budget' THEN
        RETURN NULL;
    END IF;
    wanted := CASE TG_TABLE_NAME WHEN 'fund' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'fund')::uuid END;
    IF (SELECT total FROM fund WHERE id = wanted)
        <> (SELECT coalesce(-sum(amount), 0) FROM posting WHERE fund = wanted AND account = 'budget') THEN
        RAISE EXCEPTION 'the total of fund % differs from its postings', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_total_posted';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS fund_total_posted ON fund;
CREATE CONSTRAINT TRIGGER fund_total_posted AFTER INSERT OR UPDATE OF total ON fund DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fund_total_posted();
DROP TRIGGER IF EXISTS posting_fund_total ON posting;
CREATE CONSTRAINT TRIGGER posting_fund_total AFTER INSERT ON posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fund_total_posted();
