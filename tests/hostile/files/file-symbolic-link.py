# tries: a notebook that is a symbolic link to the instructor's, or to another student's
# must: earn nothing: links are not followed
def make(folder, wrong, right):
    # The course lies above: COURSE/submitted/STUDENT/hostile
    for target in (
        "../../../source/hostile/hostile.ipynb",
        "../../honest-reference/hostile/hostile.ipynb",
    ):
        if (folder / target).exists():
            (folder / "hostile.ipynb").symlink_to(target)
            return
    raise AssertionError("neither notebook is where this entry looks for it")
