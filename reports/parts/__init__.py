"""What more than one report format needs: order, words, safe text, pictures."""
