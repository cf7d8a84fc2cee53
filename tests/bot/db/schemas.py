"""A database's schema, read from its catalog, to compare it with another's."""

from sqlalchemy import Connection, text

POSTGRESQL = (
    """
    SELECT 'column', t.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
      a.attcollation, a.attstattarget, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid AND t.relkind = 'r'
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    WHERE t.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    """,
    """
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'sequence', sequencename, data_type::text, start_value FROM pg_sequences WHERE schemaname = 'public'",
)
SQLITE = (
    """
    SELECT 'column', t.name, c.name, c.type, c."notnull", c.pk, trim(c.dflt_value, '()')
    FROM sqlite_master t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table'
    """,
    """
    SELECT 'foreign key', t.name, k."from", k."table", k."to", k.on_delete, k.on_update
    FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) k WHERE t.type = 'table'
    """,
    """
    SELECT 'index', t.name, i.origin, i."unique", group_concat(c.name || c."desc" || c.coll), sql.sql
    FROM sqlite_master t JOIN pragma_index_list(t.name) i JOIN pragma_index_xinfo(i.name) c ON c.key = 1
    LEFT JOIN sqlite_master sql ON sql.type = 'index' AND sql.name = i.name
    WHERE t.type = 'table' GROUP BY t.name, i.name
    """,
    """
    SELECT 'table', name, sql LIKE '%AUTOINCREMENT%', sql LIKE '%CHECK%', sql LIKE '%WITHOUT ROWID%'
    FROM sqlite_master WHERE type = 'table'
    """,
    "SELECT 'other', type, name, sql FROM sqlite_master WHERE type NOT IN ('table', 'index')",
)
ONCE_NAMED = ("fk_personal_exports_workspace_id_workspaces", "fk_personal_exports_workspace_id")
"""A migration did not name this foreign key as the models name theirs."""


def schema(connection: Connection) -> list[str]:
    """Return a line for each table, column, constraint and index; without their order, which no statement uses."""
    queries = POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE
    lines = [" | ".join(map(str, row)) for query in queries for row in connection.execute(text(query))]
    return sorted(line.replace(*ONCE_NAMED) for line in lines)
