"""Alt text: the words stored beside a cell's picture become the picture's alt text in the page."""

from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from .chapters import read_chapter


def setup(app: Sphinx) -> None:
    app.add_transform(AltText)


class AltText(SphinxTransform):
    """MyST-NB names each picture by the digest of its bytes, which finds the stored words again."""

    default_priority = 720

    def apply(self, **kwargs) -> None:
        path = self.env.doc2path(self.env.docname)
        if not str(path).endswith(".ipynb"):
            return
        alt_texts = read_chapter(Path(path)).alt_texts
        for image in self.document.findall(nodes.image):
            digest = PurePosixPath(image["uri"]).stem
            if digest in alt_texts:
                image["alt"] = alt_texts[digest]
