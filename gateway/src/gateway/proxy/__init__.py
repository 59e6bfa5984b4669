"""Passes the paths of the services through, streamed both ways.

The client's target, headers and body reach the service as they came, and so does the answer;
what this hop alone knows or needs is taken off or set (`headers`). `sender` is the client,
`passing` the way to the service and back, `repeating` tells what may go there more than once,
`routes` are the paths for which there is one.
"""
