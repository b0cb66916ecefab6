"""The one SQL text: the schema's steps and every statement; `queries` names where SQLite and PostgreSQL differ."""
