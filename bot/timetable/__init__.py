"""What is due when: appointments, each occurrence of which happens once, on whichever replica, through crashes."""
