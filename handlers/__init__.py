"""What comes in from chat, and how it is shown: thin, for the rules are in ``workflow``."""
