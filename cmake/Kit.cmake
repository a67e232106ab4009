# SPDX-License-Identifier: MIT
# What the CMakeLists.txt of the kit and of products are written with. It needs
#
#   TENON_ROOT    the kit: its source tree, or PREFIX/share/tenon of an installed one; nothing writes there
#   TENON_BINARY  the folder for what is made: configuration, kernel, programs/, bundles
#   TENON_ARCH    x86_64, arm64 or host
#   TENON_TESTS   whether the calling folders' tests are to be built, where the flavour has any: the kit's own
#                 are not when it is a part of a product

include(${TENON_ROOT}/cmake/Version.cmake)
include(${TENON_ROOT}/cmake/Configuration.cmake)
include(${TENON_ROOT}/cmake/Flags.cmake)
include(${TENON_ROOT}/cmake/Tenon.cmake)
include(${TENON_ROOT}/cmake/Contracts.cmake)
include(${TENON_ROOT}/cmake/Image.cmake)
