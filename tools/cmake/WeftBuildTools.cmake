# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ccache and lld where found; one warning policy for all of our own code.
find_program(WEFT_CCACHE ccache)
if(WEFT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      ${CMAKE_CURRENT_LIST_DIR}/ccache-launch)
endif()

find_program(WEFT_LLD NAMES ld.lld-22 ld.lld)
if(WEFT_LLD)
  get_filename_component(lld_name ${WEFT_LLD} NAME)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 knows only -fuse-ld=lld, which looks for ld.lld; give it a folder where that name exists.
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lld)
    file(CREATE_LINK ${WEFT_LLD} ${CMAKE_BINARY_DIR}/lld/ld.lld SYMBOLIC)
    add_link_options(-fuse-ld=lld -B${CMAKE_BINARY_DIR}/lld)
  else()
    add_link_options(-fuse-ld=${WEFT_LLD})
  endif()
endif()

option(WEFT_WERROR "Treat warnings as errors" ON)
add_library(weft_warnings INTERFACE)
target_compile_options(weft_warnings INTERFACE -Wall -Wextra -Wno-unused-parameter)
if(WEFT_WERROR)
  target_compile_options(weft_warnings INTERFACE -Werror)
endif()
