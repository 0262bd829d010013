"""
What runs inside a function: nothing here knows the CDK.
"""
