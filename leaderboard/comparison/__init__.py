"""Two stored systems by paired tests, and the gates of CI."""
