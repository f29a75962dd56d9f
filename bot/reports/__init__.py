"""Files for finance: what a report holds as sheets, written as an Excel workbook or as CSV. No I/O: bytes come out.

Only this room knows the Excel writer.
"""
