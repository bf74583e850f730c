"""One file a subcommand: parse, build, call, print."""
