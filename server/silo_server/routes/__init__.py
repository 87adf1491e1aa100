"""The HTTP side: paths, bodies and headers. What is done with them is in ``silo_server.work``."""
