"""`check`: what would go wrong, before it does.

finding             one thing that was looked at, as it is told
machine             folders, disks, watches, commands, units, the installation
models              whether the models are to be had, and their batches
common_corrections  which corrections hit common words
trial               a short text cleaned by the model
report              all of it, with the settings, one finding after the other
"""
