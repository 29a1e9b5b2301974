ALTER TABLE "revisions" ADD COLUMN "action" INTEGER CHECK ("action" >= 0);

ALTER TABLE "revisions" ADD COLUMN "undoes" INTEGER CHECK ("undoes" >= 0);

ALTER TABLE "revisions" ADD COLUMN "request_key" TEXT;

ALTER TABLE "revisions" ADD COLUMN "hash" TEXT;

ALTER TABLE "actors" ADD COLUMN "protected" INTEGER NOT NULL DEFAULT 0 CHECK ("protected" IN (0, 1));

ALTER TABLE "actors" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'reviewed' CHECK ("status" IN ('draft', 'reviewed', 'rejected'));

ALTER TABLE "actors" ADD COLUMN "status_by" TEXT;

ALTER TABLE "actors" ADD COLUMN "status_at" TEXT;

ALTER TABLE "documents" ADD COLUMN "obtained" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("obtained" IN ('pasted', 'uploaded', 'fetched', 'file', 'not_stated'));

ALTER TABLE "documents" ADD COLUMN "retrieved_at" TEXT;

ALTER TABLE "memberships" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'reviewed' CHECK ("status" IN ('draft', 'reviewed', 'rejected'));

ALTER TABLE "memberships" ADD COLUMN "status_by" TEXT;

ALTER TABLE "memberships" ADD COLUMN "status_at" TEXT;

ALTER TABLE "statements" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'reviewed' CHECK ("status" IN ('draft', 'reviewed', 'rejected'));

ALTER TABLE "statements" ADD COLUMN "status_by" TEXT;

ALTER TABLE "statements" ADD COLUMN "status_at" TEXT;

ALTER TABLE "statements" ADD COLUMN "confidence" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("confidence" IN ('direct_core', 'indirect_core', 'other', 'no_speaker', 'not_stated'));

ALTER TABLE "mentions" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'reviewed' CHECK ("status" IN ('draft', 'reviewed', 'rejected'));

ALTER TABLE "mentions" ADD COLUMN "status_by" TEXT;

ALTER TABLE "mentions" ADD COLUMN "status_at" TEXT;

ALTER TABLE "mentions" ADD COLUMN "confidence" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("confidence" IN ('direct_core', 'indirect_core', 'other', 'no_speaker', 'not_stated'));

ALTER TABLE "mentions" ADD COLUMN "coder" TEXT;

ALTER TABLE "claims" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'reviewed' CHECK ("status" IN ('draft', 'reviewed', 'rejected'));

ALTER TABLE "claims" ADD COLUMN "status_by" TEXT;

ALTER TABLE "claims" ADD COLUMN "status_at" TEXT;

ALTER TABLE "stances" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'reviewed' CHECK ("status" IN ('draft', 'reviewed', 'rejected'));

ALTER TABLE "stances" ADD COLUMN "status_by" TEXT;

ALTER TABLE "stances" ADD COLUMN "status_at" TEXT;

ALTER TABLE "stances" ADD COLUMN "coder" TEXT;

CREATE TABLE "annotations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "mention" TEXT,
  "document" TEXT,
  "annotation" TEXT NOT NULL,
  "source" TEXT,
  "note" TEXT,
  "made_by" TEXT,
  "made_at" TEXT,
  "modified_at" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id")
);

CREATE TABLE "assignments" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "document" TEXT NOT NULL REFERENCES "documents"("id"),
  "person" TEXT NOT NULL,
  "task" TEXT NOT NULL CHECK ("task" IN ('annotate', 'review', 'adjudicate')),
  "blind" INTEGER NOT NULL DEFAULT 0 CHECK ("blind" IN (0, 1)),
  "assigned_by" TEXT,
  "assigned_at" TEXT,
  "done_at" TEXT,
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id")
);

CREATE TABLE "anchorings" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "subject_type" TEXT NOT NULL CHECK ("subject_type" IN ('mention', 'evidence', 'membership', 'provenance')),
  "subject" TEXT NOT NULL,
  "document" TEXT NOT NULL REFERENCES "documents"("id"),
  "span_start" INTEGER CHECK ("span_start" >= 0),
  "span_end" INTEGER CHECK ("span_end" >= 0),
  "exact" TEXT,
  "prefix" TEXT,
  "suffix" TEXT,
  "state" TEXT NOT NULL CHECK ("state" IN ('anchored', 'changed', 'moved', 'ambiguous', 'orphan')),
  "score" REAL CHECK ("score" BETWEEN 0 AND 1),
  "algorithm" TEXT,
  "anchored_at" TEXT,
  "alternatives" TEXT,
  "decided_by" TEXT,
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK (("span_start" IS NULL AND "span_end" IS NULL) OR "span_end" > "span_start")
);

CREATE TABLE "proposals" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('speaker', 'same_statement', 'stance', 'claim', 'same_actor')),
  "subject_type" TEXT NOT NULL CHECK ("subject_type" IN ('actor', 'document', 'event', 'statement', 'mention', 'claim', 'stance')),
  "subject" TEXT NOT NULL,
  "object_type" TEXT CHECK ("object_type" IN ('actor', 'document', 'event', 'statement', 'mention', 'claim', 'stance')),
  "object" TEXT,
  "value" TEXT,
  "score" REAL CHECK ("score" BETWEEN 0 AND 1),
  "reason" TEXT,
  "status" TEXT NOT NULL DEFAULT 'open' CHECK ("status" IN ('open', 'accepted', 'declined')),
  "decided_by" TEXT,
  "decided_at" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id")
);

CREATE TABLE "shingles" ("hash" INTEGER NOT NULL, "mention" INTEGER NOT NULL, PRIMARY KEY ("hash", "mention")) WITHOUT ROWID;

CREATE TABLE "derived" ("name" TEXT PRIMARY KEY NOT NULL, "revision" INTEGER NOT NULL);

CREATE INDEX "idx_revisions_action" ON "revisions" ("action");

CREATE INDEX "idx_revisions_who_action_undoes" ON "revisions" ("who", "action", "undoes") WHERE "load" IS NULL;

CREATE INDEX "idx_revisions_undoes" ON "revisions" ("undoes") WHERE "undoes" IS NOT NULL;

CREATE UNIQUE INDEX "idx_revisions_request_key_who" ON "revisions" ("request_key", "who") WHERE "request_key" IS NOT NULL;

CREATE INDEX "idx_actors_status" ON "actors" ("status") WHERE "status" <> 'reviewed';

CREATE INDEX "idx_memberships_status_document" ON "memberships" ("status", "document") WHERE "status" <> 'reviewed';

CREATE INDEX "idx_statements_status_document" ON "statements" ("status", "document") WHERE "status" <> 'reviewed';

CREATE INDEX "idx_mentions_status_document_coder" ON "mentions" ("status", "document", "coder") WHERE "status" <> 'reviewed';

CREATE INDEX "idx_claims_status" ON "claims" ("status") WHERE "status" <> 'reviewed';

CREATE INDEX "idx_stances_status_document_coder" ON "stances" ("status", "document", "coder") WHERE "status" <> 'reviewed';

CREATE INDEX "idx_annotations_revision" ON "annotations" ("revision");

CREATE INDEX "idx_annotations_mention" ON "annotations" ("mention");

CREATE INDEX "idx_annotations_document" ON "annotations" ("document");

CREATE INDEX "idx_assignments_document" ON "assignments" ("document");

CREATE INDEX "idx_assignments_revision" ON "assignments" ("revision");

CREATE UNIQUE INDEX "idx_assignments_document_person_task" ON "assignments" ("document", "person", "task");

CREATE INDEX "idx_assignments_person_done_at" ON "assignments" ("person", "done_at");

CREATE INDEX "idx_anchorings_document" ON "anchorings" ("document");

CREATE INDEX "idx_anchorings_revision" ON "anchorings" ("revision");

CREATE INDEX "idx_anchorings_subject_type_subject" ON "anchorings" ("subject_type", "subject");

CREATE INDEX "idx_anchorings_state" ON "anchorings" ("state") WHERE "state" <> 'anchored';

CREATE INDEX "idx_proposals_revision" ON "proposals" ("revision");

CREATE INDEX "idx_proposals_subject_type_subject_status" ON "proposals" ("subject_type", "subject", "status");

CREATE INDEX "idx_proposals_kind" ON "proposals" ("kind") WHERE "status" = 'open';

CREATE INDEX "idx_shingles_mention" ON "shingles" ("mention");

CREATE TRIGGER "revisions_stay" BEFORE DELETE ON "revisions" BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;

CREATE TRIGGER "revisions_are_sealed" BEFORE UPDATE ON "revisions" WHEN old."hash" IS NOT NULL OR new."id" <> old."id" BEGIN SELECT RAISE(ABORT, 'a sealed revision cannot be changed'); END;

CREATE TRIGGER "revisions_follow" BEFORE INSERT ON "revisions" WHEN new."id" > 0 AND EXISTS (SELECT 1 FROM "revisions" NOT INDEXED WHERE "id" >= new."id") BEGIN SELECT RAISE(ABORT, 'a new revision has a higher number than all before'); END;
