"""The store on a PostgreSQL server that many programs share (`adapter`). Needs the extra `postgres`."""
