-- The session from SQLite's own shell.  What it prints, shell.expected, is the
-- golden output for all the clients.
CREATE TABLE articles(id INTEGER PRIMARY KEY, name TEXT, body TEXT);
INSERT INTO articles(name, body)
  SELECT substr(name, 7, 3), CAST(readfile(name) AS TEXT)
  FROM fsdir('seeds') WHERE name LIKE '%.txt' ORDER BY name;
.read test/clients/session.sql
