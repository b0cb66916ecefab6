"""All SQL text: the schema's steps and every statement. `queries` lists where SQLite and PostgreSQL differ."""
