"""What the server does, as functions of one transaction; neither HTTP nor SQL is known here."""
