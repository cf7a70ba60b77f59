"""Tables behind pictures: who confuses what, who uses which answer, disagreement by week and dialogue, association."""
