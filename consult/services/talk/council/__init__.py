"""Acts in the council's name: asked for by one officer, confirmed by a second one."""
