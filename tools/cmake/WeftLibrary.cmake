# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# weft_add_library(NAME [SHARED] [MLIR] SOURCES ... [LIBS ...] [PCH header])
# A library of ours. MLIR: links the shared MLIR and LLVM. PCH: the precompiled header of its heavy group.
function(weft_add_library name)
  cmake_parse_arguments(ARG "SHARED;MLIR" "PCH" "SOURCES;LIBS" ${ARGN})
  set(kind STATIC)
  if(ARG_SHARED)
    set(kind SHARED)
  endif()
  add_library(${name} ${kind} ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(${name} PRIVATE weft_warnings PUBLIC ${ARG_LIBS})
  if(ARG_MLIR)
    target_link_libraries(${name} PUBLIC weft_mlir)
  endif()
  if(ARG_PCH)
    target_precompile_headers(${name} PRIVATE ${ARG_PCH})
  endif()
endfunction()

# weft_add_tool(NAME SOURCES ... [LIBS ...]): an executable in bin/.
function(weft_add_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE weft_warnings ${ARG_LIBS})
endfunction()
