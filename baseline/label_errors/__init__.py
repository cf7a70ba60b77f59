"""Label errors: labels that cross-validated predictions speak against."""
