"""Records: what the law and the village's charter ask."""
