"""What happens once an expert has agreed: time and place, minutes, advice and its answer, feedback of both sides."""
