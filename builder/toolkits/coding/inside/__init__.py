"""Programs that run inside the sandbox, never in this process: standard library only, each a file by itself."""
