"""IAM policies: what they say, whom they let in, and what that adds up to."""
