# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The part of the CMake package Weft that only an installation of the whole tree has (runtime/cmake/WeftConfig.cmake.in).
get_filename_component(WEFT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET Weft::dsl)
  # Written by hand: what these libraries link, LLVM and MLIR, is no business of who uses them.
  add_library(Weft::dsl SHARED IMPORTED)
  set_target_properties(Weft::dsl PROPERTIES
    IMPORTED_LOCATION "${WEFT_PREFIX}/lib/libWeftFrontend.so"
    INTERFACE_INCLUDE_DIRECTORIES "${WEFT_PREFIX}/include"
    INTERFACE_COMPILE_FEATURES cxx_std_20)

  add_library(Weft::compiler SHARED IMPORTED)
  set_target_properties(Weft::compiler PROPERTIES
    IMPORTED_LOCATION "${WEFT_PREFIX}/lib/libWeftCompiler.so"
    INTERFACE_INCLUDE_DIRECTORIES "${WEFT_PREFIX}/include")

  add_executable(Weft::weft IMPORTED)
  set_target_properties(Weft::weft PROPERTIES IMPORTED_LOCATION "${WEFT_PREFIX}/bin/weft")
endif()
foreach(component dsl compiler tools)
  set(Weft_${component}_FOUND TRUE)
endforeach()

# weft_add_artifact(NAME MODEL model.cpp [OPTIONS --gradients=step ...])
# Compiles a model to <binary folder>/NAME.weft whenever its file changes; the target is NAME.
function(weft_add_artifact name)
  cmake_parse_arguments(ARG "" "MODEL" "OPTIONS" ${ARGN})
  get_filename_component(model "${ARG_MODEL}" ABSOLUTE)
  set(artifact "${CMAKE_CURRENT_BINARY_DIR}/${name}.weft")
  add_custom_command(OUTPUT "${artifact}"
    COMMAND ${CMAKE_COMMAND} -E env "CXX=${CMAKE_CXX_COMPILER}"
      $<TARGET_FILE:Weft::weft> compile "${model}" -o "${artifact}" --quiet ${ARG_OPTIONS}
    DEPENDS "${model}" Weft::weft VERBATIM)
  add_custom_target(${name} ALL DEPENDS "${artifact}")
endfunction()
