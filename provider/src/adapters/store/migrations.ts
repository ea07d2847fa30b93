/** The journal's schema, one entry per version; an entry that was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE quotes (
    job_id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    spec TEXT NOT NULL,
    sources TEXT NOT NULL,
    price TEXT NOT NULL,
    collateral TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    expiry INTEGER NOT NULL,
    model_bytes INTEGER,
    input_bytes INTEGER,
    signature TEXT NOT NULL
  ) STRICT;
  CREATE INDEX quotes_by_expiry ON quotes (expiry);

  CREATE TABLE auctions (
    job_id TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    sources TEXT NOT NULL,
    block INTEGER NOT NULL,
    open INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    spec TEXT NOT NULL,
    sources TEXT NOT NULL,
    assigned_job TEXT NOT NULL,
    revealed_job TEXT,
    revealed_digest TEXT,
    block INTEGER NOT NULL,
    recheck INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    paid TEXT
  ) STRICT;
  CREATE INDEX jobs_by_state ON jobs (state);

  -- INVARIANT: a job has one result for ever; nothing changes or removes it.
  CREATE TABLE results (
    job_id TEXT PRIMARY KEY,
    result_root TEXT NOT NULL,
    output_digest TEXT NOT NULL,
    runtime TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER results_never_change BEFORE UPDATE ON results BEGIN SELECT RAISE(ABORT, 'a result never changes'); END;
  CREATE TRIGGER results_never_go BEFORE DELETE ON results BEGIN SELECT RAISE(ABORT, 'a result never goes'); END;

  -- Signed bytes are recorded here before they are sent, and sent again unchanged after a crash.
  CREATE TABLE transactions (
    hash TEXT PRIMARY KEY,
    nonce INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    raw TEXT NOT NULL,
    state TEXT NOT NULL,
    block INTEGER
  ) STRICT;
  CREATE INDEX transactions_by_state ON transactions (state, nonce);
  CREATE TABLE transaction_jobs (
    hash TEXT NOT NULL REFERENCES transactions (hash),
    job_id TEXT NOT NULL,
    PRIMARY KEY (hash, job_id)
  ) STRICT;
  CREATE INDEX transaction_jobs_by_job ON transaction_jobs (job_id);

  CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash TEXT NOT NULL) STRICT;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
];
