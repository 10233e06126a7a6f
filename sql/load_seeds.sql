.bail on
-- Load the five articles of seeds/ into the table articles(id, name, title, body).
-- To be run from the top of the checkout; running it twice changes nothing.

.parameter set :dir "'seeds'"
.parameter set :files "'*.txt'"
.parameter set :prefix "''"
.parameter unset :gone
.read sql/load_files.sql
.parameter unset :dir
.parameter unset :files
.parameter unset :prefix
