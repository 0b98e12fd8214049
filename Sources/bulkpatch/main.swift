print("bulkpatch")
