"""How `make docs` builds the site: plain pages that fetch nothing from elsewhere."""

project = "Crossbeat"
extensions = ["myst_parser"]
myst_heading_anchors = 3  # links such as page.md#a-heading
html_theme = "alabaster"
html_theme_options = {
    "description": "Requests between units, tracked, answered and reused",
    "page_width": "1100px",
    "show_powered_by": False,
}
html_show_sphinx = False
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
