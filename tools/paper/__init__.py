"""The paper that the templates begin as: fonts, styles, packages, and the nine forms and the notice drawn on them."""
