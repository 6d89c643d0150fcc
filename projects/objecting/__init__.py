"""Real-name objections: lodged by anybody, handled by someone who did not decide first."""
