"""Guards of forms: for whom they were drawn, who must prove again who they are, what is handed out."""
