"""
The handlers of ``SecureUpload``: the issuer of upload forms, and the promoter of clean objects.

They are deployed from this folder as they are, with what the Lambda runtime has.
"""
