-- An empty database for a centre, or for a restored one; after roles.sql, as the administrator:
--   psql --set ON_ERROR_STOP=1 --set database=gridworker --file database.sql
-- then `gridworker-central migrate`, or `gridworker-central restore`, as `gridworker_owner`.
CREATE DATABASE :"database" OWNER gridworker_owner TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO gridworker;
\connect :"database"
ALTER SCHEMA public OWNER TO gridworker_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO gridworker;
-- What the owner makes, now and with every migration, the other may use.
ALTER DEFAULT PRIVILEGES FOR ROLE gridworker_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO gridworker;
ALTER DEFAULT PRIVILEGES FOR ROLE gridworker_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO gridworker;
