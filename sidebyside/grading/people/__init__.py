"""What people see of a graded class: progress, summary, report, marks to export, feedback."""
