-- A value of an enum can be used only after the transaction that adds it; 0015_2 says what it is.
ALTER TYPE summary_kind ADD VALUE 'interactions_at_month_edges';
