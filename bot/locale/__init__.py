"""English and Spanish: catalogues, number and date formats, and which language a person gets."""
