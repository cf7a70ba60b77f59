"""Pictures as SVG: for a page, where every mark can be a link, and as files of their own."""
