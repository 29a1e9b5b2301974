DROP INDEX "idx_stances_country";

DROP INDEX "idx_statements_country";

DROP INDEX "idx_documents_country";

CREATE INDEX "idx_stances_country_date_start_stance" ON "stances" ("country", "date_start", "stance");

CREATE INDEX "idx_statements_country_date_start" ON "statements" ("country", "date_start");

CREATE INDEX "idx_documents_country_published_on" ON "documents" ("country", "published_on");
