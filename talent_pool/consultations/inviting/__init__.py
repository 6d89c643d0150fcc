"""Inviting experts to a consultation: in the portal, or by a single-use link without signing in."""
