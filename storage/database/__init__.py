"""One database behind one object: SQLite or PostgreSQL, where reads and writes begin and end, what lies sealed."""

__all__ = [
    "address",
    "changed",
    "ciphers",
    "engine",
    "failpoints",
    "joined",
    "key_file",
    "locked",
    "months",
    "prepared",
    "seal",
    "upsert",
]
