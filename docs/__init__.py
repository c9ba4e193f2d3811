"""The pages that README has no room for, and the checks of every page against the code.

generate        `python -m docs.generate`: writes blocks anew, or checks every page
documents       the pages: their blocks, links and blocks of code
claims          what a page names must be there: commands, files, tests, settings, figures
languages       a page in two languages says the same in both
blocks          the generated blocks
api             blocks of api.md: CI's API, node by node
performance     blocks of performance.md
roles           blocks of roles.md
markdown        how blocks are written
picture         takes the picture of make up's page
"""
