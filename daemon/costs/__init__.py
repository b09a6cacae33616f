"""Tokens and dollars: prices, the ledger, budgets and estimates."""
