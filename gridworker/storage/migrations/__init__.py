"""Steps from each released schema to the next; they import nothing of ours."""
