"""Who is on duty in a unit: what is set, who is there at a moment, where nobody will be."""
