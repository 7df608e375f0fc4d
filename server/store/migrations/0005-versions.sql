-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A version's document never changes; what a person calls it, and says of it, may.

ALTER TABLE versions ADD COLUMN comment TEXT;
ALTER TABLE versions ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
