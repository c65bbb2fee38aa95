# tries: twenty thousand cells of its own
# must: cost at most itself
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    for number in range(20_000):
        right["cells"].append(
            {
                "cell_type": "code",
                "id": f"more-{number}",
                "metadata": {},
                "source": "pass",
                "outputs": [],
                "execution_count": None,
            }
        )
    save(folder, right)
