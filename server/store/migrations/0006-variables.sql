-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Variables of organisations and workflows, and what a workflow keeps secret.

CREATE TABLE variables (
  id               BLOB PRIMARY KEY NOT NULL,
  organisation_id  BLOB NOT NULL REFERENCES organisations (id),
  workflow_id      BLOB REFERENCES workflows (id) ON DELETE CASCADE,   -- NULL: the whole organisation's
  name             TEXT NOT NULL,
  type             TEXT NOT NULL,
  description      TEXT,
  value            BLOB NOT NULL,          -- (sealed)
  test_value       BLOB,                   -- (sealed)
  created_by       BLOB NOT NULL,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  revision         INTEGER NOT NULL,
  change           INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX variables_by_name ON variables (organisation_id, ifnull(workflow_id, x''), name);
CREATE INDEX variables_by_organisation ON variables (organisation_id, id);
CREATE INDEX variables_by_workflow ON variables (workflow_id) WHERE workflow_id IS NOT NULL;
CREATE INDEX variables_by_change ON variables (organisation_id, change);

-- slot 0 is the present value, slot 1 the one before, which is good until expires_at.
CREATE TABLE workflow_secrets (
  workflow_id      BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  name             TEXT NOT NULL,
  slot             INTEGER NOT NULL,
  value            BLOB NOT NULL,          -- (sealed)
  set_by           BLOB NOT NULL,
  set_at           INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  PRIMARY KEY (workflow_id, name, slot)
) STRICT, WITHOUT ROWID;
