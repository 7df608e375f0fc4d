-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- parent_id, parent_key: the run and the step in it that wait for this one, or began it.
-- source_id: the run that this one was made from, by a replay.
-- priority: 0 before 1 before 2. gate: which runs may not run at the same time, the keyed hash of the concurrency key.

ALTER TABLE executions ADD COLUMN parent_id BLOB;
ALTER TABLE executions ADD COLUMN parent_key TEXT;
ALTER TABLE executions ADD COLUMN source_id BLOB;
ALTER TABLE executions ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
ALTER TABLE executions ADD COLUMN gate BLOB;

CREATE INDEX executions_by_parent ON executions (parent_id) WHERE parent_id IS NOT NULL AND status < 4;
CREATE INDEX executions_gated ON executions (gate) WHERE gate IS NOT NULL AND status < 4;

-- What a waiting step is told: by a resume address, a decision, or the end of a run that it waits for. It may come before the step
-- waits. Once the step has taken it the payload is empty, and the row says that it is told nothing more.
CREATE TABLE signals (
  execution    INTEGER NOT NULL REFERENCES executions (seq) ON DELETE CASCADE,
  key          TEXT NOT NULL,             -- NODE, or NODE/ITERATION
  received_at  INTEGER NOT NULL,
  payload      BLOB NOT NULL,             -- (sealed), or empty
  UNIQUE (execution, key)
) STRICT;
