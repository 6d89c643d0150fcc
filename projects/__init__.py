"""Projects from a published call to closure: a phase is a folder, a layer is a file."""
