"""Who does what on a call: secretary, financial review, objections, receiving."""
