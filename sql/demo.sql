.bail on
-- Load the five articles of seeds/ and print the reports about them.  To be run
-- from the top of the checkout, with the extension loaded: `make demo` does it.

.headers off
.mode list
.print
.print ==== Loading =================================================================
.print
.read sql/load_seeds.sql
SELECT printf('  %d  %s  %s', id, name, title) FROM articles ORDER BY id;
.print
.print ==== sql/load_index.sql: an index of them ====================================
.print
.parameter set :options "'k=5, threshold=0.3'"
.read sql/load_index.sql
.parameter unset :options
.print
.print ==== sql/report_overlap.sql: how much they overlap ===========================
.print
.read sql/report_overlap.sql
.print
.print ==== sql/report_near_copies.sql: which are nearly the same ===================
.print
.read sql/report_near_copies.sql
.print
.print ==== sql/report_derivation.sql: who contains whom ============================
.print
.read sql/report_derivation.sql
.print
.print ==== sql/report_phrases.sql: the longest phrases that two share ==============
.print
.read sql/report_phrases.sql
.print
.print ==== sql/report_passages.sql: what they took from each other =================
.print
.read sql/report_passages.sql
.print
.print ==== sql/report_batch.sql: were articles 2 to 5 new, given article 1? ========
.print
.parameter set :batch "'00[1-4]*'"
.read sql/report_batch.sql
.parameter unset :batch
.print
.print ==== sql/report_clusters.sql: families, 40 per cent alike, from the index =====
.print
.parameter set :threshold 0.4
.read sql/report_clusters.sql
.print
.print ==== sql/report_keepers.sql: which of a family to keep =======================
.print
.read sql/report_keepers.sql
.parameter unset :threshold
.print
.print ==== sql/report_sources.sql: where article 2 comes from, from the index =======
.print
.parameter set :batch "'001*'"
.read sql/report_sources.sql
.parameter unset :batch
.print
.print ==== sql/report_accuracy.sql: estimates against the exact answers ============
.print
.read sql/report_accuracy.sql
.print
