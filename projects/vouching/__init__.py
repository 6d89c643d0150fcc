"""What the treasury has paid: the voucher, entered by one person and confirmed by another."""
