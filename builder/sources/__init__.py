"""Where tools come from, one file or package for each kind of source.

A source reads the tools of some client and gives them back as `builder.tool_spec` values. What the tools
do lives in toolkits/; nothing in here runs a tool.
"""
