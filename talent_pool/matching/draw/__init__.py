"""Drawing by recorded numbers: one panel, a whole call, balanced chances; standbys in order."""
