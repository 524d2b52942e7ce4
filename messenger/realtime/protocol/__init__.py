"""Engine.IO revision 4 and Socket.IO revision 5 without I/O: codecs and session machines, nothing that waits."""
