"""The steps that bring a centre's database to the schema of this program, oldest first."""
