import os

# region greeting
print("hello")
# endregion
