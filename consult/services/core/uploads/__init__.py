"""Take in what people upload: counted, decoded in another process, kept with its owner, refused where there is no room."""
