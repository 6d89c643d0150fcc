"""Forms: small ones declared in pages, large ones built from definitions."""
