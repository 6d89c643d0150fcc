-- What must never be found: each question answers with the names of what breaks one invariant. Read by server.check.
-- Imported projects (batch) began elsewhere: what they brought is all there is of them.

-- name: code
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.code IS NULL AND p.state NOT IN ('draft', 'endorsing',
    'withdrawn', 'lapsed');

-- name: submitted
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.batch IS NULL AND (p.code IS NULL) <> (p.submitted_at IS
    NULL);

-- name: requested
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN (SELECT project, sum(requested) AS total FROM budget_line
    GROUP BY project) b ON b.project = p.id WHERE p.batch IS NULL AND p.code IS NOT NULL AND p.state NOT IN ('draft',
    'endorsing', 'returned', 'withdrawn', 'lapsed') AND p.requested IS DISTINCT FROM b.total;

-- name: amounts
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.audited > p.requested OR p.determined > coalesce(p.audited,
    p.requested) OR p.agreed > p.determined;

-- name: amount-rows
WITH latest AS (SELECT DISTINCT ON (project, kind) project, kind, amount FROM amount ORDER BY project, kind, set_at
    DESC, id DESC), held AS (SELECT p.id, p.code, k.kind, k.amount FROM project p CROSS JOIN LATERAL (VALUES
    ('requested', p.requested), ('audited', p.audited), ('determined', p.determined), ('agreed', p.agreed)) AS k (kind,
    amount) WHERE p.batch IS NULL AND p.code IS NOT NULL AND k.amount IS NOT NULL) SELECT h.code FROM held h LEFT JOIN
    latest l ON l.project = h.id AND l.kind = h.kind WHERE l.amount IS DISTINCT FROM h.amount;

-- name: agreed-budget
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.batch IS NULL AND p.state IN ('running', 'suspended',
    'closing', 'closed', 'terminated', 'settled') AND p.agreed IS DISTINCT FROM (SELECT sum(b.agreed) FROM budget_line b
    WHERE b.project = p.id);

-- name: involvement
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN (SELECT project, array_agg(DISTINCT why::text) AS whys FROM
    involvement GROUP BY project) i ON i.project = p.id WHERE NOT coalesce(i.whys, '{}') @> CASE WHEN p.code IS NULL
    THEN ARRAY['team'] ELSE ARRAY['team', 'lead', 'host'] END;

-- name: units
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN (SELECT project, array_agg(DISTINCT unit ORDER BY unit) AS units FROM
    involvement GROUP BY project) i ON i.project = p.id WHERE p.units <> coalesce(i.units, '{}');

-- name: leader
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.batch IS NULL AND NOT EXISTS (SELECT 1 FROM project_member m
    WHERE m.project = p.id AND m.leader);

-- name: correction
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN correction k ON k.project = p.id AND k.answered_at IS NULL
    WHERE (p.state = 'returned' AND k.id IS NULL) OR (k.id IS NOT NULL AND p.state NOT IN ('returned', 'draft',
    'endorsing', 'withdrawn', 'lapsed'));

-- name: score-total
SELECT s.id::text FROM score s WHERE s.complete AND s.total IS DISTINCT FROM (SELECT sum(x.value::int) FROM
    jsonb_each_text(s.points) x);

-- name: signed
SELECT p.code || ' ' || st.number FROM seat st CROSS JOIN LATERAL (SELECT jp.project FROM panel_project jp WHERE NOT st.listed AND
    jp.panel = st.panel AND (st.project IS NULL OR st.project = jp.project) UNION ALL SELECT jc.project FROM charge jc
    WHERE st.listed AND jc.seat = st.id AND jc.ended_at IS NULL) j JOIN project p ON p.id = j.project
    LEFT JOIN score sc ON sc.seat = st.id AND sc.project = p.id WHERE st.state = 'signed' AND p.state <> 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM recusal rc WHERE rc.project
    = p.id AND rc.person = st.person AND rc.lifted_at IS NULL) AND NOT coalesce(sc.complete AND EXISTS (SELECT 1 FROM
    signed_sheet s WHERE s.seat = st.id AND s.project = p.id AND s.total = sc.total), false);

-- name: panel
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN panel_project pp ON pp.project = p.id LEFT JOIN panel pn ON
    pn.id = pp.panel WHERE p.batch IS NULL AND ((p.state = 'in-review' AND pn.state IS DISTINCT FROM 'open') OR
    (p.average IS NOT NULL AND pn.state IS DISTINCT FROM 'closed'));

-- name: seats
SELECT pn.name || ' ' || pn.id FROM panel pn WHERE pn.state IN ('open', 'closed') AND (SELECT count(*) FROM seat st
    WHERE st.panel = pn.id AND st.project IS NULL AND st.state IN ('invited', 'accepted', 'promised', 'signed')) NOT
    BETWEEN 1 AND CASE pn.way WHEN 'match' THEN 1000000 ELSE pn.seats END;

-- name: own-judge
SELECT coalesce(p.code, p.id::text) FROM seat st CROSS JOIN LATERAL (SELECT jp.project FROM panel_project jp WHERE NOT st.listed AND
    jp.panel = st.panel AND (st.project IS NULL OR st.project = jp.project) UNION ALL SELECT jc.project FROM charge jc
    WHERE st.listed AND jc.seat = st.id AND jc.ended_at IS NULL) j JOIN project p ON p.id = j.project
    JOIN project_member m ON m.project = p.id AND m.person = st.person WHERE st.state IN ('promised', 'signed') AND NOT EXISTS (SELECT 1 FROM recusal rc WHERE rc.project =
    p.id AND rc.person = st.person AND rc.lifted_at IS NULL);

-- name: average
WITH sums AS (SELECT p.id, p.code, p.average, p.rank, count(sc.id) AS sheets, sum(sc.total) AS total FROM project p JOIN
    call c ON c.id = p.call JOIN panel_project pp ON pp.project = p.id JOIN seat st ON st.panel = pp.panel AND st.state
    = 'signed' AND (st.project IS NULL OR st.project = p.id) JOIN score sc ON sc.seat = st.id AND sc.project = p.id AND
    sc.complete WHERE p.average IS NOT NULL AND NOT (c.pack -> 'ranking' ->> 'trim')::boolean AND NOT EXISTS (SELECT 1
    FROM recusal rc WHERE rc.project = p.id AND rc.person = st.person AND rc.lifted_at IS NULL) GROUP BY p.id) SELECT
    code FROM sums WHERE average <> (100 * total + sheets) / (2 * sheets) OR rank IS NULL;

-- name: unranked
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN standing s ON s.project = p.id WHERE p.batch IS NULL AND
    p.state = 'scored' AND (p.average IS NULL OR p.rank IS DISTINCT FROM s.place);

-- name: entry
SELECT e.source FROM entry e WHERE (SELECT coalesce(sum(amount), 1) FROM posting WHERE entry = e.id) <> 0;

-- name: fund
SELECT f.code FROM fund f WHERE f.total <> (SELECT coalesce(-sum(amount), 0) FROM posting WHERE fund = f.id AND account
    = 'budget') UNION SELECT f.code || ' ' || po.account FROM fund f JOIN posting po ON po.fund = f.id WHERE po.account
    <> 'budget' GROUP BY f.code, po.account HAVING sum(po.amount) < 0;

-- name: lines
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.batch IS NULL AND p.state IN ('publicised', 'approved',
    'running', 'suspended', 'closing', 'closed') AND p.determined IS DISTINCT FROM (SELECT sum(l.amount) FROM
    funding_line l WHERE l.project = p.id AND l.state = 'consented');

-- name: line-ledger
SELECT coalesce(p.code, p.id::text) FROM funding_line l JOIN project p ON p.id = l.project
    CROSS JOIN LATERAL (SELECT coalesce(sum(po.amount), 0) AS held FROM posting po WHERE po.line = l.id
        AND po.account NOT IN ('available', 'budget')) k
    WHERE p.batch IS NULL AND CASE WHEN l.state IN ('declined', 'released') THEN k.held <> 0
        WHEN p.state IN ('terminated', 'settled') THEN k.held > l.amount
        WHEN p.state = 'closed' THEN k.held <> (SELECT sum(coalesce(i.payable, i.amount)) FROM instalment i WHERE i.line = l.id)
        ELSE k.held <> l.amount END;

-- name: notice
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.state = 'publicised' AND NOT EXISTS (SELECT 1 FROM
    notice_item i JOIN notice n ON n.id = i.notice WHERE i.project = p.id AND n.state <> 'draft' AND i.amount =
    p.determined);

-- name: award
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.batch IS NULL AND p.state IN ('approved', 'running',
    'suspended', 'closing', 'closed', 'terminated', 'settled') AND NOT EXISTS (SELECT 1 FROM award a WHERE a.project =
    p.id);

-- name: agreement
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN agreement a ON a.project = p.id WHERE p.batch IS NULL AND
    p.state IN ('running', 'suspended', 'closing', 'closed', 'terminated', 'settled') AND (a.state IS DISTINCT FROM
    'signed' OR a.amount <> p.agreed);

-- name: instalments
SELECT coalesce(p.code, p.id::text) FROM project p JOIN funding_line l ON l.project = p.id AND l.state = 'consented'
    WHERE p.batch IS NULL AND p.state IN ('running', 'suspended', 'closing', 'closed') AND l.amount IS DISTINCT FROM
    (SELECT sum(i.amount) FROM instalment i WHERE i.line = l.id);

-- name: payments
SELECT coalesce(p.code, p.id::text) FROM payment_request r JOIN instalment i ON i.id = r.instalment JOIN project p ON
    p.id = r.project WHERE r.amount > coalesce(i.payable, i.amount) OR r.line <> i.line;

-- name: paid
SELECT coalesce(p.code, p.id::text) FROM funding_line l JOIN project p ON p.id = l.project WHERE p.batch IS NULL AND
    (SELECT coalesce(sum(r.amount), 0) FROM payment_request r WHERE r.line = l.id AND r.state = 'paid') <> (SELECT
    coalesce(sum(po.amount), 0) FROM posting po WHERE po.line = l.id AND po.account IN ('paid', 'spent', 'refunded'));

-- name: reports
SELECT coalesce(p.code, p.id::text) FROM project p WHERE p.batch IS NULL AND p.state IN ('running', 'closing', 'closed')
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.project = p.id);

-- The fictional bulk of a demo city came by COPY and has no lines; whatever has lines must end where they say.
-- name: audit
SELECT coalesce(p.code, p.id::text) FROM project p JOIN (SELECT DISTINCT ON (subject) subject, facts ->> 'after' AS
    after FROM audit_line WHERE subject_kind = 'project' AND facts ? 'after' ORDER BY subject, id DESC) a ON a.subject =
    p.id WHERE a.after <> p.state;

-- name: silent
SELECT coalesce(p.code, p.id::text) FROM project p LEFT JOIN organisation o ON o.unit = p.organisation WHERE p.batch IS
    NULL AND p.state <> 'draft' AND NOT coalesce(o.fictional, false) AND NOT EXISTS (SELECT 1 FROM audit_line a WHERE
    a.subject = p.id AND a.facts ? 'after');

-- A job nobody took is stuck only when a worker has gone by: a city just built may wait for its first worker.
-- name: outbox
SELECT job || ' ' || id FROM outbox o WHERE state = 'dead' OR (state IN ('waiting', 'running')
    AND greatest(run_after, coalesce(claimed_until, run_after)) + interval '10 minutes' < (SELECT max(done_at) FROM outbox));
