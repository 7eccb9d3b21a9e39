"""Programs that make returned forms as other people make them, with the truth of what they wrote on each."""
