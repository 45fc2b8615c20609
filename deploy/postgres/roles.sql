-- Two roles and their database: one role owns the tables and migrates them, the service reads and writes rows.
-- Run it as a superuser, and give both a password afterwards: \password relight_migration, \password relight.
create role relight_migration login;
create role relight login;
create database relight owner relight_migration;
\connect relight
-- Before PostgreSQL 15, everybody may.
revoke create on schema public from public;
grant usage on schema public to relight;
alter default privileges for role relight_migration in schema public
  grant select, insert, update, delete on tables to relight;
alter default privileges for role relight_migration in schema public
  grant select, update, usage on sequences to relight;
