"""The command line: thin doors to the rooms."""

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def tuanti() -> None:
    """Buy retrofit lifts together, and let anyone check the award."""


def main() -> None:
    """Run the command line."""
    app()
