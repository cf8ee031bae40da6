"""The program that the level landlock starts in front of a command. Standard library only, and as little as can be."""
