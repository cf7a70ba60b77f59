"""Linear models: weighted n-grams and logistic regression."""
