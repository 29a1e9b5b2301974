CREATE TABLE "loads" (
  "id" INTEGER PRIMARY KEY,
  "started_at" TEXT NOT NULL,
  "finished_at" TEXT NOT NULL,
  "tool" TEXT NOT NULL,
  "loaded_by" TEXT,
  "sources" TEXT NOT NULL,
  "counts" TEXT NOT NULL
);

CREATE TABLE "revisions" (
  "id" INTEGER PRIMARY KEY,
  "at" TEXT NOT NULL,
  "who" TEXT,
  "operation" TEXT NOT NULL CHECK ("operation" IN ('create', 'load', 'insert', 'update', 'delete')),
  "load" INTEGER CHECK ("load" >= 0) REFERENCES "loads"("id"),
  "table_name" TEXT,
  "row_id" TEXT,
  "before" TEXT,
  "after" TEXT,
  "note" TEXT
);

CREATE TABLE "countries" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "alpha_3" TEXT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('country', 'historical', 'entity', 'not_stated')),
  "withdrawn" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id")
);

CREATE TABLE "actors" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('person', 'organization', 'group')),
  "identification" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("identification" IN ('named', 'role_only', 'unnamed', 'institution', 'collective', 'implicit', 'not_stated')),
  "country" TEXT NOT NULL DEFAULT 'not_stated' REFERENCES "countries"("id"),
  "country_basis" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("country_basis" IN ('represents', 'nationality', 'based_in', 'not_stated')),
  "parent" TEXT REFERENCES "actors"("id"),
  "other_names" TEXT,
  "in_text" INTEGER NOT NULL DEFAULT 0 CHECK ("in_text" IN (0, 1)),
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id")
);

CREATE TABLE "documents" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "kind" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("kind" IN ('news_article', 'press_release', 'transcript', 'post', 'official_document', 'report', 'photograph', 'other', 'not_stated')),
  "publisher" TEXT REFERENCES "actors"("id"),
  "country" TEXT NOT NULL DEFAULT 'not_stated' REFERENCES "countries"("id"),
  "language" TEXT,
  "published_on" TEXT,
  "url" TEXT,
  "credit_line" TEXT,
  "rights" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("rights" IN ('withheld', 'cc0', 'licensed', 'not_stated')),
  "revision_of" TEXT REFERENCES "documents"("id"),
  "part_of" TEXT REFERENCES "documents"("id"),
  "text_length" INTEGER CHECK ("text_length" >= 0),
  "text_sha256" TEXT,
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  "text" TEXT
);

CREATE TABLE "segments" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "document" TEXT NOT NULL REFERENCES "documents"("id"),
  "line" INTEGER CHECK ("line" >= 0),
  "kind" TEXT NOT NULL CHECK ("kind" IN ('headline', 'standfirst', 'lead', 'paragraph', 'caption', 'photo_credit', 'alt_text', 'credit', 'boilerplate')),
  "span_start" INTEGER CHECK ("span_start" >= 0),
  "span_end" INTEGER CHECK ("span_end" >= 0),
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK (("span_start" IS NULL AND "span_end" IS NULL) OR "span_end" > "span_start")
);

CREATE TABLE "memberships" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "person" TEXT NOT NULL REFERENCES "actors"("id"),
  "organization" TEXT REFERENCES "actors"("id"),
  "role" TEXT,
  "on_behalf_of" TEXT REFERENCES "actors"("id"),
  "date_start" TEXT,
  "date_end" TEXT,
  "as_of" TEXT,
  "document" TEXT REFERENCES "documents"("id"),
  "span_start" INTEGER CHECK ("span_start" >= 0),
  "span_end" INTEGER CHECK ("span_end" >= 0),
  "quote" TEXT,
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK (("span_start" IS NULL AND "span_end" IS NULL) OR "span_end" > "span_start")
);

CREATE TABLE "events" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "label" TEXT NOT NULL,
  "kind" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("kind" IN ('press_briefing', 'interview', 'told_outlet', 'media_query', 'social_media_post', 'speech', 'meeting', 'diplomatic_contact', 'official_notice', 'press_statement', 'photo_event', 'vote', 'series_of_statements', 'not_stated')),
  "date_start" TEXT,
  "date_end" TEXT,
  "month" TEXT GENERATED ALWAYS AS (coalesce(substr("date_start", 1, 7), 'not_stated')) VIRTUAL,
  "date_basis" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("date_basis" IN ('stated', 'resolved', 'inferred', 'not_stated')),
  "place" TEXT,
  "country" TEXT NOT NULL DEFAULT 'not_stated' REFERENCES "countries"("id"),
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK ("date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start")
);

CREATE TABLE "statements" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "content" TEXT,
  "wording" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("wording" IN ('verbatim', 'mixed', 'reported', 'paraphrase', 'none', 'not_stated')),
  "speaker" TEXT REFERENCES "actors"("id"),
  "country" TEXT NOT NULL DEFAULT 'not_stated' REFERENCES "countries"("id"),
  "country_basis" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("country_basis" IN ('represents', 'nationality', 'based_in', 'not_stated')),
  "country_origin" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("country_origin" IN ('row', 'statement', 'membership', 'actor', 'not_stated')),
  "speaker_label" TEXT,
  "speaker_role" TEXT,
  "organization" TEXT REFERENCES "actors"("id"),
  "on_behalf_of" TEXT REFERENCES "actors"("id"),
  "identification" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("identification" IN ('named', 'role_only', 'unnamed', 'institution', 'collective', 'implicit', 'not_stated')),
  "attribution_terms" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("attribution_terms" IN ('on_the_record', 'on_background', 'deep_background', 'off_the_record', 'not_stated')),
  "kind" TEXT NOT NULL CHECK ("kind" IN ('utterance', 'caption', 'credit')),
  "report_type" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("report_type" IN ('direct', 'mixed', 'indirect', 'speech_act', 'refusal', 'narrator', 'credit', 'not_stated')),
  "speech_act" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("speech_act" IN ('assertive', 'directive', 'commissive', 'expressive', 'declarative', 'question', 'refusal', 'belief', 'unreported', 'none', 'not_stated')),
  "cue" TEXT,
  "date_text" TEXT,
  "date_start" TEXT,
  "date_end" TEXT,
  "month" TEXT GENERATED ALWAYS AS (coalesce(substr("date_start", 1, 7), 'not_stated')) VIRTUAL,
  "date_basis" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("date_basis" IN ('stated', 'resolved', 'inferred', 'not_stated')),
  "event" TEXT REFERENCES "events"("id"),
  "channel" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("channel" IN ('press_briefing', 'interview', 'told_outlet', 'media_query', 'social_media', 'speech', 'private_meeting', 'diplomatic', 'official_notice', 'press_statement', 'publication', 'vote', 'not_stated')),
  "access" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("access" IN ('own_reporting', 'public_event', 'public_post', 'self_reported', 'third_party', 'other_outlet', 'credit_line', 'not_stated')),
  "audience" TEXT REFERENCES "actors"("id"),
  "audience_label" TEXT,
  "parent_statement" TEXT REFERENCES "statements"("id"),
  "in_reply_to" TEXT REFERENCES "statements"("id"),
  "polarity" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("polarity" IN ('positive', 'negative', 'underspecified', 'not_stated')),
  "certainty" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("certainty" IN ('certain', 'probable', 'possible', 'underspecified', 'not_stated')),
  "hedged" INTEGER NOT NULL DEFAULT 0 CHECK ("hedged" IN (0, 1)),
  "hedge_terms" TEXT,
  "editorial_insertions" TEXT,
  "translation" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("translation" IN ('original', 'translated', 'unknown', 'not_stated')),
  "document" TEXT REFERENCES "documents"("id"),
  "publisher" TEXT REFERENCES "actors"("id"),
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK ("date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start"),
  CHECK ("parent_statement" IS NULL OR "parent_statement" <> "id")
);

CREATE TABLE "mentions" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "statement" TEXT NOT NULL REFERENCES "statements"("id"),
  "document" TEXT NOT NULL REFERENCES "documents"("id"),
  "segment" TEXT REFERENCES "segments"("id"),
  "report_type" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("report_type" IN ('direct', 'mixed', 'indirect', 'speech_act', 'refusal', 'narrator', 'credit', 'not_stated')),
  "speaker" TEXT REFERENCES "actors"("id"),
  "country" TEXT NOT NULL DEFAULT 'not_stated' REFERENCES "countries"("id"),
  "country_basis" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("country_basis" IN ('represents', 'nationality', 'based_in', 'not_stated')),
  "identification" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("identification" IN ('named', 'role_only', 'unnamed', 'institution', 'collective', 'implicit', 'not_stated')),
  "speaker_label" TEXT,
  "cue" TEXT,
  "content" TEXT,
  "wording" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("wording" IN ('verbatim', 'mixed', 'reported', 'paraphrase', 'none', 'not_stated')),
  "span_start" INTEGER CHECK ("span_start" >= 0),
  "span_end" INTEGER CHECK ("span_end" >= 0),
  "quote" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK (("span_start" IS NULL AND "span_end" IS NULL) OR "span_end" > "span_start")
);

CREATE TABLE "evidence" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "mention" TEXT NOT NULL REFERENCES "mentions"("id"),
  "part" TEXT NOT NULL CHECK ("part" IN ('source', 'cue', 'content', 'verbatim', 'date', 'audience', 'channel', 'place', 'hedge')),
  "span_start" INTEGER NOT NULL CHECK ("span_start" >= 0),
  "span_end" INTEGER NOT NULL CHECK ("span_end" >= 0),
  "quote" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK ("span_end" > "span_start")
);

CREATE TABLE "claims" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "text" TEXT NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('factual', 'causal', 'prediction', 'evaluative', 'policy', 'resolution')),
  "topic" TEXT NOT NULL DEFAULT 'not_stated',
  "date" TEXT,
  "identifier" TEXT,
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id")
);

CREATE TABLE "claim_relations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "claim" TEXT NOT NULL REFERENCES "claims"("id"),
  "relation" TEXT NOT NULL CHECK ("relation" IN ('narrower_than', 'broader_than', 'same_as', 'contradicts', 'contrary_to', 'entails', 'entailed_by', 'supports', 'supported_by', 'attacks', 'attacked_by', 'undercuts', 'undercut_by', 'presupposes', 'presupposed_by')),
  "other_claim" TEXT NOT NULL REFERENCES "claims"("id"),
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK ("claim" <> "other_claim")
);

CREATE TABLE "stances" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "claim" TEXT NOT NULL REFERENCES "claims"("id"),
  "stance" TEXT NOT NULL CHECK ("stance" IN ('supports', 'disputes', 'mixed', 'neutral', 'queries', 'declines')),
  "basis" TEXT NOT NULL CHECK ("basis" IN ('explicit', 'author_summary', 'inferred', 'third_party', 'vote')),
  "actor" TEXT NOT NULL REFERENCES "actors"("id"),
  "country" TEXT NOT NULL DEFAULT 'not_stated' REFERENCES "countries"("id"),
  "country_basis" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("country_basis" IN ('represents', 'nationality', 'based_in', 'not_stated')),
  "country_origin" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("country_origin" IN ('row', 'statement', 'membership', 'actor', 'not_stated')),
  "organization" TEXT REFERENCES "actors"("id"),
  "statement" TEXT REFERENCES "statements"("id"),
  "factuality" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("factuality" IN ('CT+', 'CT-', 'PR+', 'PR-', 'PS+', 'PS-', 'CTu', 'Uu', 'not_stated')),
  "attributed_by" TEXT REFERENCES "actors"("id"),
  "identification" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("identification" IN ('named', 'role_only', 'unnamed', 'institution', 'collective', 'implicit', 'not_stated')),
  "report_type" TEXT NOT NULL DEFAULT 'not_stated' CHECK ("report_type" IN ('direct', 'mixed', 'indirect', 'speech_act', 'refusal', 'narrator', 'credit', 'not_stated')),
  "date_start" TEXT,
  "date_end" TEXT,
  "month" TEXT GENERATED ALWAYS AS (coalesce(substr("date_start", 1, 7), 'not_stated')) VIRTUAL,
  "document" TEXT REFERENCES "documents"("id"),
  "publisher" TEXT REFERENCES "actors"("id"),
  "topic" TEXT NOT NULL DEFAULT 'not_stated',
  "original_label" TEXT,
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK ("date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start")
);

CREATE TABLE "provenance" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "subject_type" TEXT NOT NULL CHECK ("subject_type" IN ('actor', 'document', 'event', 'statement', 'mention', 'claim', 'stance')),
  "subject" TEXT NOT NULL,
  "relation" TEXT NOT NULL CHECK ("relation" IN ('wasAttributedTo', 'wasDerivedFrom', 'wasQuotedFrom', 'wasRevisionOf', 'hadPrimarySource', 'wasInfluencedBy', 'actedOnBehalfOf')),
  "object_type" TEXT NOT NULL CHECK ("object_type" IN ('actor', 'document', 'event', 'statement', 'mention', 'claim', 'stance')),
  "object" TEXT NOT NULL,
  "statement" TEXT REFERENCES "statements"("id"),
  "document" TEXT REFERENCES "documents"("id"),
  "span_start" INTEGER CHECK ("span_start" >= 0),
  "span_end" INTEGER CHECK ("span_end" >= 0),
  "quote" TEXT,
  "note" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id"),
  CHECK (("span_start" IS NULL AND "span_end" IS NULL) OR "span_end" > "span_start")
);

CREATE TABLE "assessments" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "subject_type" TEXT NOT NULL CHECK ("subject_type" IN ('actor', 'document', 'event', 'statement', 'mention', 'claim', 'stance')),
  "subject" TEXT NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('verified_date', 'verdict', 'reliability', 'remark')),
  "value" TEXT,
  "date_start" TEXT,
  "date_end" TEXT,
  "assessor" TEXT NOT NULL,
  "assessed_on" TEXT,
  "rationale" TEXT NOT NULL,
  "document" TEXT REFERENCES "documents"("id"),
  "url" TEXT,
  "revision" INTEGER NOT NULL CHECK ("revision" >= 0) REFERENCES "revisions"("id")
);

CREATE INDEX "idx_revisions_operation" ON "revisions" ("operation");

CREATE INDEX "idx_revisions_load" ON "revisions" ("load");

CREATE INDEX "idx_revisions_table_name_row_id" ON "revisions" ("table_name", "row_id");

CREATE INDEX "idx_countries_kind" ON "countries" ("kind");

CREATE INDEX "idx_countries_revision" ON "countries" ("revision");

CREATE INDEX "idx_actors_kind" ON "actors" ("kind");

CREATE INDEX "idx_actors_identification" ON "actors" ("identification");

CREATE INDEX "idx_actors_country" ON "actors" ("country");

CREATE INDEX "idx_actors_country_basis" ON "actors" ("country_basis");

CREATE INDEX "idx_actors_parent" ON "actors" ("parent");

CREATE INDEX "idx_actors_revision" ON "actors" ("revision");

CREATE VIRTUAL TABLE "actors_fts" USING fts5("name", "other_names", content="actors", tokenize='unicode61 remove_diacritics 2');

CREATE INDEX "idx_documents_kind" ON "documents" ("kind");

CREATE INDEX "idx_documents_publisher" ON "documents" ("publisher");

CREATE INDEX "idx_documents_country" ON "documents" ("country");

CREATE INDEX "idx_documents_published_on" ON "documents" ("published_on");

CREATE INDEX "idx_documents_rights" ON "documents" ("rights");

CREATE INDEX "idx_documents_revision_of" ON "documents" ("revision_of");

CREATE INDEX "idx_documents_part_of" ON "documents" ("part_of");

CREATE INDEX "idx_documents_revision" ON "documents" ("revision");

CREATE VIRTUAL TABLE "documents_fts" USING fts5("title", "text", content="documents", tokenize='unicode61 remove_diacritics 2');

CREATE INDEX "idx_segments_document" ON "segments" ("document");

CREATE INDEX "idx_segments_kind" ON "segments" ("kind");

CREATE INDEX "idx_segments_revision" ON "segments" ("revision");

CREATE INDEX "idx_memberships_person" ON "memberships" ("person");

CREATE INDEX "idx_memberships_organization" ON "memberships" ("organization");

CREATE INDEX "idx_memberships_on_behalf_of" ON "memberships" ("on_behalf_of");

CREATE INDEX "idx_memberships_document" ON "memberships" ("document");

CREATE INDEX "idx_memberships_revision" ON "memberships" ("revision");

CREATE INDEX "idx_events_kind" ON "events" ("kind");

CREATE INDEX "idx_events_date_start" ON "events" ("date_start");

CREATE INDEX "idx_events_month" ON "events" ("month");

CREATE INDEX "idx_events_country" ON "events" ("country");

CREATE INDEX "idx_events_revision" ON "events" ("revision");

CREATE INDEX "idx_statements_wording" ON "statements" ("wording");

CREATE INDEX "idx_statements_speaker" ON "statements" ("speaker");

CREATE INDEX "idx_statements_country" ON "statements" ("country");

CREATE INDEX "idx_statements_country_basis" ON "statements" ("country_basis");

CREATE INDEX "idx_statements_organization" ON "statements" ("organization");

CREATE INDEX "idx_statements_on_behalf_of" ON "statements" ("on_behalf_of");

CREATE INDEX "idx_statements_identification" ON "statements" ("identification");

CREATE INDEX "idx_statements_kind" ON "statements" ("kind");

CREATE INDEX "idx_statements_report_type" ON "statements" ("report_type");

CREATE INDEX "idx_statements_speech_act" ON "statements" ("speech_act");

CREATE INDEX "idx_statements_date_start" ON "statements" ("date_start");

CREATE INDEX "idx_statements_month" ON "statements" ("month");

CREATE INDEX "idx_statements_event" ON "statements" ("event");

CREATE INDEX "idx_statements_channel" ON "statements" ("channel");

CREATE INDEX "idx_statements_access" ON "statements" ("access");

CREATE INDEX "idx_statements_audience" ON "statements" ("audience");

CREATE INDEX "idx_statements_parent_statement" ON "statements" ("parent_statement");

CREATE INDEX "idx_statements_in_reply_to" ON "statements" ("in_reply_to");

CREATE INDEX "idx_statements_document" ON "statements" ("document");

CREATE INDEX "idx_statements_publisher" ON "statements" ("publisher");

CREATE INDEX "idx_statements_revision" ON "statements" ("revision");

CREATE VIRTUAL TABLE "statements_fts" USING fts5("content", "speaker_label", content="statements", tokenize='unicode61 remove_diacritics 2');

CREATE INDEX "idx_mentions_statement" ON "mentions" ("statement");

CREATE INDEX "idx_mentions_document" ON "mentions" ("document");

CREATE INDEX "idx_mentions_segment" ON "mentions" ("segment");

CREATE INDEX "idx_mentions_report_type" ON "mentions" ("report_type");

CREATE INDEX "idx_mentions_speaker" ON "mentions" ("speaker");

CREATE INDEX "idx_mentions_country" ON "mentions" ("country");

CREATE INDEX "idx_mentions_country_basis" ON "mentions" ("country_basis");

CREATE INDEX "idx_mentions_identification" ON "mentions" ("identification");

CREATE INDEX "idx_mentions_revision" ON "mentions" ("revision");

CREATE INDEX "idx_evidence_mention" ON "evidence" ("mention");

CREATE INDEX "idx_evidence_part" ON "evidence" ("part");

CREATE INDEX "idx_evidence_revision" ON "evidence" ("revision");

CREATE INDEX "idx_claims_kind" ON "claims" ("kind");

CREATE INDEX "idx_claims_topic" ON "claims" ("topic");

CREATE INDEX "idx_claims_revision" ON "claims" ("revision");

CREATE VIRTUAL TABLE "claims_fts" USING fts5("text", content="claims", tokenize='unicode61 remove_diacritics 2');

CREATE INDEX "idx_claim_relations_claim" ON "claim_relations" ("claim");

CREATE INDEX "idx_claim_relations_relation" ON "claim_relations" ("relation");

CREATE INDEX "idx_claim_relations_other_claim" ON "claim_relations" ("other_claim");

CREATE INDEX "idx_claim_relations_revision" ON "claim_relations" ("revision");

CREATE INDEX "idx_stances_claim" ON "stances" ("claim");

CREATE INDEX "idx_stances_stance" ON "stances" ("stance");

CREATE INDEX "idx_stances_basis" ON "stances" ("basis");

CREATE INDEX "idx_stances_actor" ON "stances" ("actor");

CREATE INDEX "idx_stances_country" ON "stances" ("country");

CREATE INDEX "idx_stances_country_basis" ON "stances" ("country_basis");

CREATE INDEX "idx_stances_organization" ON "stances" ("organization");

CREATE INDEX "idx_stances_statement" ON "stances" ("statement");

CREATE INDEX "idx_stances_attributed_by" ON "stances" ("attributed_by");

CREATE INDEX "idx_stances_identification" ON "stances" ("identification");

CREATE INDEX "idx_stances_report_type" ON "stances" ("report_type");

CREATE INDEX "idx_stances_date_start" ON "stances" ("date_start");

CREATE INDEX "idx_stances_month" ON "stances" ("month");

CREATE INDEX "idx_stances_document" ON "stances" ("document");

CREATE INDEX "idx_stances_publisher" ON "stances" ("publisher");

CREATE INDEX "idx_stances_topic" ON "stances" ("topic");

CREATE INDEX "idx_stances_revision" ON "stances" ("revision");

CREATE INDEX "idx_stances_claim_stance_basis_identification" ON "stances" ("claim", "stance", "basis", "identification");

CREATE INDEX "idx_provenance_subject_type" ON "provenance" ("subject_type");

CREATE INDEX "idx_provenance_subject" ON "provenance" ("subject");

CREATE INDEX "idx_provenance_relation" ON "provenance" ("relation");

CREATE INDEX "idx_provenance_object" ON "provenance" ("object");

CREATE INDEX "idx_provenance_statement" ON "provenance" ("statement");

CREATE INDEX "idx_provenance_document" ON "provenance" ("document");

CREATE INDEX "idx_provenance_revision" ON "provenance" ("revision");

CREATE INDEX "idx_assessments_subject_type" ON "assessments" ("subject_type");

CREATE INDEX "idx_assessments_subject" ON "assessments" ("subject");

CREATE INDEX "idx_assessments_kind" ON "assessments" ("kind");

CREATE INDEX "idx_assessments_document" ON "assessments" ("document");

CREATE INDEX "idx_assessments_revision" ON "assessments" ("revision");

CREATE TRIGGER "actors_search_insert" AFTER INSERT ON "actors" BEGIN INSERT INTO "actors_fts" (rowid, "name", "other_names") VALUES (new.rowid, new."name", new."other_names"); END;

CREATE TRIGGER "actors_search_delete" AFTER DELETE ON "actors" BEGIN INSERT INTO "actors_fts" ("actors_fts", rowid, "name", "other_names") VALUES ('delete', old.rowid, old."name", old."other_names"); END;

CREATE TRIGGER "actors_search_update" AFTER UPDATE OF "name", "other_names" ON "actors" BEGIN INSERT INTO "actors_fts" ("actors_fts", rowid, "name", "other_names") VALUES ('delete', old.rowid, old."name", old."other_names"); INSERT INTO "actors_fts" (rowid, "name", "other_names") VALUES (new.rowid, new."name", new."other_names"); END;

CREATE TRIGGER "documents_search_insert" AFTER INSERT ON "documents" BEGIN INSERT INTO "documents_fts" (rowid, "title", "text") VALUES (new.rowid, new."title", new."text"); END;

CREATE TRIGGER "documents_search_delete" AFTER DELETE ON "documents" BEGIN INSERT INTO "documents_fts" ("documents_fts", rowid, "title", "text") VALUES ('delete', old.rowid, old."title", old."text"); END;

CREATE TRIGGER "documents_search_update" AFTER UPDATE OF "title", "text" ON "documents" BEGIN INSERT INTO "documents_fts" ("documents_fts", rowid, "title", "text") VALUES ('delete', old.rowid, old."title", old."text"); INSERT INTO "documents_fts" (rowid, "title", "text") VALUES (new.rowid, new."title", new."text"); END;

CREATE TRIGGER "statements_search_insert" AFTER INSERT ON "statements" BEGIN INSERT INTO "statements_fts" (rowid, "content", "speaker_label") VALUES (new.rowid, new."content", new."speaker_label"); END;

CREATE TRIGGER "statements_search_delete" AFTER DELETE ON "statements" BEGIN INSERT INTO "statements_fts" ("statements_fts", rowid, "content", "speaker_label") VALUES ('delete', old.rowid, old."content", old."speaker_label"); END;

CREATE TRIGGER "statements_search_update" AFTER UPDATE OF "content", "speaker_label" ON "statements" BEGIN INSERT INTO "statements_fts" ("statements_fts", rowid, "content", "speaker_label") VALUES ('delete', old.rowid, old."content", old."speaker_label"); INSERT INTO "statements_fts" (rowid, "content", "speaker_label") VALUES (new.rowid, new."content", new."speaker_label"); END;

CREATE TRIGGER "claims_search_insert" AFTER INSERT ON "claims" BEGIN INSERT INTO "claims_fts" (rowid, "text") VALUES (new.rowid, new."text"); END;

CREATE TRIGGER "claims_search_delete" AFTER DELETE ON "claims" BEGIN INSERT INTO "claims_fts" ("claims_fts", rowid, "text") VALUES ('delete', old.rowid, old."text"); END;

CREATE TRIGGER "claims_search_update" AFTER UPDATE OF "text" ON "claims" BEGIN INSERT INTO "claims_fts" ("claims_fts", rowid, "text") VALUES ('delete', old.rowid, old."text"); INSERT INTO "claims_fts" (rowid, "text") VALUES (new.rowid, new."text"); END;

CREATE TRIGGER "documents_copy_publisher_insert" AFTER INSERT ON "documents" BEGIN UPDATE "documents" SET "country" = coalesce((SELECT source."country" FROM "actors" AS source WHERE source."id" = "documents"."publisher"), 'not_stated') WHERE ("documents"."id" = new."id") AND ("country" IS NOT coalesce((SELECT source."country" FROM "actors" AS source WHERE source."id" = "documents"."publisher"), 'not_stated')); END;

CREATE TRIGGER "documents_copy_publisher_update" AFTER UPDATE OF "publisher", "country" ON "documents" BEGIN UPDATE "documents" SET "country" = coalesce((SELECT source."country" FROM "actors" AS source WHERE source."id" = "documents"."publisher"), 'not_stated') WHERE ("documents"."id" = new."id") AND ("country" IS NOT coalesce((SELECT source."country" FROM "actors" AS source WHERE source."id" = "documents"."publisher"), 'not_stated')); END;

CREATE TRIGGER "documents_copy_publisher_source" AFTER UPDATE OF "country" ON "actors" BEGIN UPDATE "documents" SET "country" = coalesce((SELECT source."country" FROM "actors" AS source WHERE source."id" = "documents"."publisher"), 'not_stated') WHERE ("documents"."publisher" = new."id") AND ("country" IS NOT coalesce((SELECT source."country" FROM "actors" AS source WHERE source."id" = "documents"."publisher"), 'not_stated')); END;

CREATE TRIGGER "statements_copy_document_insert" AFTER INSERT ON "statements" BEGIN UPDATE "statements" SET "publisher" = (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "statements"."document") WHERE ("statements"."id" = new."id") AND ("publisher" IS NOT (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "statements"."document")); END;

CREATE TRIGGER "statements_copy_document_update" AFTER UPDATE OF "document", "publisher" ON "statements" BEGIN UPDATE "statements" SET "publisher" = (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "statements"."document") WHERE ("statements"."id" = new."id") AND ("publisher" IS NOT (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "statements"."document")); END;

CREATE TRIGGER "statements_copy_document_source" AFTER UPDATE OF "publisher" ON "documents" BEGIN UPDATE "statements" SET "publisher" = (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "statements"."document") WHERE ("statements"."document" = new."id") AND ("publisher" IS NOT (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "statements"."document")); END;

CREATE TRIGGER "mentions_copy_statement_insert" AFTER INSERT ON "mentions" BEGIN UPDATE "mentions" SET "speaker" = (SELECT source."speaker" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), "country" = coalesce((SELECT source."country" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated'), "country_basis" = coalesce((SELECT source."country_basis" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated') WHERE ("mentions"."id" = new."id") AND ("speaker" IS NOT (SELECT source."speaker" FROM "statements" AS source WHERE source."id" = "mentions"."statement") OR "country" IS NOT coalesce((SELECT source."country" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated') OR "country_basis" IS NOT coalesce((SELECT source."country_basis" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated')); END;

CREATE TRIGGER "mentions_copy_statement_update" AFTER UPDATE OF "statement", "speaker", "country", "country_basis" ON "mentions" BEGIN UPDATE "mentions" SET "speaker" = (SELECT source."speaker" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), "country" = coalesce((SELECT source."country" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated'), "country_basis" = coalesce((SELECT source."country_basis" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated') WHERE ("mentions"."id" = new."id") AND ("speaker" IS NOT (SELECT source."speaker" FROM "statements" AS source WHERE source."id" = "mentions"."statement") OR "country" IS NOT coalesce((SELECT source."country" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated') OR "country_basis" IS NOT coalesce((SELECT source."country_basis" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated')); END;

CREATE TRIGGER "mentions_copy_statement_source" AFTER UPDATE OF "speaker", "country", "country_basis" ON "statements" BEGIN UPDATE "mentions" SET "speaker" = (SELECT source."speaker" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), "country" = coalesce((SELECT source."country" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated'), "country_basis" = coalesce((SELECT source."country_basis" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated') WHERE ("mentions"."statement" = new."id") AND ("speaker" IS NOT (SELECT source."speaker" FROM "statements" AS source WHERE source."id" = "mentions"."statement") OR "country" IS NOT coalesce((SELECT source."country" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated') OR "country_basis" IS NOT coalesce((SELECT source."country_basis" FROM "statements" AS source WHERE source."id" = "mentions"."statement"), 'not_stated')); END;

CREATE TRIGGER "stances_copy_claim_insert" AFTER INSERT ON "stances" BEGIN UPDATE "stances" SET "topic" = coalesce((SELECT source."topic" FROM "claims" AS source WHERE source."id" = "stances"."claim"), 'not_stated') WHERE ("stances"."id" = new."id") AND ("topic" IS NOT coalesce((SELECT source."topic" FROM "claims" AS source WHERE source."id" = "stances"."claim"), 'not_stated')); END;

CREATE TRIGGER "stances_copy_claim_update" AFTER UPDATE OF "claim", "topic" ON "stances" BEGIN UPDATE "stances" SET "topic" = coalesce((SELECT source."topic" FROM "claims" AS source WHERE source."id" = "stances"."claim"), 'not_stated') WHERE ("stances"."id" = new."id") AND ("topic" IS NOT coalesce((SELECT source."topic" FROM "claims" AS source WHERE source."id" = "stances"."claim"), 'not_stated')); END;

CREATE TRIGGER "stances_copy_claim_source" AFTER UPDATE OF "topic" ON "claims" BEGIN UPDATE "stances" SET "topic" = coalesce((SELECT source."topic" FROM "claims" AS source WHERE source."id" = "stances"."claim"), 'not_stated') WHERE ("stances"."claim" = new."id") AND ("topic" IS NOT coalesce((SELECT source."topic" FROM "claims" AS source WHERE source."id" = "stances"."claim"), 'not_stated')); END;

CREATE TRIGGER "stances_copy_statement_insert" AFTER INSERT ON "stances" BEGIN UPDATE "stances" SET "organization" = (SELECT source."organization" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "identification" = coalesce((SELECT source."identification" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated'), "report_type" = coalesce((SELECT source."report_type" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated'), "date_start" = (SELECT source."date_start" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "date_end" = (SELECT source."date_end" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "document" = (SELECT source."document" FROM "statements" AS source WHERE source."id" = "stances"."statement") WHERE "statement" IS NOT NULL AND ("stances"."id" = new."id") AND ("organization" IS NOT (SELECT source."organization" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "identification" IS NOT coalesce((SELECT source."identification" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated') OR "report_type" IS NOT coalesce((SELECT source."report_type" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated') OR "date_start" IS NOT (SELECT source."date_start" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "date_end" IS NOT (SELECT source."date_end" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "document" IS NOT (SELECT source."document" FROM "statements" AS source WHERE source."id" = "stances"."statement")); END;

CREATE TRIGGER "stances_copy_statement_update" AFTER UPDATE OF "statement", "organization", "identification", "report_type", "date_start", "date_end", "document" ON "stances" BEGIN UPDATE "stances" SET "organization" = (SELECT source."organization" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "identification" = coalesce((SELECT source."identification" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated'), "report_type" = coalesce((SELECT source."report_type" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated'), "date_start" = (SELECT source."date_start" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "date_end" = (SELECT source."date_end" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "document" = (SELECT source."document" FROM "statements" AS source WHERE source."id" = "stances"."statement") WHERE "statement" IS NOT NULL AND ("stances"."id" = new."id") AND ("organization" IS NOT (SELECT source."organization" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "identification" IS NOT coalesce((SELECT source."identification" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated') OR "report_type" IS NOT coalesce((SELECT source."report_type" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated') OR "date_start" IS NOT (SELECT source."date_start" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "date_end" IS NOT (SELECT source."date_end" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "document" IS NOT (SELECT source."document" FROM "statements" AS source WHERE source."id" = "stances"."statement")); END;

CREATE TRIGGER "stances_copy_statement_source" AFTER UPDATE OF "organization", "identification", "report_type", "date_start", "date_end", "document" ON "statements" BEGIN UPDATE "stances" SET "organization" = (SELECT source."organization" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "identification" = coalesce((SELECT source."identification" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated'), "report_type" = coalesce((SELECT source."report_type" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated'), "date_start" = (SELECT source."date_start" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "date_end" = (SELECT source."date_end" FROM "statements" AS source WHERE source."id" = "stances"."statement"), "document" = (SELECT source."document" FROM "statements" AS source WHERE source."id" = "stances"."statement") WHERE "statement" IS NOT NULL AND ("stances"."statement" = new."id") AND ("organization" IS NOT (SELECT source."organization" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "identification" IS NOT coalesce((SELECT source."identification" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated') OR "report_type" IS NOT coalesce((SELECT source."report_type" FROM "statements" AS source WHERE source."id" = "stances"."statement"), 'not_stated') OR "date_start" IS NOT (SELECT source."date_start" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "date_end" IS NOT (SELECT source."date_end" FROM "statements" AS source WHERE source."id" = "stances"."statement") OR "document" IS NOT (SELECT source."document" FROM "statements" AS source WHERE source."id" = "stances"."statement")); END;

CREATE TRIGGER "stances_copy_document_insert" AFTER INSERT ON "stances" BEGIN UPDATE "stances" SET "publisher" = (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "stances"."document") WHERE ("stances"."id" = new."id") AND ("publisher" IS NOT (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "stances"."document")); END;

CREATE TRIGGER "stances_copy_document_update" AFTER UPDATE OF "document", "publisher" ON "stances" BEGIN UPDATE "stances" SET "publisher" = (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "stances"."document") WHERE ("stances"."id" = new."id") AND ("publisher" IS NOT (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "stances"."document")); END;

CREATE TRIGGER "stances_copy_document_source" AFTER UPDATE OF "publisher" ON "documents" BEGIN UPDATE "stances" SET "publisher" = (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "stances"."document") WHERE ("stances"."document" = new."id") AND ("publisher" IS NOT (SELECT source."publisher" FROM "documents" AS source WHERE source."id" = "stances"."document")); END;

CREATE TRIGGER "provenance_subject_insert" BEFORE INSERT ON "provenance" BEGIN SELECT RAISE(ABORT, 'provenance.subject names a row that does not exist') WHERE NOT ((new."subject_type" = 'actor' AND EXISTS (SELECT 1 FROM "actors" WHERE "id" = new."subject")) OR (new."subject_type" = 'document' AND EXISTS (SELECT 1 FROM "documents" WHERE "id" = new."subject")) OR (new."subject_type" = 'event' AND EXISTS (SELECT 1 FROM "events" WHERE "id" = new."subject")) OR (new."subject_type" = 'statement' AND EXISTS (SELECT 1 FROM "statements" WHERE "id" = new."subject")) OR (new."subject_type" = 'mention' AND EXISTS (SELECT 1 FROM "mentions" WHERE "id" = new."subject")) OR (new."subject_type" = 'claim' AND EXISTS (SELECT 1 FROM "claims" WHERE "id" = new."subject")) OR (new."subject_type" = 'stance' AND EXISTS (SELECT 1 FROM "stances" WHERE "id" = new."subject"))); END;

CREATE TRIGGER "provenance_subject_update" BEFORE UPDATE OF "subject", "subject_type" ON "provenance" BEGIN SELECT RAISE(ABORT, 'provenance.subject names a row that does not exist') WHERE NOT ((new."subject_type" = 'actor' AND EXISTS (SELECT 1 FROM "actors" WHERE "id" = new."subject")) OR (new."subject_type" = 'document' AND EXISTS (SELECT 1 FROM "documents" WHERE "id" = new."subject")) OR (new."subject_type" = 'event' AND EXISTS (SELECT 1 FROM "events" WHERE "id" = new."subject")) OR (new."subject_type" = 'statement' AND EXISTS (SELECT 1 FROM "statements" WHERE "id" = new."subject")) OR (new."subject_type" = 'mention' AND EXISTS (SELECT 1 FROM "mentions" WHERE "id" = new."subject")) OR (new."subject_type" = 'claim' AND EXISTS (SELECT 1 FROM "claims" WHERE "id" = new."subject")) OR (new."subject_type" = 'stance' AND EXISTS (SELECT 1 FROM "stances" WHERE "id" = new."subject"))); END;

CREATE TRIGGER "provenance_subject_keeps_actors" BEFORE DELETE ON "actors" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "subject" = old."id" AND "subject_type" = 'actor'; END;

CREATE TRIGGER "provenance_subject_keeps_documents" BEFORE DELETE ON "documents" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "subject" = old."id" AND "subject_type" = 'document'; END;

CREATE TRIGGER "provenance_subject_keeps_events" BEFORE DELETE ON "events" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "subject" = old."id" AND "subject_type" = 'event'; END;

CREATE TRIGGER "provenance_subject_keeps_statements" BEFORE DELETE ON "statements" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "subject" = old."id" AND "subject_type" = 'statement'; END;

CREATE TRIGGER "provenance_subject_keeps_mentions" BEFORE DELETE ON "mentions" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "subject" = old."id" AND "subject_type" = 'mention'; END;

CREATE TRIGGER "provenance_subject_keeps_claims" BEFORE DELETE ON "claims" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "subject" = old."id" AND "subject_type" = 'claim'; END;

CREATE TRIGGER "provenance_subject_keeps_stances" BEFORE DELETE ON "stances" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "subject" = old."id" AND "subject_type" = 'stance'; END;

CREATE TRIGGER "provenance_object_insert" BEFORE INSERT ON "provenance" BEGIN SELECT RAISE(ABORT, 'provenance.object names a row that does not exist') WHERE NOT ((new."object_type" = 'actor' AND EXISTS (SELECT 1 FROM "actors" WHERE "id" = new."object")) OR (new."object_type" = 'document' AND EXISTS (SELECT 1 FROM "documents" WHERE "id" = new."object")) OR (new."object_type" = 'event' AND EXISTS (SELECT 1 FROM "events" WHERE "id" = new."object")) OR (new."object_type" = 'statement' AND EXISTS (SELECT 1 FROM "statements" WHERE "id" = new."object")) OR (new."object_type" = 'mention' AND EXISTS (SELECT 1 FROM "mentions" WHERE "id" = new."object")) OR (new."object_type" = 'claim' AND EXISTS (SELECT 1 FROM "claims" WHERE "id" = new."object")) OR (new."object_type" = 'stance' AND EXISTS (SELECT 1 FROM "stances" WHERE "id" = new."object"))); END;

CREATE TRIGGER "provenance_object_update" BEFORE UPDATE OF "object", "object_type" ON "provenance" BEGIN SELECT RAISE(ABORT, 'provenance.object names a row that does not exist') WHERE NOT ((new."object_type" = 'actor' AND EXISTS (SELECT 1 FROM "actors" WHERE "id" = new."object")) OR (new."object_type" = 'document' AND EXISTS (SELECT 1 FROM "documents" WHERE "id" = new."object")) OR (new."object_type" = 'event' AND EXISTS (SELECT 1 FROM "events" WHERE "id" = new."object")) OR (new."object_type" = 'statement' AND EXISTS (SELECT 1 FROM "statements" WHERE "id" = new."object")) OR (new."object_type" = 'mention' AND EXISTS (SELECT 1 FROM "mentions" WHERE "id" = new."object")) OR (new."object_type" = 'claim' AND EXISTS (SELECT 1 FROM "claims" WHERE "id" = new."object")) OR (new."object_type" = 'stance' AND EXISTS (SELECT 1 FROM "stances" WHERE "id" = new."object"))); END;

CREATE TRIGGER "provenance_object_keeps_actors" BEFORE DELETE ON "actors" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "object" = old."id" AND "object_type" = 'actor'; END;

CREATE TRIGGER "provenance_object_keeps_documents" BEFORE DELETE ON "documents" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "object" = old."id" AND "object_type" = 'document'; END;

CREATE TRIGGER "provenance_object_keeps_events" BEFORE DELETE ON "events" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "object" = old."id" AND "object_type" = 'event'; END;

CREATE TRIGGER "provenance_object_keeps_statements" BEFORE DELETE ON "statements" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "object" = old."id" AND "object_type" = 'statement'; END;

CREATE TRIGGER "provenance_object_keeps_mentions" BEFORE DELETE ON "mentions" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "object" = old."id" AND "object_type" = 'mention'; END;

CREATE TRIGGER "provenance_object_keeps_claims" BEFORE DELETE ON "claims" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "object" = old."id" AND "object_type" = 'claim'; END;

CREATE TRIGGER "provenance_object_keeps_stances" BEFORE DELETE ON "stances" BEGIN SELECT RAISE(ABORT, 'provenance still names this row') FROM "provenance" WHERE "object" = old."id" AND "object_type" = 'stance'; END;

CREATE TRIGGER "assessments_subject_insert" BEFORE INSERT ON "assessments" BEGIN SELECT RAISE(ABORT, 'assessments.subject names a row that does not exist') WHERE NOT ((new."subject_type" = 'actor' AND EXISTS (SELECT 1 FROM "actors" WHERE "id" = new."subject")) OR (new."subject_type" = 'document' AND EXISTS (SELECT 1 FROM "documents" WHERE "id" = new."subject")) OR (new."subject_type" = 'event' AND EXISTS (SELECT 1 FROM "events" WHERE "id" = new."subject")) OR (new."subject_type" = 'statement' AND EXISTS (SELECT 1 FROM "statements" WHERE "id" = new."subject")) OR (new."subject_type" = 'mention' AND EXISTS (SELECT 1 FROM "mentions" WHERE "id" = new."subject")) OR (new."subject_type" = 'claim' AND EXISTS (SELECT 1 FROM "claims" WHERE "id" = new."subject")) OR (new."subject_type" = 'stance' AND EXISTS (SELECT 1 FROM "stances" WHERE "id" = new."subject"))); END;

CREATE TRIGGER "assessments_subject_update" BEFORE UPDATE OF "subject", "subject_type" ON "assessments" BEGIN SELECT RAISE(ABORT, 'assessments.subject names a row that does not exist') WHERE NOT ((new."subject_type" = 'actor' AND EXISTS (SELECT 1 FROM "actors" WHERE "id" = new."subject")) OR (new."subject_type" = 'document' AND EXISTS (SELECT 1 FROM "documents" WHERE "id" = new."subject")) OR (new."subject_type" = 'event' AND EXISTS (SELECT 1 FROM "events" WHERE "id" = new."subject")) OR (new."subject_type" = 'statement' AND EXISTS (SELECT 1 FROM "statements" WHERE "id" = new."subject")) OR (new."subject_type" = 'mention' AND EXISTS (SELECT 1 FROM "mentions" WHERE "id" = new."subject")) OR (new."subject_type" = 'claim' AND EXISTS (SELECT 1 FROM "claims" WHERE "id" = new."subject")) OR (new."subject_type" = 'stance' AND EXISTS (SELECT 1 FROM "stances" WHERE "id" = new."subject"))); END;

CREATE TRIGGER "assessments_subject_keeps_actors" BEFORE DELETE ON "actors" BEGIN SELECT RAISE(ABORT, 'assessments still names this row') FROM "assessments" WHERE "subject" = old."id" AND "subject_type" = 'actor'; END;

CREATE TRIGGER "assessments_subject_keeps_documents" BEFORE DELETE ON "documents" BEGIN SELECT RAISE(ABORT, 'assessments still names this row') FROM "assessments" WHERE "subject" = old."id" AND "subject_type" = 'document'; END;

CREATE TRIGGER "assessments_subject_keeps_events" BEFORE DELETE ON "events" BEGIN SELECT RAISE(ABORT, 'assessments still names this row') FROM "assessments" WHERE "subject" = old."id" AND "subject_type" = 'event'; END;

CREATE TRIGGER "assessments_subject_keeps_statements" BEFORE DELETE ON "statements" BEGIN SELECT RAISE(ABORT, 'assessments still names this row') FROM "assessments" WHERE "subject" = old."id" AND "subject_type" = 'statement'; END;

CREATE TRIGGER "assessments_subject_keeps_mentions" BEFORE DELETE ON "mentions" BEGIN SELECT RAISE(ABORT, 'assessments still names this row') FROM "assessments" WHERE "subject" = old."id" AND "subject_type" = 'mention'; END;

CREATE TRIGGER "assessments_subject_keeps_claims" BEFORE DELETE ON "claims" BEGIN SELECT RAISE(ABORT, 'assessments still names this row') FROM "assessments" WHERE "subject" = old."id" AND "subject_type" = 'claim'; END;

CREATE TRIGGER "assessments_subject_keeps_stances" BEFORE DELETE ON "stances" BEGIN SELECT RAISE(ABORT, 'assessments still names this row') FROM "assessments" WHERE "subject" = old."id" AND "subject_type" = 'stance'; END;
