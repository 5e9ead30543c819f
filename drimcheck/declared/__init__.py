"""What people declare around a run: the product, answers, derogations, requirements of their own.

Each is a file that they write; nothing in it changes what the rules find.
"""
