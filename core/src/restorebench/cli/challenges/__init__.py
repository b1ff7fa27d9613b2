"""The verbs of challenges: uploads are scored, bundles made."""
