"""What happened in the demo city: about sixty projects taken through every state of their life by the platform's own verbs."""
