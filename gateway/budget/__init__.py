"""Who may call Wix, and when: one site's calls, planned so that Wix never has to refuse one."""
