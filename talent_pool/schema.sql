-- What Piccolo cannot declare. Idempotent: applied again at every migrate.

-- Merging: everybody a merged expert is. `merged_into` always names the one that lives on, never a merged one.
CREATE INDEX IF NOT EXISTS expert_root ON expert ((coalesce(merged_into, id)));
CREATE OR REPLACE VIEW same_expert AS
    SELECT a.id AS expert, b.id AS also, b.person AS also_person
    FROM expert a JOIN expert b ON coalesce(b.merged_into, b.id) = coalesce(a.merged_into, a.id);

-- Directory: the index that experts are found by. Triggers keep it, whoever writes an expert, a work, a name.
-- Long texts go out of the row, so that reading a page of names reads names only.
ALTER TABLE expert_index SET (toast_tuple_target = 128);
ALTER TABLE expert_index ALTER COLUMN codes SET STORAGE MAIN, ALTER COLUMN agreed_codes SET STORAGE MAIN;

-- The pairs of a long text: so dear that the planner reads them from an index or not at all.
CREATE OR REPLACE FUNCTION text_pairs(t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT COST 40000 AS $$
BEGIN
    RETURN public.bigrams(t); -- ANALYZE and VACUUM look at indexes without any search path
END $$;

CREATE INDEX IF NOT EXISTS expert_index_order ON expert_index (sort_key, expert) WHERE current;
CREATE INDEX IF NOT EXISTS expert_index_codes ON expert_index USING gin (codes);
CREATE INDEX IF NOT EXISTS expert_index_whole ON expert_index USING gin (text_pairs(whole));
CREATE INDEX IF NOT EXISTS expert_index_agreed ON expert_index USING gin (text_pairs(agreed)) WHERE published;
CREATE INDEX IF NOT EXISTS expert_index_agreed_codes ON expert_index USING gin (agreed_codes) WHERE published;
CREATE INDEX IF NOT EXISTS expert_index_letters ON expert_index (letters text_pattern_ops);
CREATE INDEX IF NOT EXISTS expert_index_initials ON expert_index (initials text_pattern_ops);

-- Full-width letters, ligatures and capitals are found by what they mean.
CREATE OR REPLACE FUNCTION folded(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT lower(normalize(t, NFKC))
$$;

CREATE OR REPLACE FUNCTION only_letters(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(lower(t), '[^a-z]', '', 'g')
$$;

CREATE OR REPLACE FUNCTION coded(prefix text, codes jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(prefix || code), '{}') FROM jsonb_array_elements_text(codes) AS code
$$;

CREATE OR REPLACE FUNCTION index_experts(wanted uuid[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM expert_index x USING expert e WHERE e.id = x.expert AND e.id = ANY(wanted) AND e.merged_into IS NOT NULL;
    INSERT INTO expert_index AS x (expert, person, name, sort_key, letters, initials, current, published, whole, codes, agreed, agreed_codes)
    SELECT id, person, name, sort_key, only_letters(sort_key),
        coalesce(nullif(only_letters(initials), ''), only_letters(regexp_replace(sort_key, '([a-z])[a-z]*', '\1', 'g'))),
        state IN ('invited', 'applied', 'admitted', 'paused'), published, whole,
        signs || topics || coded('county:', counties) || ARRAY['county:' || county, 'category:' || category, 'state:' || state]
            || CASE WHEN finance THEN ARRAY['seat:finance'] ELSE '{}' END
            || CASE WHEN community THEN ARRAY['seat:community'] ELSE '{}' END
            || CASE WHEN host_staff THEN ARRAY['seat:host'] ELSE '{}' END,
        CASE WHEN published THEN agreed ELSE '' END,
        CASE WHEN published THEN signs ELSE '{}' END || CASE WHEN published AND shown ? 'fields' THEN topics ELSE '{}' END
    FROM (
        SELECT e.*, pe.name, pe.sort_key, e.state = 'admitted' AND e.shown ? 'name' AS published,
            string_to_array(folded(pe.name), NULL) AS signs,
            coded('area:', e.areas) || coded('field:', e.fields || e.methods) AS topics,
            left(folded(concat_ws(E'\n', pe.name, u.name, e.employer_name, e.title, e.keywords, e.speciality, w.whole)), 8000) AS whole,
            left(folded(concat_ws(E'\n', pe.name,
                CASE WHEN e.shown ? 'employer' THEN coalesce(u.name, e.employer_name) END,
                CASE WHEN e.shown ? 'title' THEN e.title END,
                CASE WHEN e.shown ? 'fields' THEN e.keywords END,
                CASE WHEN e.shown ? 'works' THEN w.titles END)), 8000) AS agreed
        FROM expert e JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer
        CROSS JOIN LATERAL (
            SELECT string_agg(concat_ws(E'\n', w.title, w.venue, left(w.text, 300)), E'\n' ORDER BY w.position, w.id) AS whole,
                string_agg(concat_ws(E'\n', w.title, w.venue), E'\n' ORDER BY w.position, w.id) AS titles
            FROM expert_work w WHERE w.expert = e.id
        ) w
        WHERE e.id = ANY(wanted) AND e.merged_into IS NULL
    ) known
    ON CONFLICT (expert) DO UPDATE SET name = excluded.name, sort_key = excluded.sort_key, letters = excluded.letters,
        initials = excluded.initials, current = excluded.current, published = excluded.published, whole = excluded.whole,
        codes = excluded.codes, agreed = excluded.agreed, agreed_codes = excluded.agreed_codes
    WHERE (x.name, x.sort_key, x.initials, x.current, x.published, x.whole, x.codes, x.agreed, x.agreed_codes) IS DISTINCT FROM
        (excluded.name, excluded.sort_key, excluded.initials, excluded.current, excluded.published, excluded.whole,
        excluded.codes, excluded.agreed, excluded.agreed_codes);
$$;

CREATE OR REPLACE FUNCTION expert_indexed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_experts(ARRAY(SELECT id FROM changed));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER expert_indexed_new AFTER INSERT ON expert REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION expert_indexed();
CREATE OR REPLACE TRIGGER expert_indexed_changed AFTER UPDATE ON expert REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION expert_indexed();

CREATE OR REPLACE FUNCTION expert_work_indexed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN PERFORM index_experts(ARRAY(SELECT DISTINCT expert FROM changed));
        WHEN 'DELETE' THEN PERFORM index_experts(ARRAY(SELECT DISTINCT expert FROM gone));
        ELSE PERFORM index_experts(ARRAY(SELECT expert FROM changed UNION SELECT expert FROM gone));
    END CASE;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER expert_work_indexed_new AFTER INSERT ON expert_work REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION expert_work_indexed();
CREATE OR REPLACE TRIGGER expert_work_indexed_changed AFTER UPDATE ON expert_work REFERENCING OLD TABLE AS gone NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION expert_work_indexed();
CREATE OR REPLACE TRIGGER expert_work_indexed_gone AFTER DELETE ON expert_work REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION expert_work_indexed();

CREATE OR REPLACE FUNCTION expert_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_experts(ARRAY(SELECT id FROM expert
        WHERE (TG_TABLE_NAME = 'person' AND person = NEW.id) OR (TG_TABLE_NAME = 'unit' AND employer = NEW.id)));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER expert_person_renamed AFTER UPDATE OF name, sort_key ON person FOR EACH ROW
    WHEN (OLD.name <> NEW.name OR OLD.sort_key <> NEW.sort_key) EXECUTE FUNCTION expert_renamed();
CREATE OR REPLACE TRIGGER expert_employer_renamed AFTER UPDATE OF name ON unit FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION expert_renamed();

-- Experts from before there was an index.
SELECT index_experts(ARRAY(SELECT e.id FROM expert e WHERE merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM expert_index x WHERE x.expert = e.id)));

-- Importing: the same file lives once.
CREATE UNIQUE INDEX IF NOT EXISTS expert_batch_live ON expert_batch (sha256) WHERE undone_at IS NULL;

-- Merging: an expert is merged into one other at a time.
CREATE UNIQUE INDEX IF NOT EXISTS expert_merge_live ON expert_merge (loser) WHERE undone_at IS NULL;
