"""What people in Slack are shown of a held post, and what they can do about it there."""
