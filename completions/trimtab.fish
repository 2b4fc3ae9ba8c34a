complete --keep-order --exclusive --command trimtab --arguments "(TRIMTAB_COMPLETE=fish trimtab -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
