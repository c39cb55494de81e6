"""The behaviour that tasks of one shape share."""
