"""Everything between ``submitted/`` and the gradebook, except running code.

``directory`` reads an nbgrader course as its own settings describe it; ``assignment`` reads the
instructor's version; ``submission`` and ``mending`` make what was handed in safe to read and sound;
``pool`` and ``cluster`` have it examined; ``autograded`` and ``gradebook`` write the result.
"""
