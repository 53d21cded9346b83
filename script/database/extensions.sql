-- What a database of SoNha needs before its first migration, for a superuser connected to it. Repeatable.
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- PostGIS 3.3 lacks the VN-2000 zones EPSG:9205 to 9218; a migration adds them as the owner.
GRANT SELECT, INSERT, UPDATE ON spatial_ref_sys TO sonha_owner;

-- What the owner's migrations make, the two others may use.
ALTER DEFAULT PRIVILEGES FOR ROLE sonha_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sonha_web, sonha_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE sonha_owner GRANT USAGE, SELECT ON SEQUENCES TO sonha_web, sonha_worker;
