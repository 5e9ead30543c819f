"""What independent tools say, shown beside our findings and never part of the verdict."""
