"""From stored results to tables, plots and pages."""
