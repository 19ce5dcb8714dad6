"""What the replicas of one gateway share over Redis, and how each goes on without it."""
