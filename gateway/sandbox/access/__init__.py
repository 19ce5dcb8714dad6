"""Who may call the emulated routes: credentials, tokens and the token endpoints."""
