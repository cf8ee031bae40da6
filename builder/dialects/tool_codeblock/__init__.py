"""The text form of calls, for models that Continue sends no native tools: a fenced block in the answer.

Imitates core/tools/systemMessageTools/ at d0a3c0b626. writing.py writes calls and definitions, section.py the part of
the system message that explains them, parsing.py reads what a model answers, conversation.py turns a whole
conversation into this form and back. Which models get it is decided by toolkits/model_support.py.
"""
