-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Ids are UUIDs of 16 bytes, times microseconds since 1970. What a person or a service entrusted to us is sealed by the vault
-- before it comes here: the columns that hold it are marked (sealed).

CREATE TABLE meta (
  name   TEXT PRIMARY KEY NOT NULL,
  value  ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- epoch: rises with every opening for writing. change_limit: all change numbers given so far are below it.
-- feed_floor: the newest tombstone that is gone.
INSERT INTO meta (name, value) VALUES ('epoch', 0), ('change_limit', 1), ('feed_floor', 0);

CREATE TABLE organisations (
  id           BLOB PRIMARY KEY NOT NULL,
  name         TEXT NOT NULL,
  wrapped_key  BLOB NOT NULL,     -- (sealed by the master key)
  created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
  id               BLOB PRIMARY KEY NOT NULL,
  organisation_id  BLOB NOT NULL REFERENCES organisations (id),
  email            TEXT NOT NULL,
  role             TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  UNIQUE (organisation_id, email)
) STRICT;

CREATE TABLE api_keys (
  id               BLOB PRIMARY KEY NOT NULL,
  organisation_id  BLOB NOT NULL REFERENCES organisations (id),
  member_id        BLOB NOT NULL REFERENCES members (id),
  name             TEXT NOT NULL,
  key_prefix       TEXT NOT NULL,
  key_hash         BLOB NOT NULL UNIQUE,
  permissions      TEXT NOT NULL,
  rate_limit       INTEGER NOT NULL,
  is_active        INTEGER NOT NULL,
  last_used_at     INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX api_keys_by_organisation ON api_keys (organisation_id, id);

CREATE TABLE workflows (
  id                 BLOB PRIMARY KEY NOT NULL,
  organisation_id    BLOB NOT NULL REFERENCES organisations (id),
  name               TEXT NOT NULL,
  folded_name        TEXT NOT NULL,      -- what a search looks at
  description        TEXT,
  tags               TEXT NOT NULL,
  trigger_type       TEXT NOT NULL,
  version            INTEGER NOT NULL,
  published_version  INTEGER NOT NULL,
  is_active          INTEGER NOT NULL,
  token              BLOB,               -- (sealed)
  execution_count    INTEGER NOT NULL,
  success_count      INTEGER NOT NULL,
  error_count        INTEGER NOT NULL,
  last_execution_at  INTEGER NOT NULL,
  last_status        TEXT,
  created_by         BLOB NOT NULL,
  created_at         INTEGER NOT NULL,
  updated_at         INTEGER NOT NULL,
  revision           INTEGER NOT NULL,
  change             INTEGER NOT NULL
) STRICT;

CREATE INDEX workflows_by_organisation ON workflows (organisation_id, id);
CREATE INDEX workflows_by_change ON workflows (organisation_id, change);
CREATE INDEX workflows_active ON workflows (id) WHERE is_active;

CREATE TABLE versions (
  workflow_id  BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  version      INTEGER NOT NULL,
  name         TEXT,
  created_by   BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  document     BLOB NOT NULL,            -- (sealed)
  UNIQUE (workflow_id, version)
) STRICT;

CREATE TABLE drafts (
  workflow_id   BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  member_id     BLOB NOT NULL,
  base_version  INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  document      BLOB NOT NULL,           -- (sealed)
  UNIQUE (workflow_id, member_id)
) STRICT;

-- The change number of the insertion is the key: it rises with time and serves paging and the feed, so that a run that is
-- written once and finished costs three short index entries. `changed` is NULL until the row is changed again.
CREATE TABLE executions (
  seq              INTEGER PRIMARY KEY,
  id               BLOB NOT NULL UNIQUE,
  organisation_id  BLOB NOT NULL,
  workflow_id      BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  changed          INTEGER,
  version          INTEGER NOT NULL,
  event_id         BLOB NOT NULL,
  status           INTEGER NOT NULL,
  is_test          INTEGER NOT NULL,
  started_at       INTEGER NOT NULL,
  completed_at     INTEGER NOT NULL,
  duration_ms      INTEGER NOT NULL,
  error_message    BLOB,
  retry_count      INTEGER NOT NULL,
  wake_at          INTEGER NOT NULL,
  epoch            INTEGER NOT NULL,
  trigger_data     BLOB,                 -- (sealed)
  record           BLOB,                 -- (sealed)
  document         BLOB                  -- (sealed)
) STRICT;

CREATE INDEX executions_by_organisation ON executions (organisation_id);
CREATE INDEX executions_by_workflow ON executions (workflow_id);
CREATE INDEX executions_changed ON executions (organisation_id, changed) WHERE changed IS NOT NULL;
CREATE INDEX executions_unfinished ON executions (workflow_id, epoch) WHERE status < 4;
CREATE INDEX executions_due ON executions (wake_at) WHERE wake_at > 0 AND status < 4;

CREATE TABLE journal (
  number     INTEGER PRIMARY KEY,
  execution  INTEGER NOT NULL REFERENCES executions (seq) ON DELETE CASCADE,
  entry      BLOB NOT NULL               -- (sealed)
) STRICT;

CREATE INDEX journal_by_execution ON journal (execution);

CREATE TABLE event_keys (
  workflow_id   BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  event_key     TEXT NOT NULL,
  event_id      BLOB NOT NULL,
  execution_id  BLOB NOT NULL,
  seen_at       INTEGER NOT NULL,
  PRIMARY KEY (workflow_id, event_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_keys_by_time ON event_keys (seen_at);

CREATE TABLE tombstones (
  change           INTEGER PRIMARY KEY,
  organisation_id  BLOB NOT NULL,
  kind             INTEGER NOT NULL,
  id               BLOB NOT NULL,
  deleted_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX tombstones_by_organisation ON tombstones (organisation_id);

CREATE TABLE replies (
  organisation_id  BLOB NOT NULL REFERENCES organisations (id),
  key              TEXT NOT NULL,
  body_hash        BLOB NOT NULL,
  status           INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  reply            BLOB NOT NULL,        -- (sealed)
  UNIQUE (organisation_id, key)
) STRICT;

CREATE INDEX replies_by_time ON replies (created_at);
