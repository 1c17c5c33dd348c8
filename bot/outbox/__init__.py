"""Messages that are decided and wait: sent in order within a chat, within the limits, or given up and said so."""

__all__ = ["faults", "outbox"]
