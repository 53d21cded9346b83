-- The roles of SoNha, for a superuser; psql variables give the passwords. Running it again changes only those.
--   sonha_owner   owns the database, migrates it, makes the databases of tests
--   sonha_web     the web server: rows, never tables
--   sonha_worker  the job worker: rows, never tables
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY['sonha_owner', 'sonha_web', 'sonha_worker']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE sonha_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'sonha_owner_password';
ALTER ROLE sonha_web LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'sonha_web_password';
ALTER ROLE sonha_worker LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'sonha_worker_password';
