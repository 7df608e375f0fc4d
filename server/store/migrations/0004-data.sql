-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What workflows keep beyond a run. A key is known by its keyed hash over its scope: nobody without the organisation's key can tell what it was.

-- data.store. What a test run keeps is apart from what others do.
CREATE TABLE data_values (
  key_hash         BLOB NOT NULL UNIQUE,
  organisation_id  BLOB NOT NULL REFERENCES organisations (id),
  workflow_id      BLOB REFERENCES workflows (id) ON DELETE CASCADE,   -- NULL: the whole organisation's
  is_test          INTEGER NOT NULL,
  key              BLOB NOT NULL,          -- (sealed)
  value            BLOB NOT NULL,          -- (sealed)
  expires_at       INTEGER NOT NULL,       -- 0: never
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  revision         INTEGER NOT NULL        -- rises with each write of the key, also over a removal in between
) STRICT;

CREATE INDEX data_values_by_scope ON data_values (organisation_id, ifnull(workflow_id, x''), is_test, key_hash);
CREATE INDEX data_values_by_workflow ON data_values (workflow_id) WHERE workflow_id IS NOT NULL;
CREATE INDEX data_values_by_expiry ON data_values (expires_at) WHERE expires_at > 0;

-- data.dedupe over several runs.
CREATE TABLE seen_keys (
  key_hash         BLOB PRIMARY KEY NOT NULL,
  organisation_id  BLOB NOT NULL REFERENCES organisations (id),
  workflow_id      BLOB REFERENCES workflows (id) ON DELETE CASCADE,   -- NULL: the whole organisation's
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX seen_keys_by_workflow ON seen_keys (workflow_id) WHERE workflow_id IS NOT NULL;
CREATE INDEX seen_keys_by_expiry ON seen_keys (expires_at);
