"""The schema's history, one revision a file: ``versions/NNNN_what_it_does.py``, run by ``storage.tables.schema``."""
