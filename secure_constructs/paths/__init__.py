"""
The attack map: who gets what into a function, past which guards, and what they reach from there.

`graph` holds the nodes and edges, `edges` has one module for each kind of connection,
and the other modules each ask the graph one question.
It proves paths among the connections it models, and no more than those.
"""
