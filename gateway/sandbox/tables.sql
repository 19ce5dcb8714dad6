-- The site's state. A contact's wire document is the truth; the columns beside it and the rows of
-- contact_values are what queries look at, filled from the document and from nothing else.

CREATE TABLE definitions (
    position            INTEGER PRIMARY KEY,    -- order of creation
    kind                TEXT NOT NULL,          -- label | field
    key                 TEXT NOT NULL,
    display_name        TEXT NOT NULL,
    display_name_folded TEXT NOT NULL,
    namespace           TEXT NOT NULL,
    type                TEXT NOT NULL,          -- labelType or fieldType
    data_type           TEXT,                   -- fields only
    description         TEXT,                   -- system fields only
    created_date        INTEGER,                -- microseconds since 1970; absent on system ones
    updated_date        INTEGER,
    UNIQUE (kind, key)
) STRICT;

CREATE INDEX definitions_by_name ON definitions (kind, display_name);

-- One row per version of a contact. Usually that is one row; with an index lag the version that
-- queries still see stays beside the latest one until visible_until.
CREATE TABLE contacts (
    row                       INTEGER PRIMARY KEY,
    id                        TEXT NOT NULL,
    ordinal                   INTEGER NOT NULL,     -- order of creation, the last resort of every sort
    latest                    INTEGER NOT NULL,
    visible_from              INTEGER NOT NULL,
    visible_until             INTEGER,
    standing                  TEXT NOT NULL,        -- what protects it, separated by spaces
    created_date              INTEGER NOT NULL,
    updated_date              INTEGER NOT NULL,
    activity_date             INTEGER,
    email                     TEXT,
    email_folded              TEXT,
    email_subscription        TEXT,
    email_deliverability      TEXT,
    phone                     TEXT,
    phone_folded              TEXT,
    phone_e164                TEXT,
    phone_e164_folded         TEXT,
    phone_formatted           TEXT,
    phone_formatted_folded    TEXT,
    phone_country             TEXT,
    phone_country_folded      TEXT,
    phone_subscription        TEXT,
    first_name                TEXT,
    first_name_folded         TEXT,
    last_name                 TEXT,
    last_name_folded          TEXT,
    company                   TEXT,
    company_folded            TEXT,
    job_title                 TEXT,
    job_title_folded          TEXT,
    birthdate                 TEXT,
    locale                    TEXT,
    document                  TEXT NOT NULL         -- last: scans stop before it
) STRICT;

CREATE UNIQUE INDEX contacts_by_id ON contacts (id) WHERE latest = 1;
CREATE INDEX contacts_versions ON contacts (id);
CREATE INDEX contacts_by_creation ON contacts (latest, created_date, ordinal);
CREATE INDEX contacts_by_email ON contacts (email_folded);
CREATE INDEX contacts_retired ON contacts (visible_until) WHERE latest = 0;

-- What a contact has any number of: e-mails, phones, addresses, labels, locations, extended fields.
CREATE TABLE contact_values (
    contact INTEGER NOT NULL REFERENCES contacts (row) ON DELETE CASCADE,
    path    TEXT NOT NULL,      -- as filters write it, e.g. info.emails.email
    exact   TEXT,
    folded  TEXT,
    number  REAL
) STRICT;

CREATE INDEX contact_values_of ON contact_values (contact, path);
CREATE INDEX contact_values_exact ON contact_values (path, exact);
CREATE INDEX contact_values_folded ON contact_values (path, folded);

-- Ids that were merged away, kept for Get Contact only.
CREATE TABLE merged (
    id     TEXT PRIMARY KEY,
    target TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    position INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    type     TEXT NOT NULL,
    started  INTEGER NOT NULL,      -- microseconds since 1970
    step     INTEGER NOT NULL,      -- microseconds spent in each stage
    task     TEXT NOT NULL,         -- JSON: what to do
    targets  TEXT NOT NULL,         -- JSON: ids of the contacts to do it to
    total    INTEGER NOT NULL,
    applied  INTEGER NOT NULL DEFAULT 0,
    failures TEXT NOT NULL DEFAULT '{}'     -- JSON: error code to count
) STRICT;

CREATE INDEX jobs_waiting ON jobs (started) WHERE applied = 0;
