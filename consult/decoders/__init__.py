"""Programs that decode what strangers send. Each runs alone in a process with little memory and few seconds.

They import nothing of the app, get the file on the standard input and write what they made to the standard output.
`services.core.decoding` starts them.
"""
