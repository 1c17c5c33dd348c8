"""How Alembic reaches the database: by the connection that ``storage.tables.schema`` hands over, already in a
transaction. There is no alembic.ini, and no other way in: locks and foreign keys are seen to there.
"""

from __future__ import annotations

from alembic import context

from storage.tables.schema import configuration

connection = context.config.attributes["connection"]
context.configure(connection=connection, **configuration(connection.dialect.name))
context.run_migrations()
