"""After publication: what a call changes in public, and its withdrawal."""
