"""The store on a PostgreSQL server, which many programs may share (`adapter`). Needs the extra `postgres`."""
