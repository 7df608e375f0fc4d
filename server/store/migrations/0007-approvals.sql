-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What persons are asked to decide. A row is written in the commit that records that its step waits, and decided in the commit that tells the
-- step so. status: 0 pending, 1 approved, 2 rejected, 3 expired; one that is pending when its run has ended is nobody's to decide any more.

CREATE TABLE approvals (
  id               BLOB PRIMARY KEY NOT NULL,
  organisation_id  BLOB NOT NULL REFERENCES organisations (id),
  workflow_id      BLOB NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  execution        INTEGER NOT NULL REFERENCES executions (seq) ON DELETE CASCADE,
  key              TEXT NOT NULL,          -- NODE, or NODE/ITERATION
  request          BLOB NOT NULL,          -- (sealed) title, text, approvers
  allow_link       INTEGER NOT NULL,
  status           INTEGER NOT NULL,
  deadline         INTEGER NOT NULL,       -- 0: none
  decision         BLOB,                   -- (sealed) by, comment
  created_at       INTEGER NOT NULL,
  decided_at       INTEGER NOT NULL,       -- 0: not yet
  change           INTEGER NOT NULL,
  UNIQUE (execution, key)
) STRICT;

CREATE INDEX approvals_by_organisation ON approvals (organisation_id, id);
CREATE INDEX approvals_by_workflow ON approvals (workflow_id, id);
CREATE INDEX approvals_by_change ON approvals (organisation_id, change);
