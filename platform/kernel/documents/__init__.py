"""Papers with a number and a code: written from data, issued once, verified by anybody, revoked but never changed."""
