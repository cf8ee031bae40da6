"""What tools do: one module or package for each client, loaded by name."""
