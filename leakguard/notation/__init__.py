"""How people write things down for LeakGuard: strict YAML, local times, and errors that name line and column."""
