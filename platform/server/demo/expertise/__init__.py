"""What the demo's experts know: works, self-descriptions, papers and absences. All fictional."""
