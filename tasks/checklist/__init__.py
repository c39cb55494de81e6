"""MultiCheckList (XTREME-R): its pass rule, the format of its suites, and suites from its templates."""
