# SPDX-License-Identifier: MIT
# The kit's version: the one place where it stands.
set(TENON_VERSION 0.1)
