"""Custom actions, one module a group of capabilities: dialogue in, domain call, dialogue out.

`turn.py` is what an action sees of the customer's message, `forms.py` how forms are filled, interrupted, suspended
and resumed, `calculation.py` what the calculators share, `edge.py` the outside world. Nothing happens at import.
"""
