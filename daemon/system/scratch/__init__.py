"""What is put together before it is used: held while it is small, else in a file without a name.

A transcript of fifty megabytes, with all that is made of it, takes many times its size. A draft of bytes or a
spool of values that is given a folder moves there what is too large for memory. Such a file is seen by
nobody, and gone with the process. Without a folder all is held.
"""
