"""Into the pool and out of it: admission by a second person, refusal, pause, removal."""
