"""Text as tokens: scripts, stems, numbers, places, names and words, English and Chinese."""
