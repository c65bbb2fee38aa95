"""How the examiner talks with the student's process: data and stand-ins, never code."""
