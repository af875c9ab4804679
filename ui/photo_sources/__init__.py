"""Where photos come from: camera, files, clipboard, drag and drop, a folder that a phone fills."""
