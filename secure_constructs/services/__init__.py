"""
How the services of AWS are read in a template, for every part of the engine that asks.

One module for each question: what an OpenAPI document says, which stage belongs to which API,
which web ACL stands before what, who can reach an API, who invokes a function.
"""
