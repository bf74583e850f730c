"""Who makes the trials: processes here or on a cluster, what they are sent, and how their deaths are survived."""
