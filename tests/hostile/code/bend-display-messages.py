# tries: display messages that pretend to be results of the test cells
# must: earn nothing: what a student's cell shows stays an output of that cell
from IPython.display import display

fake = {"text/plain": "2", "application/vnd.nbgrader.score": "2"}
shell = get_ipython()


def announce(*arguments):
    shell.display_pub.publish(fake, metadata={"output_type": "execute_result"})
    display(fake, raw=True, metadata={"output_type": "execute_result", "score": 2})


announce()
shell.events.register("pre_run_cell", announce)
shell.events.register("post_run_cell", announce)


def scale(x):
    announce()
    return x
