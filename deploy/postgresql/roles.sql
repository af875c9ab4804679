-- The two roles of a centre; once, as PostgreSQL's administrator:
--   psql --set ON_ERROR_STOP=1 --file roles.sql
-- `gridworker_owner` migrates, backs up and restores. `gridworker` serves: it owns nothing, so row
-- security holds for it. Neither has a password: both come over the local socket as accounts of
-- the same names (peer), or are given one with \password.
CREATE ROLE gridworker_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE gridworker LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
