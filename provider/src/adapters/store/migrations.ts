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
  `
  -- The chain's struct as of the commitment, and what a module last wrote into it.
  ALTER TABLE jobs ADD COLUMN committed_job TEXT;
  ALTER TABLE jobs ADD COLUMN module_data TEXT;

  -- What a transaction is about where the job alone does not say it: a move in one of several challenges.
  ALTER TABLE transactions ADD COLUMN subject TEXT;

  -- INVARIANT: a job has one commitment for ever, recorded before its transaction is signed.
  CREATE TABLE commitments (
    job_id TEXT PRIMARY KEY,
    commitment TEXT NOT NULL,
    salt TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER commitments_never_change BEFORE UPDATE ON commitments BEGIN SELECT RAISE(ABORT, 'a commitment never changes'); END;
  CREATE TRIGGER commitments_never_go BEFORE DELETE ON commitments BEGIN SELECT RAISE(ABORT, 'a commitment never goes'); END;

  -- Auditors that attested jobs of ours, and what became of their attestations.
  CREATE TABLE attested (
    job_id TEXT NOT NULL,
    auditor TEXT NOT NULL,
    state TEXT NOT NULL,
    block INTEGER NOT NULL,
    PRIMARY KEY (job_id, auditor)
  ) STRICT;

  -- Challenges of jobs of ours; number 0 is the buyer's request for data.
  CREATE TABLE challenges (
    challenge INTEGER NOT NULL,
    module TEXT NOT NULL,
    job_id TEXT NOT NULL,
    open INTEGER NOT NULL,
    block INTEGER NOT NULL,
    PRIMARY KEY (module, challenge, job_id)
  ) STRICT;

  -- Other providers' jobs that this node may be drawn to audit.
  CREATE TABLE audits (
    job_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    spec TEXT NOT NULL,
    sources TEXT NOT NULL,
    job TEXT NOT NULL,
    reveal TEXT,
    seed TEXT,
    differs INTEGER,
    disputed INTEGER NOT NULL DEFAULT 0,
    block INTEGER NOT NULL,
    recheck INTEGER NOT NULL DEFAULT 0,
    error TEXT
  ) STRICT;
  CREATE INDEX audits_by_state ON audits (state);

  -- INVARIANT: under one seed a job has one attestation of ours for ever, recorded before its transaction is signed.
  CREATE TABLE attestations (
    job_id TEXT NOT NULL,
    seed TEXT NOT NULL,
    roots TEXT NOT NULL,
    salt TEXT NOT NULL,
    PRIMARY KEY (job_id, seed)
  ) STRICT;
  CREATE TRIGGER attestations_never_change BEFORE UPDATE ON attestations BEGIN SELECT RAISE(ABORT, 'an attestation never changes'); END;
  CREATE TRIGGER attestations_never_go BEFORE DELETE ON attestations BEGIN SELECT RAISE(ABORT, 'an attestation never goes'); END;
  `,
];
