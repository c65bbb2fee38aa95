# tries: an input transformer that empties every cell with an assert
# must: earn nothing: the shell of the tests has its own transformers
def empty(lines):
    return ["pass\n"] if any("assert" in line for line in lines) else lines


shell = get_ipython()
shell.input_transformers_cleanup.append(empty)
shell.input_transformers_post.append(empty)


def scale(x):
    return x
