-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Where the trigger of a live workflow stands: there is a row as long as a workflow with a schedule or a poll is live.
-- settled: all ticks up to this second (since 1970) are dealt with. cursor, failures: of a poll.

CREATE TABLE trigger_states (
  workflow_id  BLOB PRIMARY KEY NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  settled      INTEGER NOT NULL,
  cursor       BLOB,                      -- (sealed)
  failures     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
