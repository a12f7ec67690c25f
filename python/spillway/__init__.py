"""The Python side of spillway, whose library is an npm package."""
