# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Finds LLVM and MLIR 22 (Debian's versioned prefix first) and links only the shared libraries:
# one static LLVM archive beside libLLVM.so registers every option twice and aborts at start.
find_package(MLIR CONFIG QUIET HINTS /usr/lib/llvm-22/lib/cmake/mlir)
if(NOT MLIR_FOUND OR NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "Weft needs LLVM and MLIR 22.1. On Debian 12 (security suite enabled):\n"
                      "  apt-get install libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools\n"
                      "Elsewhere, pass -DMLIR_DIR=<prefix>/lib/cmake/mlir.")
endif()
message(STATUS "Using LLVM ${LLVM_PACKAGE_VERSION} from ${MLIR_DIR}")

list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# Everything that sees MLIR links this one target. System includes: their warnings are not ours.
add_library(weft_mlir INTERFACE)
target_include_directories(weft_mlir SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_include_directories(weft_mlir INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_link_libraries(weft_mlir INTERFACE MLIR LLVM)
