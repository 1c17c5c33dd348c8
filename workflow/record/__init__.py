"""The record: an append-only chain of events for each request, and one for the desk itself."""

__all__ = ["chains", "grounds", "handing", "record", "sealing", "signed", "verifying"]
