"""What both clients do with a web page: fetch it, find the article in it, write that as Markdown."""
