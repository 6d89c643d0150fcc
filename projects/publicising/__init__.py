"""What becomes public: the release of a decision, its notice, the 立项通知 after the window."""
