# tries: no notebook at all
# must: cost itself, with a reason
def make(folder, wrong, right):
    (folder / "answer.txt").write_text("the dog ate it\n")
